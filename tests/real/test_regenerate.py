"""The committed fixtures are what the libraries write: written anew, they say the same.

Families of `tests/real/requirements.txt` have to run; others do where their libraries are there.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.real.regenerate import FAMILIES, FIXTURES, NOT_REQUIRED, installed, run

HERE = [family for family in FAMILIES if family not in NOT_REQUIRED or installed(family)]
FIELDS = ("kind", "layout", "parts", "step", "complete", "base_model", "objects")
SIZES = ("bytes", "bytes_weights", "bytes_optimizer", "bytes_other")

pytestmark = pytest.mark.real


def _stable(name: str) -> str:
    """A name without what is new in every run: UUIDs, digests, snapshot numbers."""
    name = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<uuid>", name)
    return re.sub(r"[0-9a-f]{32,}|(?<=snap-)\d+", "<digest>", name)


def _names(case: Path) -> set[str]:
    tree = case / "tree"
    files = (path for path in tree.rglob("*") if path.is_file())
    return {_stable(path.relative_to(tree).as_posix()) for path in files}


def _facts(case: Path) -> dict[tuple[str, str], dict[str, Any]]:
    facts = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    return {(_stable(one["root"]), one["slot"]): one for one in facts["artifacts"]}


def _threads_decide(case: Path) -> bool:
    """OCDBT packs values into files as its threads come: their number and sizes vary.

    The trees are small, so what each file costs is much of them: 10.1% was seen on another machine.
    """
    return case.name.startswith("orbax-")


@pytest.mark.parametrize("family", HERE)
def test_a_library_still_writes_what_its_fixtures_hold(family: str, tmp_path: Path) -> None:
    if not installed(family):
        pytest.skip(f"not installed: {', '.join(FAMILIES[family])}")

    done = run(family, tmp_path)

    assert done.returncode == 0, done.stderr[-5000:]
    cases = sorted(tmp_path.iterdir())
    assert cases
    for case in cases:
        _compare(case, FIXTURES / case.name)


def _compare(new: Path, committed: Path) -> None:
    assert _names(new) == _names(committed)
    expected, found = _facts(committed), _facts(new)
    assert found.keys() == expected.keys()
    for place, facts in expected.items():
        loose = _threads_decide(new)
        for field in FIELDS:
            if not (loose and field == "objects"):
                assert found[place][field] == facts[field], (new.name, place, field)
        for field in ("named", "missing"):
            assert set(map(_stable, found[place][field])) == set(map(_stable, facts[field]))
        for field in SIZES:
            # Times, versions and floats in JSON, pickles and archives move a few bytes.
            slack = (
                0.3 * facts["bytes"] if loose else 32 if field in ("bytes", "bytes_other") else 0
            )
            near = pytest.approx(facts[field], abs=slack)
            assert found[place][field] == near, (new.name, place, field)
