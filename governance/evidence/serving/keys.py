"""Which keys, variables and options name a model, in the words of the programs that serve them.

KServe (`storageUri`, `LLMInferenceService.spec.model.uri`), vLLM and its charts (`--model`,
`modelURL`, `--lora-modules`, `--speculative-config`), Ray Serve LLM (`model_source`), TGI
(`--model-id`, `MODEL_ID`), SGLang (`--model-path`), Triton (`--model-repository`), NIM
(`NIM_MODEL_NAME`), LiteLLM (`litellm_params.model`), llama.cpp (`-m`), MLflow (`--model-uri`).
"""

import re
from enum import Enum, auto


class Sort(Enum):
    """What the value of a key is."""

    MODEL = auto()
    """Where a model comes from. A value that cannot be known is a gap in what is read."""
    ALIAS = auto()
    """How clients call it; often, though not always, where it comes from."""


_MODEL = frozenset(
    (
        *("model", "modelpath", "modelid", "modeluri", "modelurl", "modelsource", "modelrepo"),
        *("modelrepository", "modelstore", "modeldir", "modelnameorpath"),
        *("basemodel", "draftmodel", "speculativemodel", "rewardmodel", "storageuri"),
        *("tokenizer", "tokenizerpath", "hfconfigpath", "enginedir", "checkpoint", "ckpt"),
        *("weights", "loramodules", "loraadapters", "adapterpath", "adapterid", "artifacturi"),
    )
)
_MODEL_ENDINGS = (
    *("model", "modelpath", "modelid", "modeluri", "modelurl", "modelsource", "modeldir"),
    *("modelrepo", "nameorpath", "storageuri", "checkpointpath"),
)
_ALIASES = frozenset(("modelname", "servedmodelname", "servedmodel", "modelalias"))
_ALIAS_ENDINGS = ("modelname",)
# What stands under `model:` or in a list of `loraAdapters:` says where the thing comes from.
_PARENTS = ("model", "lora", "adapter", "tokenizer", "checkpoint", "weights")
_UNDER_PARENT = frozenset(("uri", "url", "path", "source", "id", "repo", "repoid", "location"))
_LABELS = frozenset(("labels", "matchlabels", "annotations", "selector", "nodeselector", "tags"))
_NOT_MODELS = frozenset(("datamodel", "securitymodel", "pricingmodel", "billingmodel"))


def plain(key: str) -> str:
    """Return a key without what differs between styles: `HF_MODEL_ID` is `hfmodelid`."""
    return re.sub(r"[^a-z0-9]", "", key.lower())


def sort_of(key: str, parent: str = "") -> Sort | None:
    """Return what a key holds, None where it is no business of ours.

    Args:
        key: of a mapping, a variable, or an option without its dashes.
        parent: the key of what it stands in, if any.
    """
    name, above = plain(key), plain(parent)
    if name in _ALIASES or name.endswith(_ALIAS_ENDINGS):
        return Sort.ALIAS
    if above in _LABELS:
        return Sort.ALIAS if name in _MODEL else None
    if name in _MODEL or (name.endswith(_MODEL_ENDINGS) and name not in _NOT_MODELS):
        return Sort.MODEL
    if name in _UNDER_PARENT and any(word in above for word in _PARENTS):
        return Sort.MODEL
    return None
