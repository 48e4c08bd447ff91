import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from governance.snapshot.lock import HeldError, Lock


def test_a_lock_is_held_once_and_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with Lock(path):
        assert json.loads(path.read_text())["pid"] == os.getpid()
        with pytest.raises(HeldError, match=f"process {os.getpid()}"), Lock(path):
            pass
    assert not path.exists()
    with Lock(path):
        assert path.exists()


def test_another_live_process_is_named(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    code = (
        "import sys; from pathlib import Path; from governance.snapshot.lock import Lock\n"
        "with Lock(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(HeldError, match=f"process {other.pid}"), Lock(path):
            pass
        other.kill()
        other.wait()
        # Its file is still there, and nobody holds it any more.
        assert path.exists()
        with Lock(path):
            pass
        other.communicate()


def test_what_a_process_on_another_machine_holds_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_text(json.dumps({"pid": 1, "host": f"not-{platform.node()}"}))
    with pytest.raises(HeldError, match="a process on not-"), Lock(path):
        pass
    assert path.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": "x", "host": 1}'])
def test_a_file_whose_writer_died_before_it_could_say_is_taken_over(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "lock"
    path.write_text(text)
    with Lock(path):
        assert path.exists()
