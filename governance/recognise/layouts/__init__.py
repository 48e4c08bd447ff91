"""Every layout that tutela recognises, outermost first: the first that takes a folder names it."""

from collections.abc import Sequence

from governance.recognise.find import Layout
from governance.recognise.layouts import (
    hf_model,
    hf_trainer,
    peft,
)

LAYOUTS: Sequence[Layout] = (
    hf_trainer,
    peft,
    hf_model,
)
