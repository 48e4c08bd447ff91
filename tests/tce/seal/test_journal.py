import errno
import os
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
    first.close()
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
    journal.begin(file, BEGUN).close()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert KEY.decode() not in repr(BEGUN)
    file.chmod(0o644)
    with pytest.raises(PlaceError, match="read by others"):
        journal.load(file)


def test_a_line_that_a_crash_has_cut_is_not_there(tmp_path: Path) -> None:
    file = journal.path(tmp_path, BEGUN.key)
    begun = journal.begin(file, BEGUN)
    begun.begin("u")
    begun.close()
    whole = file.read_bytes()
    file.write_bytes(whole + b'{"part": 1, "sha')
    again = journal.load(file)
    assert again is not None
    assert again.digest(1) is None
    again.sending(1, "d1")
    again.close()
    third = journal.load(file)
    assert third is not None
    assert (third.upload(), third.digest(1)) == ("u", "d1")


def test_what_was_cut_in_its_first_line_was_never_begun(tmp_path: Path) -> None:
    file = journal.path(tmp_path, BEGUN.key)
    journal.begin(file, BEGUN).close()
    first = file.read_bytes()
    for length in (0, 1, 12, len(first) - 1):
        file.touch(mode=0o600)
        file.write_bytes(first[:length])
        assert journal.load(file) is None
        assert not file.exists()


def test_two_runs_do_not_go_on_with_one_transfer(tmp_path: Path) -> None:
    """They could encrypt two texts under one key and one nonce."""
    file = journal.path(tmp_path, BEGUN.key)
    first = journal.begin(file, BEGUN)
    with pytest.raises(PlaceError, match="another run is at this transfer"):
        journal.load(file)
    first.close()
    assert journal.load(file) is not None


def test_a_disk_that_takes_half_a_line_is_told_before_the_part_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = journal.path(tmp_path, BEGUN.key)
    first = journal.begin(file, BEGUN)
    really = os.write
    room = [10]

    def full(number: int, data: bytes) -> int:
        if not room[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        done = really(number, data[: room[0]])
        room[0] = 0
        return done

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(PlaceError, match="No space left"):
        first.sending(1, "d1")
    monkeypatch.undo()
    assert first.digest(1) is None
    first.close()
    again = journal.load(file)
    assert again is not None
    again.sending(1, "d2")
    again.close()
    third = journal.load(file)
    assert third is not None
    assert third.digest(1) == "d2"


def test_another_file_is_no_journal_and_its_text_is_not_shown(tmp_path: Path) -> None:
    file = journal.path(tmp_path, BEGUN.key)
    for text in (b"secret text", b"secret text\n", b'{"schema": "other"}\n', b"[]\n"):
        file.unlink(missing_ok=True)
        file.touch(mode=0o600)
        file.write_bytes(text)
        with pytest.raises(PlaceError, match="not a transfer") as caught:
            journal.load(file)
        assert "secret" not in str(caught.value)
        assert file.read_bytes() == text


def test_a_transfer_is_not_begun_twice(tmp_path: Path) -> None:
    file = journal.path(tmp_path, BEGUN.key)
    journal.begin(file, BEGUN)
    with pytest.raises(PlaceError, match="exists"):
        journal.begin(file, BEGUN)
