import dataclasses
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from blueprints.runtimes.writing.host import folders, head, script, secrets
from blueprints.runtimes.writing.shell import quoted
from blueprints.service.service import Probe
from tests.blueprints.runtimes.example import SERVICE, free_port, placed
from tests.blueprints.runtimes.stubs import Stubs, secret_file

STOP = 'kill -TERM -- "-$server" 2>/dev/null || true\nwait "$server" || true\n'


def written(folder: Path, *words: str, seconds: int = 30, port: int | None = None) -> bytes:
    """A script that starts these words as its server."""
    service = placed(folder, port or free_port(), probe=Probe("/health", seconds, 1))
    return script(service, "A test.", "", quoted(words), STOP)


def test_the_code_of_the_server_is_the_code_of_the_script(tmp_path: Path) -> None:
    stubs = Stubs(tmp_path / "stubs")
    stubs.add("curl")
    stubs.add("server", "exit 42")
    assert stubs.run(written(tmp_path, "server")).returncode == 42


def test_a_server_that_ends_before_it_answers_ends_the_script(tmp_path: Path) -> None:
    stubs = Stubs(tmp_path / "stubs")
    stubs.add("curl", 'until [ -e "$STUBS/over" ]; do sleep 0.01; done; exit 7')
    stubs.add("server", 'touch "$STUBS/over"; exit 3')
    done = stubs.run(written(tmp_path, "server"))
    assert (done.returncode, done.stderr) == (3, "")


def test_a_server_that_never_answers_is_ended(tmp_path: Path) -> None:
    stubs = Stubs(tmp_path / "stubs")
    stubs.add("curl", "exit 7")
    stubs.add("server", "trap 'touch \"$STUBS/told\"; exit 9' TERM; while :; do sleep 0.05; done")
    made = written(tmp_path, "server", seconds=1)
    port = made.decode().split("\nport=")[1].split("\n")[0]
    done = stubs.run(made)
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == f"scout: no answer at port {port} in 1 seconds"
    assert (tmp_path / "stubs/calls/told").exists()


def test_the_probe_asks_the_port_and_path_of_the_service(tmp_path: Path) -> None:
    stubs = Stubs(tmp_path / "stubs")
    stubs.add("curl", 'touch "$STUBS/asked"')
    stubs.add("server", 'until [ -e "$STUBS/asked" ]; do sleep 0.01; done; exit 5')
    port = free_port()
    done = stubs.run(written(tmp_path, "server", port=port))
    assert (done.returncode, done.stderr) == (5, f"scout: answers at port {port}\n")
    (call,) = stubs.calls("curl")
    assert call.arguments[-1] == f"http://127.0.0.1:{port}/health"
    assert call.arguments[:2] == ("--noproxy", "*")


def test_a_port_where_something_answers_starts_nothing(tmp_path: Path) -> None:
    stubs = Stubs(tmp_path / "stubs")
    stubs.add("server")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = stubs.run(written(tmp_path, "server", port=port))
    assert done.returncode == 1
    assert done.stderr == f"scout: something answers at port {port} already\n"
    assert stubs.calls("server") == []


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_server_and_then_the_script(tmp_path: Path, sent: int) -> None:
    stubs = Stubs(tmp_path / "stubs")
    stubs.add("curl", "exit 7")
    stubs.add(
        "server",
        'trap \'touch "$STUBS/told"; exit 9\' TERM; touch "$STUBS/begun"; '
        "while :; do sleep 0.05; done",
    )
    file = stubs.folder / "script.sh"
    file.write_bytes(written(tmp_path, "server"))
    made = {"PATH": f"{stubs.folder}/bin:/usr/bin:/bin", "STUBS": f"{stubs.folder}/calls"}
    with subprocess.Popen(["bash", file], env=made, stderr=subprocess.DEVNULL) as process:
        begun = stubs.folder / "calls" / "begun"
        for _ in range(400):
            if begun.exists() or process.poll() is not None:
                break
            time.sleep(0.01)
        process.send_signal(sent)
        assert process.wait(10) == 143
    assert (stubs.folder / "calls" / "told").exists()


def test_a_folder_that_is_missing_is_told_before_anything_starts(tmp_path: Path) -> None:
    stubs = Stubs(tmp_path / "stubs")
    stubs.add("curl")
    stubs.add("server")
    made = written(tmp_path, "server")
    (tmp_path / "mo:d,els").rmdir()
    done = stubs.run(made)
    assert (done.returncode, done.stderr) == (1, f"scout: there is no {tmp_path}/mo:d,els\n")
    assert stubs.calls("server") == []


def asked(stubs: Stubs) -> "subprocess.CompletedProcess[str]":
    """What a script that asks for the service's secrets says."""
    stubs.add("show", 'exec printenv "PRE_$1"')
    text = head(SERVICE, "A test.") + secrets(SERVICE, "PRE_") + "show VLLM_API_KEY\n"
    return stubs.run(text.replace("port=8000", f"port={free_port()}").encode())


def test_a_secret_is_the_line_of_the_file_and_nothing_of_it_is_evaluated(tmp_path: Path) -> None:
    stubs = Stubs(tmp_path / "stubs")
    value = "a=b \"c\" '$(touch owned)' \\ `id`"
    secret_file(stubs, "scout", {"VLLM_API": "no", "X_VLLM_API_KEY": "no", "VLLM_API_KEY": value})
    assert asked(stubs).stdout == f"{value}\n"
    assert not list(tmp_path.rglob("owned"))


def test_settings_may_lie_elsewhere(tmp_path: Path) -> None:
    stubs = Stubs(tmp_path / "stubs")
    file = secret_file(stubs, "scout", {"VLLM_API_KEY": "key"})
    (tmp_path / "else where").mkdir()
    file.parent.rename(tmp_path / "else where" / "tutela")
    stubs.environment["XDG_CONFIG_HOME"] = str(tmp_path / "else where")
    assert asked(stubs).stdout == "key\n"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o700, 0o666])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    stubs = Stubs(tmp_path / "stubs")
    file = secret_file(stubs, "scout", {"VLLM_API_KEY": "key"})
    file.chmod(mode)
    done = asked(stubs)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"scout: others may read {file}; chmod 600 it\n"


def test_a_file_of_somebody_else_is_refused(tmp_path: Path) -> None:
    stubs = Stubs(tmp_path / "stubs")
    file = secret_file(stubs, "scout", {"VLLM_API_KEY": "key"})
    if os.getuid() == 0:
        os.chown(file, 12345, 12345)
    else:
        file.unlink()
        file.symlink_to("/etc/hostname")
    assert asked(stubs).stderr == f"scout: {file} is not yours\n"


def test_what_is_missing_names_its_key_in_the_secret_store(tmp_path: Path) -> None:
    stubs = Stubs(tmp_path / "stubs")
    file = stubs.folder / "home" / ".config" / "tutela" / "scout.env"
    value = "its value is under models/scout/api-key in the secret store\n"
    assert asked(stubs).stderr == f"scout: there is no {file}; put VLLM_API_KEY=.. there, {value}"
    secret_file(stubs, "scout", {"VLLM_API_KEY": ""})
    assert asked(stubs).stderr == f"scout: {file} has no VLLM_API_KEY; {value}"


def test_a_service_without_secrets_has_no_file() -> None:
    assert secrets(dataclasses.replace(SERVICE, secrets={})) == ""


def test_folders_are_made_where_the_server_writes() -> None:
    assert folders(SERVICE).splitlines()[1:] == [
        "[ -e /srv/models ] || fail 'there is no /srv/models'",
        "mkdir -p -- /srv/cache/scout",
    ]
