"""What .ci/engines.py reads of source packages, from packages of a few lines."""

import importlib.util
import io
import sys
import tarfile
from pathlib import Path
from types import ModuleType

import pytest

from blueprints.service.engine import number
from blueprints.yamltext import load

ROOT = Path(__file__).parent.parent

ARGUMENTS = """
class EngineArgs:
    @staticmethod
    def add_cli_args(parser):
        cache_kwargs = get_kwargs(CacheConfig)
        group = parser.add_argument_group(title="x")
        group.add_argument("--block-size", **cache_kwargs["block_size"])
        group.add_argument("--enable_caching", "-ec", **{**cache_kwargs["caching"], "help": ""})
        group.add_argument("--tokens", nargs="?", const=True)
        group.add_argument("--eager", action="store_true")
        for arg, type in [("--old-one", str)]:
            group.add_argument(arg, type=type)
"""
CONFIGURATION = """
class CacheConfig:
    block_size: int | None = None
    caching: bool | None = None
"""
FRONTEND = """
class BaseFrontendArgs:
    log_stats: bool = False
    names: list[bool] = ()

class FrontendArgs(BaseFrontendArgs):
    host: str | None = None

def make(parser):
    for key, value in frontend_kwargs.items():
        parser.add_argument(f"--{key}", **value)
"""
VARIABLES = """
environment_variables: dict[str, object] = {"VLLM_A": lambda: 1, "HOME": lambda: 2%s}
"""


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("engines", ROOT / ".ci" / "engines.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["engines"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def package(folder: Path, version: str, files: dict[str, str]) -> None:
    with tarfile.open(folder / f"vllm-{version}.tar.gz", "w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(f"vllm-{version}/{name}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))


def test_flags_variables_and_ray_are_read_and_told_as_spans(
    script: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = {
        "vllm/engine/arg_utils.py": ARGUMENTS,
        "vllm/config.py": CONFIGURATION,
        "vllm/envs.py": VARIABLES % ', "VLLM_OLD": 1',
        "requirements/cuda.txt": "-r common.txt\ntorch\n",
        "requirements/common.txt": "ray[cgraph]>=2.4\n",
        "requirements/xpu.txt": "arrayqueues\n",
    }
    new = {
        "vllm/engine/arg_utils.py": ARGUMENTS.replace("store_true", "StoreBoolean").replace(
            '"--old-one"', '"--new-one"'
        ),
        "vllm/entrypoints/openai/cli_args.py": FRONTEND,
        "vllm/config/cache.py": CONFIGURATION,
        "vllm/envs.py": VARIABLES % "",
        "requirements/cuda.txt": "torch\n# ray is not needed\n",
        ".buildkite/release-pipeline.yaml": 'label: "Build release image - aarch64 - CUDA"\n',
    }
    package(tmp_path, "0.9.2", old)
    package(tmp_path, "0.10.0", old)
    package(tmp_path, "0.11.0", new)
    script.main(tmp_path)
    told = load(capsys.readouterr().out, "vllm.yaml").data
    assert told["versions"] == ["0.9.2", "0.10.0", "0.11.0"]
    assert told["ray"] == {"cuda": "..0.10.0", "rocm": "never", "oneapi": "never"}
    assert told["arm64"] == {"cuda": "0.11.0.."}
    assert told["variables"] == {"VLLM_A": "..", "VLLM_OLD": "..0.10.0"}
    assert told["flags"] == {
        "block-size": "..",
        "eager": "..0.10.0 switch, 0.11.0.. maybe",
        "enable-caching": ".. negatable",
        "host": "0.11.0..",
        "log-stats": "0.11.0.. negatable",
        "names": "0.11.0..",
        "new-one": "0.11.0..",
        "old-one": "..0.10.0",
        "tokens": ".. maybe",
    }


@pytest.mark.parametrize("version", ["0.8.5", "0.8.5.post1", "0.10.1.1", "0.33.0"])
def test_versions_sort_as_the_program_sorts_them(script: ModuleType, version: str) -> None:
    assert script.order(version) == number(version)
