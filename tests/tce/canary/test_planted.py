"""Marked secrets around a rendering, by the command line that people type."""

from __future__ import annotations

import json
import secrets
import sys
from pathlib import Path

import pytest

from tce.canary.planted import Planted, plant
from tests.program import run


def _plant(folder: Path) -> Planted:
    return plant(folder, secrets.token_bytes, lambda _line: None)


def test_no_mark_comes_through_and_both_homes_make_the_same(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(run("tce", "spec", "hospital").out)
    result = _plant(tmp_path)
    assert (result.exit_code, result.differing, result.unread) == (0, (), ())
    assert len(result.rendered) > 200
    assert result.search is not None
    assert sorted(result.search.canaries) == [
        *("environment-one", "environment-two", "home-one", "home-two")
    ]
    assert "no mark found in any form" in str(result)
    assert json.loads(json.dumps(result.as_json()))["schema"] == "tutela/planted/v1"


LEAK = """
import base64, os, pathlib, sys
place = pathlib.Path("out")
place.mkdir()
token = pathlib.Path(os.environ["HOME"], ".vault-token").read_bytes()
(place / "values.yaml").write_bytes(b"token: " + base64.b64encode(b"x" + token))
print(os.environ["BAO_TOKEN"])
"""


def test_a_program_that_looks_at_secrets_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program that renders is another one here, which writes one secret and prints another."""
    leaky = tmp_path / "leaky"
    leaky.mkdir()
    (leaky / "tutela.py").write_text(LEAK)
    (tmp_path / "spec.yaml").write_text("name: hospital\n")
    monkeypatch.setattr(sys, "path", [str(leaky), *sys.path])
    result = _plant(tmp_path)
    assert result.exit_code == 3
    assert result.differing == ("values.yaml",)
    assert result.search is not None
    found = {(one.canary, Path(one.place).name) for one in result.search.found}
    assert found == {
        (f"{what}-{one}", file)
        for one in ("one", "two")
        for what, file in (("home", "values.yaml"), ("environment", "printed"))
    }
    assert "not the same: values.yaml" in str(result)


def test_what_cannot_be_rendered_is_told_and_shows_nothing(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text("name: [\n")
    result = _plant(tmp_path)
    assert (result.exit_code, result.search) == (4, None)
    (why,) = result.unread
    assert why.startswith("spec.yaml is not rendered again: tutela: error: ")
    ran = run("tce", "canary", str(tmp_path))
    assert ran.code == 4
    assert why in ran.out
