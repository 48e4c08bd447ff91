"""Write the layout fixtures with the real libraries.

    python -m tests.real.regenerate [--into FOLDER] [FAMILY..]

Without a family: all whose libraries are installed. Each family runs in a process of its own,
because these libraries change global state. Needs `tests/real/requirements.txt`.
"""

import argparse
import importlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

STAGE = Path("/tmp/tutela-real")
"""Libraries write absolute paths into their files: everything is first written to this one."""

FIXTURES = Path(__file__).parent.parent / "fixtures" / "layouts"

FAMILIES: dict[str, tuple[str, ...]] = {
    "transformers_": ("transformers", "safetensors"),
    "trainer": ("transformers", "accelerate", "peft", "tensorboard"),
    "peft_": ("peft", "transformers"),
    "torch_dcp": ("torch",),
    "lightning_": ("lightning", "torch"),
    "orbax_": ("orbax", "jax"),
    "datasets_": ("datasets",),
    "streaming_mds": ("streaming",),
    "webdataset_": ("webdataset",),
    "gguf_": ("gguf",),
    "dvc_": ("dvc",),
    "mlflow_": ("mlflow",),
    "accelerate_fsdp": ("accelerate", "transformers"),
    "torchtitan": ("torchtitan",),
    "deepspeed_": ("deepspeed",),
    "deepspeed_parallel": ("deepspeed", "transformers"),
    "megatron": ("megatron.core",),
    "diffusers_": ("diffusers", "transformers"),
    "torchtune_litgpt": ("torchtune", "torchao", "litgpt"),
    "tables": ("deltalake", "pyiceberg", "zarr"),
    "keras_": ("keras", "h5py"),
    "hub_cache": ("huggingface_hub",),
    "nemo": ("torch", "megatron.core"),
    "nanotron": ("torch", "safetensors"),
    "composer": ("torch",),
    "meta_mistral": ("torch", "safetensors"),
    "tensorflow_": ("tensorflow",),
    "debris": (),
}
"""Writer module -> import names without which it cannot run."""


NOT_REQUIRED = frozenset(
    {
        "torchtitan",
        "deepspeed_",
        "deepspeed_parallel",
        "megatron",
        "nemo",
        "diffusers_",
        "torchtune_litgpt",
        "tables",
        "keras_",
        "tensorflow_",
    }
)
"""Families whose libraries `requirements.txt` leaves out: slow to install, or at odds with it.
The versions that wrote their fixtures are in `expected.json`; torchtune also takes torchao 0.9.0,
which PEFT refuses."""

QUIET = {
    "HF_HUB_OFFLINE": "1",
    "CUDA_VISIBLE_DEVICES": "",
    "JAX_PLATFORMS": "cpu",
    "OMP_NUM_THREADS": "1",
    "TZ": "UTC",
    "PYTHONWARNINGS": "ignore",
}


def installed(family: str) -> bool:
    """Whether this interpreter has every library of the family."""
    try:
        return all(find_spec(name) is not None for name in FAMILIES[family])
    except ModuleNotFoundError:  # the parent of a dotted name
        return False


def main(arguments: Sequence[str]) -> int:
    """Write the families asked for; the exit code says whether all were written."""
    parser = argparse.ArgumentParser(prog="python -m tests.real.regenerate")
    parser.add_argument("--into", type=Path, default=FIXTURES)
    parser.add_argument("--here", action="store_true", help="in this process (one family)")
    parser.add_argument("families", nargs="*", choices=[*FAMILIES, []], metavar="FAMILY")
    asked = parser.parse_args(arguments)
    into: Path = asked.into.resolve()
    if asked.here:
        (family,) = asked.families
        importlib.import_module(f"tests.real.{family}").write(STAGE / family)
        return 0
    failed = 0
    for family in asked.families or FAMILIES:
        if not installed(family):
            sys.stdout.write(f"{family}: skipped, not installed: {FAMILIES[family]}\n")
            continue
        done = run(family, into)
        sys.stdout.write(f"{family}: {'ok' if done.returncode == 0 else done.stderr[-3000:]}\n")
        failed += done.returncode != 0
    return 1 if failed else 0


def run(family: str, into: Path) -> subprocess.CompletedProcess[str]:
    """Write one family in a process of its own: no hub, no accelerator, an empty home folder."""
    stage = STAGE / family
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [sys.executable, "-m", "tests.real.regenerate", "--here", family],
            cwd=Path(__file__).parent.parent.parent,
            env=os.environ | QUIET | {"HOME": home, "HF_HOME": f"{home}/hf"},
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
    if done.returncode == 0:
        for case in stage.iterdir():
            shutil.rmtree(into / case.name, ignore_errors=True)
            shutil.copytree(case, into / case.name, symlinks=True)
    shutil.rmtree(stage)
    return done


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
