import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.engine.blueprint import File, Owner
from blueprints.engine.lock import (
    SCHEMA,
    Entry,
    InvalidLockError,
    Lock,
    entries,
    lock_file,
    parse,
    read,
)
from blueprints.engine.paths import InvalidPathError, check_path
from blueprints.engine.spec import Digest

SHA = Digest("ab" * 32)
LOCK = Lock(
    "garden",
    2,
    "0.1.0",
    "spec.yaml",
    SHA,
    None,
    {"a/b.yaml": Entry(SHA, Owner.SHARED), "run.sh": Entry(SHA, Owner.GENERATED, executable=True)},
)


def plain(path: str) -> bool:
    try:
        return check_path(path) == path
    except InvalidPathError:
        return False


def test_it_is_json_with_one_line_for_each_file() -> None:
    text = lock_file(LOCK).content.decode()
    assert text == (
        "{\n"
        '  "schema": "tutela/lock/v1",\n'
        '  "blueprint": {"name": "garden", "version": 2},\n'
        '  "tool": "0.1.0",\n'
        f'  "spec": {{"file": "spec.yaml", "sha256": "{SHA}"}},\n'
        '  "overlay": null,\n'
        '  "files": {\n'
        f'    "a/b.yaml": {{"sha256": "{SHA}", "owner": "shared"}},\n'
        f'    "run.sh": {{"sha256": "{SHA}", "owner": "generated", "executable": true}}\n'
        "  }\n"
        "}\n"
    )
    assert json.loads(text)["schema"] == SCHEMA


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=20).filter(plain), st.sampled_from(Owner), max_size=5
    )
)
def test_what_is_read_is_what_was_written(owners: dict[str, Owner]) -> None:
    files = [File(path, path.encode(), owner) for path, owner in owners.items()]
    lock = Lock("garden", 2, "1", "s.yaml", SHA, SHA, entries(files))
    try:
        assert parse(lock_file(lock).content, "tutela.lock") == lock
    except InvalidLockError as error:
        assert "in case only" in str(error)  # noqa: PT017 - twins are drawn now and then


def test_a_repository_without_a_lock_has_none(tmp_path: Path) -> None:
    assert read(tmp_path) is None


def test_a_lock_is_read_from_its_folder(tmp_path: Path) -> None:
    (tmp_path / "tutela.lock").write_bytes(lock_file(LOCK).content)
    assert read(tmp_path) == LOCK


def test_a_newer_schema_is_one_clear_error() -> None:
    text = lock_file(LOCK).content.replace(b"lock/v1", b"lock/v12")
    with pytest.raises(InvalidLockError) as caught:
        parse(text, "tutela.lock")
    assert str(caught.value) == (
        "tutela.lock was written by a newer tutela (tutela/lock/v12); this one knows tutela/lock/v1"
    )
    assert caught.value.__notes__ == ["pip install --upgrade tutela"]


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b"[" * 100_000, b"\xff", b'{"schema": 1}'])
def test_what_is_no_lock_is_told(raw: bytes) -> None:
    with pytest.raises(InvalidLockError, match=r"tutela\.lock is no lock of tutela"):
        parse(raw, "tutela.lock")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"name": "garden"', b'"name": 1'),
        (b'"version": 2', b'"version": "2"'),
        (b'"version": 2', b'"version": 0'),
        (b'"tool": "0.1.0"', b'"tool": null'),
        (b'"overlay": null', b'"overlay": "x"'),
        (b'"overlay": null', b'"over": null'),
        (b'"owner": "shared"', b'"owner": "mine"'),
        (b'"executable": true', b'"executable": 1'),
        (b'"a/b.yaml": {', b'"../b.yaml": {'),
        (b'"file": "spec.yaml"', b'"file": "../spec.yaml"'),
        (b'"file": "spec.yaml"', b'"file": "/etc/passwd"'),
        (b'"a/b.yaml": {', b'"/etc/passwd": {'),
        (b'"a/b.yaml": {', b'".git/config": {'),
        (SHA.encode(), SHA.upper().encode()),
        (SHA.encode(), b"ab"),
    ],
)
def test_nothing_is_concluded_from_a_damaged_lock(old: bytes, new: bytes) -> None:
    text = lock_file(LOCK).content
    assert old in text
    with pytest.raises(InvalidLockError, match=r"tutela\.lock is damaged"):
        parse(text.replace(old, new, 1), "tutela.lock")


def test_a_lock_that_is_a_link_or_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(lock_file(LOCK).content)
    (tmp_path / "tutela.lock").symlink_to("real")
    with pytest.raises(InvalidLockError, match="is no file"):
        read(tmp_path)
    (tmp_path / "tutela.lock").unlink()
    (tmp_path / "tutela.lock").mkdir()
    with pytest.raises(InvalidLockError, match="is no file"):
        read(tmp_path)
