"""Listing a header store."""

import json
from pathlib import Path

from tce.seal.headers.folder import create
from tce.seal.headers.listing import listing
from tce.seal.headers.store import Change
from tests.program import run
from tests.tce.keys.office import NOW
from tests.tce.seal.headers.stores import body_of, record


def test_says_what_counts_and_what_was_shredded(tmp_path: Path) -> None:
    store = create(tmp_path / "h")
    store.put_all([Change(record(name), None) for name in ("b", "a", "esc\x1b[0m")])
    store.destroy(["b"], NOW, "0" * 64)
    said = listing(store)
    assert str(said).splitlines()[:2] == [
        f"a  version 1  {body_of('a')}  current",
        f"b  version 1  {body_of('b')}  shredded 2027-03-01T09:30:00+00:00",
    ]
    assert "\x1b" not in str(said)
    assert "3 objects in" in str(said)


def test_a_damaged_entry_does_not_hide_the_others(tmp_path: Path) -> None:
    store = create(tmp_path / "h")
    store.put_all([Change(record(name), None) for name in ("a", "b")])
    file = sorted((tmp_path / "h" / "objects").iterdir())[0]
    file.write_bytes(b"")
    ran = run("tce", "headers", "list", str(tmp_path / "h"))
    assert ran.code == 3
    assert f"damaged: {file}" in ran.out
    assert "1 objects" in ran.out


def test_no_header_stands_in_what_programs_get(tmp_path: Path) -> None:
    create(tmp_path / "h").put(record(), None)
    said = json.loads(run("--json", "tce", "headers", "list", str(tmp_path / "h")).out)
    assert said["objects"] == [
        {"name": record().name, "id": record().id, "version": 1, "destroyed": None}
    ]
