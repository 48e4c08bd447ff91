"""The example from its printed specification to the comparison, as somebody types it."""

from __future__ import annotations

from pathlib import Path

from blueprints.runtimes import registry
from tests.program import run


def test_what_is_printed_renders_passes_the_check_and_is_one_service(tmp_path: Path) -> None:
    printed = run("blueprint", "spec", "inference")
    (tmp_path / "i.yaml").write_text(printed.out, encoding="utf-8")
    for words in (
        ("blueprint", "render", "i.yaml", "--out", "d"),
        ("check", "d"),
        ("model", "compare", "d"),
    ):
        done = run(*words, cwd=tmp_path)
        assert done.code == 0, done.out + done.err
    folders = {path.name for path in (tmp_path / "d" / "models").glob("*/*/*") if path.is_dir()}
    assert folders == set(registry.NAMES)
