"""The console entry as a process: told to end, at any time, it leaves no traceback."""

import os
import signal
import socket
import subprocess
import sys

import pytest


def start(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tutela", *words],
        env={**os.environ, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("json", [False, True])
def test_a_command_that_waits_can_be_ended(number: signal.Signals, json: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(30)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        flags = ["--json"] if json else []
        process = start("doctor", *flags, "s3://bucket", "--endpoint-url", url)
        connection, _ = silent.accept()
        assert connection.recv(1)  # it has asked, and now waits for an answer
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
        connection.close()
    assert process.returncode == 130
    assert out == ""
    assert "Traceback" not in err
    if json:
        assert '"kind": "interrupted"' in err
    else:
        assert err == "tutela: error: interrupted\n"


def test_whoever_set_a_hangup_to_be_ignored_is_obeyed() -> None:
    code = (
        "import signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "from tutela.__main__ import run\n"
        "sys.argv = ['tutela', '--version']\n"
        "try: run()\n"
        "finally: assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=True)
    assert done.stderr == b""


def test_an_interruption_while_modules_load_leaves_no_traceback() -> None:
    code = (
        "import builtins, sys\n"
        "from tutela.__main__ import run\n"
        "real = builtins.__import__\n"
        "def load(name, *rest, **more):\n"
        "    if name == 'typer': raise KeyboardInterrupt\n"
        "    return real(name, *rest, **more)\n"
        "builtins.__import__ = load\n"
        "run()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (130, "tutela: error: interrupted\n")
