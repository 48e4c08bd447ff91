from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from governance.lineage.identity import copies, identify, mark
from governance.lineage.resolve import holding
from governance.retention.rows import records
from tests.governance.lineage.lab import NOW, File, Thing, note, reading, thing, uri, world
from tests.governance.retention.places import STORE

MD5 = "900150983cd24fb0d6963f7d28e17f72"
BLOB = f"dvc/files/md5/{MD5[:2]}/{MD5[2:]}"


def single(root: str, etag: str | None, size: int = 3, kind: str = "model") -> Thing:
    return Thing(root, [File(root, size, "weights", NOW, etag)], kind=kind, layout="x")


def folder(root: str, *etags: str | None, names: str = "abcdef") -> Thing:
    files = [
        File(f"{root}{name}", 10, "weights", NOW, etag)
        for name, etag in zip(names, etags, strict=False)
    ]
    return Thing(root, files, kind="model", layout="x")


def groups(connection: duckdb.DuckDBPyConnection, *stores: str) -> set[frozenset[str]]:
    """The URIs of artifacts that are copies of each other."""
    identify(connection, md5_stores=stores)
    rows = records(connection, "SELECT content, uri FROM identity JOIN facts USING (fact)")
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(str(row["content"]), set()).add(str(row["uri"]).removeprefix("s3://lab/"))
    return {frozenset(held) for held in found.values() if len(held) > 1}


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    one, two = "1" * 32, "2" * 32
    things = [
        folder("model/", one, two),
        folder("copy/", one, two),
        folder("other-names/", one, two, names="ba"),
        folder("one-file-more/", one, two, one),
        folder("one-without-etag/", one, None),
        folder("multipart/", f"{one}-7", two),
        folder("multipart-copy/", f"{one}-7", two),
        single("file.bin", MD5),
        single("file-copy.bin", MD5),
        single("longer.bin", MD5, size=4),
        single(BLOB, "f" * 32, kind="blob"),
        single("empty-a", "d41d8cd98f00b204e9800998ecf8427e", size=0),
        single("empty-b", "d41d8cd98f00b204e9800998ecf8427e", size=0),
    ]
    connection = world(tmp_path, things, [])
    yield connection
    connection.close()


def test_copies_have_the_same_files_by_name_size_and_digest(
    lab: duckdb.DuckDBPyConnection,
) -> None:
    found = groups(lab, STORE)
    assert frozenset({"model/", "copy/"}) in found
    # Parts uploaded alike have the same ETag, but only within one store.
    assert frozenset({"multipart/", "multipart-copy/"}) in found
    # The name of a file in a DVC cache is its content's MD5.
    assert frozenset({"file.bin", "file-copy.bin", BLOB}) in found
    assert len(found) == 3


def test_etags_of_an_unknown_store_are_not_md5s(lab: duckdb.DuckDBPyConnection) -> None:
    found = groups(lab)
    assert frozenset({"file.bin", "file-copy.bin"}) in found
    assert frozenset({"model/", "copy/"}) in found


def test_nothing_is_compared_across_stores_of_unknown_type(tmp_path: Path) -> None:
    things = [single("a", MD5), single("b", MD5), folder("c/", MD5, MD5), folder("d/", MD5, MD5)]
    connection = world(tmp_path, things, [])
    connection.execute("UPDATE facts SET store = 'elsewhere' WHERE root IN ('b', 'd/')")
    assert groups(connection) == set()
    assert groups(connection, STORE) == set()
    both = groups(connection, STORE, "elsewhere")
    assert both == {frozenset({"a", "b"}), frozenset({"c/", "d/"})}
    connection.close()


def test_digests_of_one_artifact_are_the_same_content(tmp_path: Path) -> None:
    sha = "sha256:" + "5" * 64
    things = [single("a", MD5), single("b", MD5), single("c", None), single("d", None)]
    notes = [note(uri("b"), "digest", sha), note(uri("c"), "digest", sha)]
    connection = world(tmp_path, things, [reading("links", [], notes)])
    assert groups(connection, STORE) == {frozenset({"a", "b", "c"})}
    connection.close()


def test_a_digest_that_sizes_contradict_is_not_believed(tmp_path: Path) -> None:
    sha = "sha256:" + "5" * 64
    things = [single("a", None), single("b", None, size=4)]
    notes = [note(uri(name), "digest", sha) for name in "ab"]
    connection = world(tmp_path, things, [reading("links", [], notes)])
    assert groups(connection, STORE) == set()
    connection.close()


def test_names_with_separators_are_not_taken_for_two_files(tmp_path: Path) -> None:
    one, two = "1" * 32, "2" * 32
    rest = f" 10 {one}\n1:b"
    odd = Thing("odd/", [File(f"odd/a{rest}", 10, "weights", NOW, two)], kind="model", layout="x")
    connection = world(tmp_path, [folder("two/", one, two), odd], [])
    assert groups(connection, STORE) == set()
    connection.close()


def test_copies_are_given_in_the_order_of_their_uris(lab: duckdb.DuckDBPyConnection) -> None:
    rows = records(lab, "SELECT fact, root FROM facts")
    facts = {str(row["root"]): row["fact"] for row in rows}
    asked = [int(str(facts[name])) for name in ("model/", "multipart/", "longer.bin")]
    found = copies(lab, asked, md5_stores=[STORE])
    assert found[asked[0]] == (facts["copy/"], facts["model/"])
    assert found[asked[2]] == (facts["longer.bin"],)
    assert copies(lab, []) == {}


def test_a_digest_means_every_copy(lab: duckdb.DuckDBPyConnection) -> None:
    rows = records(lab, "SELECT fact, root FROM facts")
    roots = {row["fact"]: row["root"] for row in rows}
    found = holding(lab, [f"md5:{MD5}"])[f"md5:{MD5}"]
    assert {roots[fact] for fact in found} == {"file.bin", "file-copy.bin", "longer.bin", BLOB}


def test_marks_can_be_made_again(lab: duckdb.DuckDBPyConnection) -> None:
    mark(lab)
    assert len(groups(lab, STORE)) == 3


def test_things_of_the_lab_without_content_have_no_copies(tmp_path: Path) -> None:
    connection = world(tmp_path, [thing("a/", "model"), thing("b/", "model")], [])
    assert groups(connection, STORE) == set()
    connection.close()
