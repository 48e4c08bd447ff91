"""LoRA adapters, written by PEFT."""

from pathlib import Path

from peft import LoraConfig, get_peft_model

from tests.real.case import Case
from tests.real.models import llama

LIBRARIES = ("peft", "transformers", "safetensors", "torch")
BASE = "meta-llama/Llama-3.1-8B"


def write(folder: Path) -> None:
    """One adapter in its folder, and a model with two named adapters."""
    _one(folder)
    _two(folder)


def _lora(rank: int) -> LoraConfig:
    return LoraConfig(r=rank, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")


def _adapter(case: Case, root: str) -> None:
    case.artifact(
        root,
        "adapter",
        "peft",
        weights=["adapter_model.safetensors"],
        named=["adapter_config.json", "adapter_model.safetensors"],
        base_model=BASE,
    )


def _one(folder: Path) -> None:
    case = Case(folder, "peft-lora", "PeftModel.save_pretrained", LIBRARIES)
    base = llama()
    base.name_or_path = BASE
    get_peft_model(base, _lora(2)).save_pretrained(case.tree / "adapters/clinic-lora")
    _adapter(case, "adapters/clinic-lora/")
    case.close()


def _two(folder: Path) -> None:
    """The adapter named `default` goes into the folder itself, others into one of their own."""
    source = "PeftModel.save_pretrained of the adapters 'default' and 'legal'"
    case = Case(folder, "peft-two-adapters", source, LIBRARIES)
    base = llama()
    base.name_or_path = BASE
    model = get_peft_model(base, _lora(2))
    model.add_adapter("legal", _lora(4))
    model.save_pretrained(case.tree / "adapters/both")
    _adapter(case, "adapters/both/legal/")
    _adapter(case, "adapters/both/")
    case.close()
