"""Rows of a listing become cells: names only where a layout asks for them."""

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from governance.recognise.cells import split, trees
from governance.recognise.folder import Tree
from governance.snapshot.schema import LISTED
from tests.governance.recognise.trees import row


def made(rows: list[dict[str, Any]], tmp: Path, files: str = r".*\.pt") -> tuple[Tree, Tree]:
    pq.write_table(pa.Table.from_pylist(rows, LISTED), tmp / "listed.parquet")
    with duckdb.connect() as connection:
        split(connection, str(tmp / "listed.parquet"), files)
        return trees(connection)


def shapes(tree: Tree, path: str) -> dict[str, tuple[int, int, tuple[str, ...] | None]]:
    return {one.shape: (one.count, one.size, one.names) for one in tree.folder(path).cells}


def test_seen_names_are_grouped_by_shape_and_others_by_extension(tmp_path: Path) -> None:
    names = ["r1.pt", "r22.pt", "x.pt", "cat 1.jpg", "dog.jpg", "noend", ".hidden"]
    live, gone = made([row(f"a/{name}", 5) for name in names], tmp_path)
    assert shapes(live, "a/") == {
        "r#.pt": (2, 10, ("r1.pt", "r22.pt")),
        "x.pt": (1, 5, ("x.pt",)),
        "*.jpg": (2, 10, None),
        "*": (1, 5, None),
        "*.hidden": (1, 5, None),
    }
    assert live.folder("a/").files == {"r1.pt": 5, "r22.pt": 5, "x.pt": 5}
    assert [folder.path for folder in gone] == [""]


def test_blobs_are_grouped_by_the_length_of_their_name(tmp_path: Path) -> None:
    names = ["0" * 30, "f" * 30, "a" * 64, "0" * 29]
    live, _ = made([row(f"a/{name}", 1) for name in names], tmp_path)
    assert {name: one[0] for name, one in shapes(live, "a/").items()} == {
        "~30": 2,
        "~64": 1,
        "*": 1,
    }


def test_a_key_is_live_or_gone_and_uploads_are_neither(tmp_path: Path) -> None:
    old = {"is_latest": False}
    rows = [
        row("a.pt", 3, version_id="1", **old),
        row("a.pt", 4, version_id="2"),
        row("b.pt", 5, version_id="1", **old),
        row("b.pt", 0, version_id="2", entry="delete_marker"),
        row("c.pt", 9, version_id="u", entry="upload", **old),
    ]
    live, gone = made(rows, tmp_path)
    assert live.root.files == {"a.pt": 4}
    assert gone.root.files == {"b.pt": 5}


def test_hostile_names_are_names(tmp_path: Path) -> None:
    names = ["\n.pt", "../x.pt", "'; DROP TABLE names; --.pt", "é\u202e.pt", "/"]
    live, _ = made([row(name, 1) for name in names], tmp_path, files=r"(?s).*\.pt")
    assert {folder.path for folder in live} == {"", "../", "/"}
    assert set(live.root.files) == {"\n.pt", "'; DROP TABLE names; --.pt", "é\u202e.pt"}
