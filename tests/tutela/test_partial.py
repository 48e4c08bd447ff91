from pathlib import Path

import pytest

from blueprints.supply.place import PlaceError
from tutela.partial import Partial

URI = "s3://models/a/model.safetensors"


def begun(folder: Path) -> Partial:
    made = Partial(folder, URI, 100)
    made.begin("u1")
    made.sending(1, "d1")
    made.close()
    return made


def test_a_later_run_knows_what_was_sent(tmp_path: Path) -> None:
    begun(tmp_path / "state")
    again = Partial(tmp_path / "state", URI, 100)
    assert (again.upload(), again.digest(1), again.digest(2)) == ("u1", "d1", None)
    again.end()
    assert list((tmp_path / "state").iterdir()) == []


def test_a_line_that_was_cut_off_is_not_read(tmp_path: Path) -> None:
    file = begun(tmp_path).file
    with file.open("ab") as stream:
        stream.write(b'{"part": 2, "sha')
    again = Partial(tmp_path, URI, 100)
    assert (again.digest(1), again.digest(2)) == ("d1", None)
    again.sending(2, "d2")
    again.close()
    assert Partial(tmp_path, URI, 100).digest(2) == "d2"


@pytest.mark.parametrize("text", [b"", b"[]\n", b"{\n", b'{"object": 1}\n{"part": "x"}\n'])
def test_what_is_no_such_file_is_begun_anew(text: bytes, tmp_path: Path) -> None:
    begun(tmp_path).file.write_bytes(text)
    again = Partial(tmp_path, URI, 100)
    assert (again.upload(), again.digest(1)) == (None, None)


def test_another_size_is_begun_anew(tmp_path: Path) -> None:
    begun(tmp_path)
    assert Partial(tmp_path, URI, 101).upload() is None


def test_two_runs_do_not_send_the_same_object(tmp_path: Path) -> None:
    first = Partial(tmp_path, URI, 100)
    with pytest.raises(PlaceError, match="another run sends s3://models"):
        Partial(tmp_path, URI, 100)
    first.close()
    Partial(tmp_path, "s3://models/b", 100).close()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PlaceError, match="file"):
        Partial(tmp_path / "file" / "state", URI, 1)
