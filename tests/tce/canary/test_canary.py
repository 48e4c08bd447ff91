from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path

import pytest

from tce.canary import canary as module
from tce.canary.canary import Canaries, look
from tce.canary.control import planted
from tce.canary.errors import CanaryError
from tests.labs.git_lab import GitFolder

SECRET = "the-secret-of-a-test-with-letters/+"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret"
    file.write_text(SECRET)
    return file


def _look(folder: Path, secret: Path) -> Canaries:
    return look([folder], [secret], bytes, lambda _line: None)


def test_nothing_is_found_where_nothing_is(tmp_path: Path, secret: Path) -> None:
    folder = GitFolder.init(tmp_path / "clean")
    folder.commit("first", {"file": "of no interest"})
    result = _look(folder.path, secret)
    assert result.found == ()
    assert result.unread == ()
    assert result.exit_code == 0
    assert result.searched["repository"] == 1
    # Three objects, and what else Git keeps: its configuration, its index, its logs.
    assert result.searched["history"] >= 3 + 5
    assert "none found" in str(result)


@pytest.mark.parametrize("form", [form for form, _ in planted(SECRET.encode())])
def test_a_planted_one_is_found_in_each_form(tmp_path: Path, secret: Path, form: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "planted").write_bytes(dict(planted(SECRET.encode()))[form])
    result = _look(folder, secret)
    assert [one.place for one in result.found] == [str(folder / "planted")]
    assert result.exit_code == 3
    assert SECRET not in str(result) + json.dumps(result.as_json())


def test_each_place_is_searched(tmp_path: Path, secret: Path) -> None:
    """One in the history, a plan, a state, a bundle, a log, a ledger and a crash report."""
    folder = GitFolder.init(tmp_path / "folder")
    folder.commit("first", {"kept": SECRET})
    folder.commit("second", {"kept": "taken back"})
    packed = gzip.compress(SECRET.encode())
    places = {
        "plan.json": json.dumps({"values": {"key": base64.b64encode(packed).decode()}}).encode(),
        "terraform.tfstate": json.dumps({"key": SECRET}).encode(),
        "images.tar.gz": packed,
        "bao.log": f"request token={SECRET.encode().hex()}".encode(),
        ".tutela/ledger.jsonl": json.dumps({"by": SECRET}).encode(),
        "crash.txt": f"Traceback: value = b'{SECRET}'".encode(),
    }
    for name, data in places.items():
        folder.write(name, data)
    found = {one.kind for one in _look(folder.path, secret).found}
    assert found == {"history", "plan", "state", "bundle", "log", "ledger", "crash report"}


def test_a_name_that_holds_one_is_not_printed(tmp_path: Path, secret: Path) -> None:
    plain = "the-secret-of-a-test-in-a-name"
    secret.write_text(plain)
    folder = tmp_path / "folder" / plain
    folder.mkdir(parents=True)
    (folder / "file").write_text(plain)
    result = _look(tmp_path / "folder", secret)
    assert {one.place for one in result.found} == {
        f"a name in {tmp_path / 'folder'}",
        str(tmp_path / "folder"),
    }
    assert plain not in str(result)


def test_what_cannot_be_searched_is_told(tmp_path: Path, secret: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "broken.parquet").write_bytes(b"PAR1 and nothing else")
    result = _look(folder, secret)
    assert result.exit_code == 4
    assert "not everything was searched" in str(result)


def test_a_search_that_would_find_nothing_says_so(
    tmp_path: Path, secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "control", lambda _random: (("raw",), ("gzip",)))
    with pytest.raises(CanaryError, match="a planted value is not found in gzip"):
        _look(tmp_path, secret)


def test_nothing_to_look_for_or_to_look_in_is_an_error(tmp_path: Path, secret: Path) -> None:
    with pytest.raises(CanaryError, match="nothing to look for"):
        look([tmp_path], [], bytes, lambda _line: None)
    with pytest.raises(CanaryError, match="nothing to look in"):
        look([], [secret], bytes, lambda _line: None)
    with pytest.raises(CanaryError, match="no such file or folder"):
        look([tmp_path / "gone"], [secret], bytes, lambda _line: None)
