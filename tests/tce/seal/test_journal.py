from pathlib import Path

import pytest

from blueprints.secret import Secret
from tce.seal import journal
from tce.seal.errors import PlaceError
from tce.seal.journal import Begun

KEY = b"0123456789abcdef"
BEGUN = Begun("s3://b a.age", "i" * 26, ("age1x",), 5, b"header", Secret(KEY), b"n" * 16)


def test_what_was_noted_is_there_in_the_next_run(tmp_path: Path) -> None:
    file = journal.path(tmp_path / "new", BEGUN.key)
    first = journal.begin(file, BEGUN)
    first.begin("upload-1")
    first.sending(1, "d1")
    first.sending(2, "d2")
    again = journal.load(file)
    assert again is not None
    assert again.upload() == "upload-1"
    assert [again.digest(number) for number in (1, 2, 3)] == ["d1", "d2", None]
    assert again.begun.file_key.reveal() == KEY
    assert (again.begun.header, again.begun.nonce, again.begun.id) == (
        BEGUN.header,
        BEGUN.nonce,
        BEGUN.id,
    )
    again.end()
    assert journal.load(file) is None


def test_only_its_owner_reads_it_and_it_shows_no_key(tmp_path: Path) -> None:
    file = journal.path(tmp_path / "new", BEGUN.key)
    journal.begin(file, BEGUN)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert KEY.decode() not in repr(BEGUN)
    file.chmod(0o644)
    with pytest.raises(PlaceError, match="read by others"):
        journal.load(file)


def test_a_line_that_a_crash_has_cut_is_not_there(tmp_path: Path) -> None:
    file = journal.path(tmp_path, BEGUN.key)
    journal.begin(file, BEGUN).begin("u")
    whole = file.read_bytes()
    file.write_bytes(whole + b'{"part": 1, "sha')
    again = journal.load(file)
    assert again is not None
    assert again.digest(1) is None


def test_another_file_is_no_journal_and_its_text_is_not_shown(tmp_path: Path) -> None:
    file = journal.path(tmp_path, BEGUN.key)
    for text in (b"", b"secret text\n", b'{"schema": "other"}\n', b"[]\n"):
        file.unlink(missing_ok=True)
        file.touch(mode=0o600)
        file.write_bytes(text)
        with pytest.raises(PlaceError, match="not a transfer") as caught:
            journal.load(file)
        assert "secret" not in str(caught.value)


def test_a_transfer_is_not_begun_twice(tmp_path: Path) -> None:
    file = journal.path(tmp_path, BEGUN.key)
    journal.begin(file, BEGUN)
    with pytest.raises(PlaceError, match="exists"):
        journal.begin(file, BEGUN)
