"""Every layout that tutela recognises, outermost first: the first that takes a folder names it."""

from collections.abc import Sequence

from governance.recognise.find import Layout
from governance.recognise.layouts import (
    debris,
    dvc_cache,
    gguf,
    hf_hub_cache,
    hf_model,
    hf_trainer,
    orbax,
    peft,
    torch_dcp,
)

LAYOUTS: Sequence[Layout] = (
    hf_trainer,
    torch_dcp,
    orbax,
    peft,
    hf_model,
    gguf,
    hf_hub_cache,
    dvc_cache,
    debris,
)
