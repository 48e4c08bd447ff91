"""Flags and variables that an engine's version does not know."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprints.check.rules import engine_flag
from tests.blueprints.check.rules.asking import not_checked, told
from tests.blueprints.check.test_engines import files_of, pod
from tests.blueprints.kinds.inference.specifications import both


@pytest.mark.parametrize(
    ("version", "word", "what"),
    [
        ("0.16.0", "--disable-log-requests", None),
        ("0.17.1", "--disable-log-requests", "it was there until 0.16.0"),
        ("0.17.1", "--no-enable-log-requests", None),
        ("0.11.0", "--nnodes=2", "it comes with 0.11.1"),
        ("0.12.0", "--nnodes=2", None),
        ("0.12.0", "--max_modle_len=1", "did you mean max-model-len?"),
        ("0.12.0", "--help", None),
    ],
)
def test_flags_are_judged_by_the_version(
    version: str, word: str, what: str | None, tmp_path: Path
) -> None:
    image = f"r.example.org/team/engine:v{version}"
    found = told(engine_flag, tmp_path, {"a.yaml": pod(["vllm", "serve", "m", word], image)})
    assert len(found) == (what is not None)
    assert what is None or what in found[0]


def test_variables_of_the_engine_are_judged_and_others_are_not(tmp_path: Path) -> None:
    env = [{"name": "VLLM_USE_V1", "value": "0"}, {"name": "USE_V1", "value": "0"}]
    files = {"a.yaml": pod(["vllm", "serve", "m"], env=env)}
    (found,) = told(engine_flag, tmp_path, files)
    assert "VLLM_USE_V1 is not in vLLM 0.12.0: it was there until 0.11" in found


def test_an_edit_of_what_was_rendered_is_found_in_its_line(tmp_path: Path) -> None:
    files = files_of(both())
    path = "models/apertus/desk/podman/serve.sh"
    script = str(files[path])
    files[path] = script.replace("--max-model-len=", "--max-modle-len=")
    line = str(files[path])[: str(files[path]).index("--max-modle-len")].count("\n") + 1
    (found,) = told(engine_flag, tmp_path, files)
    assert found.startswith(f"{path}:{line}: ")
    assert "did you mean max-model-len?" in found


def test_what_has_no_version_or_cannot_be_read_is_told_as_not_checked(tmp_path: Path) -> None:
    files = {"a.yaml": pod(["vllm", "serve", "m", "--nonsense"], "r.example.org/engine:latest")}
    assert not_checked(engine_flag, tmp_path, files) == [
        "nothing tells which version of vLLM is in r.example.org/engine:latest"
    ]
    broken = {**files_of(both()), "models/apertus/desk/podman/serve.sh": "echo 'never"}
    (reason,) = not_checked(engine_flag, tmp_path / "other", broken)
    assert reason.startswith("cannot be read: serve.sh")
