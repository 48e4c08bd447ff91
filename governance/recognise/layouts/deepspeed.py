"""DeepSpeed: `<tag>/` with the states of every rank; `latest` and `zero_to_fp32.py` beside it.

Source: deepspeed `runtime/engine.py` (`_get_ckpt_name`, `_get_zero_ckpt_name`,
`_get_expert_ckpt_name`, `_get_optimizer_ckpt_name`; `latest` is written last), `runtime/pipe/
module.py` (`ckpt_layer_path`) and `runtime/zero/` (`partition_count` in every optimizer file).
"""

import re
from collections.abc import Iterable, Sequence

from governance.artifact import Kind, Role
from governance.recognise.deepspeed_look import OPTIMIZER, PARTITIONED, Look
from governance.recognise.find import Find
from governance.recognise.folder import Folder
from governance.recognise.sets import gaps_from_zero
from governance.recognise.steps import step_of

NAME = "deepspeed"
FILES = (
    r"(?:(?:bf16_|fp16_)?zero_pp_rank_\d+_|expp_rank_\d+_|(?:layer_\d+_)?expert_\d+_)?"
    r"mp_rank_\d+_(?:model|optim)_states\.pt|layer_\d+-(?:model_\d+-)?model_states\.pt"
    r"|latest|latest_universal"
)
_MODEL_FILES = r"(^|/)[^/]*model_states\.pt$"
_OPTIMIZER_FILES = r"(^|/)[^/]*optim_states\.pt$"
ROLES = ((_MODEL_FILES, Role.WEIGHTS), (_OPTIMIZER_FILES, Role.OPTIMIZER))

_SHAPES = re.compile(r"(?:.*_)?mp_rank_#_(?:model|optim)_states\.pt|layer_#-.*model_states\.pt")
_EXPERTS = r"expp_rank_(\d+)_mp_rank_(\d+)_optim_states\.pt"
_RANKS = (PARTITIONED, OPTIMIZER, r"mp_rank_(\d+)_model_states\.pt", _EXPERTS)
_LAYER = re.compile(r"(?P<layer>layer_\d+[-_])(?P<rank>(?:model|expert)_.*)")


def match(folder: Folder) -> Sequence[Find]:
    """Match the folder of a tag, whatever its name; what `latest` beside it says is of the run."""
    if "pt" not in folder.ends:
        return ()
    names = folder.shaped(_SHAPES)
    if not names or "zero" in folder.folders:
        return ()
    missing = {gap for pattern in _RANKS for gap in gaps_from_zero(names, pattern)}
    missing |= _gaps_of_layers(names) | _one_sided(names)
    missing |= {name for name in names if folder.files[name] == 0}
    look = Look.of(folder, names)
    return (
        Find(
            NAME,
            Kind.CHECKPOINT,
            folder,
            frozenset(names) if folder.nested else None,
            root=folder.path,
            step=step_of(folder.name),
            missing=tuple(folder.path + name for name in sorted(missing)) + look.unmarked,
            unsure=look.unsure,
            reads=look.reads,
            judge=look.judge,
            roles=_roles(names),
        ),
    )


def _roles(names: Sequence[str]) -> tuple[tuple[str, Role], ...]:
    if any(re.fullmatch(PARTITIONED, name) for name in names):
        return ((_OPTIMIZER_FILES, Role.MIXED),)  # ZeRO stage 3: the weights are in there
    if not any(name.endswith("optim_states.pt") for name in names):
        return ((_MODEL_FILES, Role.MIXED),)  # no ZeRO: the optimizer's state is in there
    return ()


def _gaps_of_layers(names: Iterable[str]) -> set[str]:
    """Layers without parameters leave no file, and may differ in experts; ranks have no gaps."""
    layers: dict[str, list[str]] = {}
    for name in names:
        hit = _LAYER.fullmatch(name)
        if hit is not None:
            layers.setdefault(hit["layer"], []).append(hit["rank"])
    patterns = (
        r"model_(\d+)-model_states\.pt",
        r"expert_(\d+)_mp_rank_(\d+)_model_states\.pt",
    )
    return {
        layer + gap
        for layer, ranks in layers.items()
        for pattern in patterns
        for gap in gaps_from_zero(ranks, pattern)
    }


def _one_sided(names: Sequence[str]) -> set[str]:
    """Every rank with an optimizer file has its model's, too; of stage 3 also the reverse."""
    hits = [hit for name in names if (hit := re.fullmatch(OPTIMIZER, name))]
    models = {hit.groups() for name in names if (hit := re.fullmatch(PARTITIONED, name))}
    optimizers = {hit.groups() for hit in hits}
    if not models:
        experts = {hit[2] for name in names if (hit := re.fullmatch(_EXPERTS, name))}
        needed = experts | {mp for _, mp in optimizers}
        return {f"mp_rank_{mp}_model_states.pt" for mp in needed}.difference(names)
    before = hits[0].string.partition("zero_pp_rank_")[0] if hits else ""
    missing = {f"zero_pp_rank_{dp}_mp_rank_{mp}_model_states.pt" for dp, mp in optimizers - models}
    for dp, mp in models - optimizers:
        missing.add(f"{before}zero_pp_rank_{dp}_mp_rank_{mp}_optim_states.pt")
    return missing
