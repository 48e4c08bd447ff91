from dataclasses import replace

from tce.seal.errors import SealError
from tce.seal.sealed import Failed, Opened, OpenedAll, Sealed, SealedAll

ONE = Sealed("a", "i" * 26, 1, 3, 35, "s3://b/a.age")
FAILED = Failed("b\x1b[31m", SealError("no"))
ALL = SealedAll((ONE,), (), ("age1x",), 1, "anna", "t", None, 0, ())
OPENED = Opened("a", "out/a", 3, 1, "anna", True)


def test_what_was_done_decides_the_exit_code() -> None:
    assert ALL.exit_code == 0
    assert replace(ALL, failed=(FAILED,)).exit_code == 4
    assert replace(ALL, sealed=(), failed=(FAILED,)).exit_code == 1
    assert OpenedAll((OPENED,), (FAILED,)).exit_code == 4


def test_names_cannot_act_in_a_terminal() -> None:
    text = str(replace(ALL, failed=(FAILED,), warnings=("w",)))
    assert "\x1b" not in text
    assert "failed: b\\x1b[31m: no" in text
    assert "warning: w" in text
    assert "\x1b" not in str(OpenedAll((OPENED,), (FAILED,)))


def test_of_many_files_some_are_named() -> None:
    text = str(replace(ALL, sealed=(ONE,) * 30))
    assert text.count("s3://b/a.age") == 20
    assert "and 10 files more" in text


def test_what_is_unproven_is_not_shown_as_proved() -> None:
    text = str(OpenedAll((replace(OPENED, version=None, sender=None),), ()))
    assert "unproven version" in text
    assert "unproven sender" in text


def test_programs_get_all_of_it() -> None:
    assert ALL.as_json()["schema"] == "tutela/seal/v1"
    said = OpenedAll((OPENED,), (FAILED,)).as_json()
    assert said["schema"] == "tutela/open/v1"
    assert said["failed"] == [{"name": "b\x1b[31m", "kind": "seal", "message": "no"}]
