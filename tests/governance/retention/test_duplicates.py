from collections.abc import Sequence
from pathlib import Path

from governance.retention.duplicates import Duplicates
from governance.retention.report import report
from tests.governance.retention.places import NOW, File, Thing, add_snapshot, workspace

A, B = "a" * 32, "b" * 32
CONFIG = """
projects:
  ours: {prefixes: ["s3://lab/ours/"]}
  theirs: {prefixes: ["s3://lab/theirs/"]}
"""


def _thing(root: str, *contents: tuple[int, str | None]) -> Thing:
    files = [
        File(f"{root}{number}.bin", size, etag=etag) for number, (size, etag) in enumerate(contents)
    ]
    return Thing(root, files, kind="dataset", layout="files")


def _found(
    tmp_path: Path, things: Sequence[Thing], project: str | None = None, kind: str = "seaweedfs"
) -> Duplicates:
    place = workspace(tmp_path, CONFIG)
    add_snapshot(place, things, store_type=kind, bucket="/lab" if kind == "file" else "lab")
    return report(place, now=NOW, project=project).duplicates


def test_artifacts_with_the_same_bytes_are_copies_whatever_their_names(tmp_path: Path) -> None:
    found = _found(
        tmp_path,
        [
            _thing("ours/x/", (10, A), (20, B)),
            _thing("ours/y/", (20, B), (10, A)),
            _thing("ours/z/", (10, A), (21, B)),
        ],
    )
    (copy,) = found.copies
    assert copy.uris == ("s3://lab/ours/x/", "s3://lab/ours/y/")
    assert (copy.artifacts, copy.bytes, copy.extra, copy.outside) == (2, 30, 30, False)
    assert (found.objects, found.bytes, found.groups) == (3, 40, 1)


def test_one_file_without_a_digest_makes_an_artifact_nobodys_copy(tmp_path: Path) -> None:
    things = [_thing("ours/x/", (10, A), (5, None)), _thing("ours/y/", (10, A), (5, None))]
    found = _found(tmp_path, things)
    assert found.copies == ()
    assert (found.bytes, found.checked_bytes) == (10, 20)


def test_uploads_in_parts_and_in_one_piece_are_never_compared(tmp_path: Path) -> None:
    found = _found(tmp_path, [_thing("ours/x/", (10, A)), _thing("ours/y/", (10, f"{A}-2"))])
    assert (found.copies, found.bytes) == ((), 0)
    found = _found(
        tmp_path / "2", [_thing("ours/x/", (9, f"{A}-2")), _thing("ours/y/", (9, f"{A}-2"))]
    )
    assert len(found.copies) == 1


def test_an_etag_that_is_no_digest_proves_nothing(tmp_path: Path) -> None:
    odd = ("opaque", A[:31], f"{A}-x", "")
    things = [_thing(f"ours/{n}{m}/", (10, etag)) for n, etag in enumerate(odd) for m in (1, 2)]
    assert not _found(tmp_path, things).known


def test_empty_files_are_no_copies(tmp_path: Path) -> None:
    found = _found(tmp_path, [_thing("ours/x/", (0, A)), _thing("ours/y/", (0, A))])
    assert (found.copies, found.objects) == ((), 0)


def test_a_posix_tree_has_no_digests_so_nothing_is_known(tmp_path: Path) -> None:
    assert not _found(
        tmp_path, [_thing("x/", (5, None)), _thing("y/", (5, None))], kind="file"
    ).known


def test_a_projects_report_says_only_that_a_copy_lies_outside(tmp_path: Path) -> None:
    things = [
        _thing("ours/x/", (10, A)),
        _thing("theirs/secret/", (10, A)),
        _thing("ours/z/", (3, B)),
    ]
    found = _found(tmp_path, things, project="ours")
    (copy,) = found.copies
    assert (copy.uris, copy.artifacts, copy.outside) == (("s3://lab/ours/x/",), 1, True)
    assert (found.bytes, found.outside_bytes, found.checked_bytes) == (0, 10, 13)
    assert "secret" not in str(found.as_json())


def test_what_two_others_share_is_not_said(tmp_path: Path) -> None:
    things = [_thing("theirs/a/", (7, A)), _thing("theirs/b/", (7, A)), _thing("ours/x/", (3, B))]
    found = _found(tmp_path, things, project="ours")
    assert (found.copies, found.groups, found.outside_bytes) == ((), 0, 0)
