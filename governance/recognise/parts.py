"""Is a tensor a weight or optimizer state? Its full name in a saved state says so."""

import re

from governance.artifact import Role

_WORDS = (
    (
        Role.OPTIMIZER,
        # Lightning: optimizer_states, optimizer_0; Megatron Core: chained_0.optimizer; composer:
        # state.optimizers; DeepSpeed: optimizer_state_dict.
        r"optim|optimi[sz]ers?|optim_states?|optimizer_states?|optimizer_state_dict|optimizer_\d+"
        r"|chained_\d+|opt_state",
    ),
    (Role.WEIGHTS, r"models?|model_?\d+|module|state_dict|model_state_dict|network"),
    (
        Role.OTHER,
        r"rng|rng_states?|rerun_state_machine|(?:lr_|opt_param_)?schedulers?|dataloaders?"
        r"|dataloader_\w+|train_dataloader|train_state|dataset_state|callbacks|algorithms|loops"
        r"|datamodule|hyper_parameters|timestamp|args",
    ),
)
_ROLES = tuple((re.compile(words), role) for role, words in _WORDS)
_AROUND = frozenset({"state", "states", "app"})
"""Names that users and composer put around a whole state."""

_MOMENTS = frozenset({"exp_avg", "exp_avg_sq", "max_exp_avg_sq", "momentum_buffer", "square_avg"})


def part_of(name: str, tensor: bool) -> Role:
    """Return the role of what a state holds under this dotted name.

    The first part that names a thing decides. Where none does (Megatron Core, torchtitan: model
    weights stand at the top), a tensor is a weight and anything else is not.
    """
    parts = name.split(".")
    for part in parts[:3]:
        word = part.partition("/")[0]
        for pattern, role in _ROLES:
            if pattern.fullmatch(word):
                return role
        if word not in _AROUND:
            break
    if parts[-1] in _MOMENTS:
        return Role.OPTIMIZER
    return Role.WEIGHTS if tensor else Role.OTHER
