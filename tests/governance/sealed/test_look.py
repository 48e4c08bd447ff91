from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from governance.sealed.look import LARGEST, Looked, look
from governance.sealed.manifest import Content
from governance.snapshot.schema import LISTED
from tests.governance.recognise.trees import FolderReader, rows_of
from tests.governance.sealed.sealing import (
    HEADER,
    body_id,
    envelope,
    header_store,
    manifest,
    sealed_tree,
)

SAID = Content(artifact="x", kind="model", member="a", members=1)


def looked(tree: Path, headers: Sequence[Path] = ()) -> Looked:
    tree.mkdir(exist_ok=True)
    file = tree.parent / "listed.parquet"
    pq.write_table(pa.Table.from_pylist(list(rows_of(tree)), LISTED), file)
    return look(file, "s3://bucket/", FolderReader(tree), headers, lambda _: None)


def test_manifests_beside_files_are_read(tmp_path: Path) -> None:
    sealed_tree({"x/a": (100, SAID), "plain": (5, None)}, tmp_path / "t", bare=["plain"])
    found = looked(tmp_path / "t")
    assert [one.root for one in found.told] == ["x/"]
    assert found.doubts == ()


def test_a_file_without_content_in_its_manifest_is_nothing_and_no_doubt(tmp_path: Path) -> None:
    sealed_tree({"x/a": (100, None)}, tmp_path / "t")
    assert looked(tmp_path / "t") == Looked()


def test_a_manifest_that_cannot_be_understood_is_a_doubt(tmp_path: Path) -> None:
    tree = tmp_path / "t"
    sealed_tree({"x/a": (100, SAID), "x/b": (100, SAID), "x/c": (100, SAID)}, tree)
    (tree / "x/a.age.dsse.json").write_bytes(b"{")
    (tree / "x/b.age").write_bytes(bytes(7))
    (tree / "x/c.age.dsse.json").write_bytes(bytes(LARGEST + 1))
    found = looked(tree)
    assert found.told == ()
    assert sorted((one.within, one.words) for one in found.doubts) == [
        ("x/a.age", "manifest x/a.age.dsse.json: not a signed manifest"),
        ("x/b.age", f"x/b.age has 7 bytes, and its manifest speaks of {100 + HEADER}"),
        (
            "x/c.age",
            f"manifest x/c.age.dsse.json: {LARGEST + 1} bytes, and {LARGEST} is the most that is"
            " read",
        ),
    ]


def test_bodies_are_known_from_a_header_store(tmp_path: Path) -> None:
    tree = tmp_path / "t"
    (tree / "p").mkdir(parents=True)
    records = {}
    for name in ("a", "gone", "elsewhere"):
        bucket = "other" if name == "elsewhere" else "bucket"
        place = f"s3://{bucket}/p/{body_id(name)}"
        records[name] = envelope(manifest(name, 100, SAID, place))
    (tree / "p" / body_id("a")).write_bytes(bytes(100))
    (tree / "p" / body_id("stranger")).write_bytes(bytes(100))
    header_store(records, tmp_path / "h")
    found = looked(tree, [tmp_path / "h"])
    assert [one.keys for one in found.told] == [(f"p/{body_id('a')}",)]
    assert found.doubts == ()


def test_a_header_store_that_cannot_be_read_is_a_doubt_about_everything(tmp_path: Path) -> None:
    header_store({"bad": b"x"}, tmp_path / "h")
    found = looked(tmp_path / "t", [tmp_path / "none", tmp_path / "h"])
    assert [one.within for one in found.doubts] == ["", ""]
    assert "none" in found.doubts[0].words
    assert "not a signed manifest" in found.doubts[1].words
