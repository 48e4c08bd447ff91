"""Artifacts that the real libraries wrote are recognised, whole and with any named file removed.

A case is `tests/fixtures/layouts/<case>/`: the files in `tree`, what is true of them in
`expected.json` (see `tests/real/case.py`).
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.governance.recognise.trees import Recognised, recognise_folder

FOLDER = Path(__file__).parents[2] / "fixtures" / "layouts"
CASES = sorted(path.parent.name for path in FOLDER.glob("*/expected.json"))
FIELDS = (
    *("kind", "layout", "parts", "step", "bytes", "bytes_weights", "bytes_optimizer"),
    *("bytes_other", "complete", "missing", "base_model"),
)


def _expected(case: str) -> list[dict[str, Any]]:
    facts = json.loads((FOLDER / case / "expected.json").read_text(encoding="utf-8"))
    return [
        {**one, "complete": None} if one["kind"] in ("run", "unknown") else one
        for one in facts["artifacts"]
    ]


def _seen(found: Recognised) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (one["root"], one["slot"]): {name: one[name] for name in FIELDS} for one in found.artifacts
    }


def test_there_are_cases() -> None:
    assert CASES


@pytest.mark.parametrize("case", CASES)
def test_the_artifacts_of_a_library_are_what_it_says(case: str, tmp_path: Path) -> None:
    expected = {
        (one["root"], one["slot"]): {name: one[name] for name in FIELDS} for one in _expected(case)
    }

    assert _seen(recognise_folder(FOLDER / case / "tree", tmp_path)) == expected


@pytest.mark.parametrize("case", CASES)
def test_a_removed_file_is_named_by_the_artifact_that_lacks_it(case: str, tmp_path: Path) -> None:
    for number, one in enumerate(_expected(case)):
        for other, key in enumerate(one["named"]):
            found = recognise_folder(
                FOLDER / case / "tree", tmp_path / f"{number}-{other}", without=[key]
            )

            artifact = found.at(one["root"], one["slot"])
            assert artifact["complete"] is False, key
            assert key in artifact["missing"], key
