from pathlib import Path

import pytest

from tests.blueprints.access.case import KEYED, centre, placed
from tests.blueprints.runtimes.stubs import Stubs

OPTIONS = (
    *("-N", "-T", "-o", "ExitOnForwardFailure=yes"),
    *("-o", "ServerAliveInterval=30", "-o", "ServerAliveCountMax=3"),
)


@pytest.fixture
def stubs(tmp_path: Path) -> Stubs:
    made = Stubs(tmp_path)
    made.add("ssh", '[ "$1" != -- ] || cat "$HOME/endpoint" 2>/dev/null')
    return made


def script(folder: Path) -> bytes:
    return (placed(folder, centre(), KEYED) / "mutable" / "tunnel.sh").read_bytes()


def test_a_node_is_reached_through_the_login_node_from_this_machine_alone(
    tmp_path: Path, stubs: Stubs
) -> None:
    done = stubs.run(script(tmp_path), "nid001", "9000")
    assert done.returncode == 0
    (call,) = stubs.calls("ssh")
    forward = ("-L", "127.0.0.1:9000:nid001:8137", "--", "login.example.org")
    assert call.arguments == (*OPTIONS, *forward)


def test_without_a_node_the_one_is_taken_that_the_job_wrote_down(
    tmp_path: Path, stubs: Stubs
) -> None:
    (tmp_path / "home" / "endpoint").write_text("http://192.0.2.7:8137\n")
    assert stubs.run(script(tmp_path)).returncode == 0
    asked, forwarded = stubs.calls("ssh")
    assert asked.arguments[:2] == ("--", "login.example.org")
    assert asked.arguments[2].endswith("/tutela/mutable/endpoint")
    assert "127.0.0.1:8137:192.0.2.7:8137" in forwarded.arguments


@pytest.mark.parametrize("node", ["-oProxyCommand=id", "a b", "$(id)", "a:1", "a/b", "a;b"])
def test_what_is_no_node_is_refused(tmp_path: Path, stubs: Stubs, node: str) -> None:
    done = stubs.run(script(tmp_path), node)
    assert (done.returncode, stubs.calls("ssh")) == (1, [])
    assert done.stderr == "mutable: that is no name of a node\n"


@pytest.mark.parametrize("port", ["0", "x", "80:80", "123456"])
def test_what_is_no_port_is_refused(tmp_path: Path, stubs: Stubs, port: str) -> None:
    done = stubs.run(script(tmp_path), "nid001", port)
    assert (done.returncode, stubs.calls("ssh")) == (1, [])


def test_nothing_that_a_job_wrote_is_told(tmp_path: Path, stubs: Stubs) -> None:
    done = stubs.run(script(tmp_path))
    assert done.returncode == 1
    assert "no job of yours serves it at login.example.org" in done.stderr


def test_what_stands_in_the_file_is_looked_at_too(tmp_path: Path, stubs: Stubs) -> None:
    (tmp_path / "home" / "endpoint").write_text("http://-oProxyCommand=id:8137\n")
    done = stubs.run(script(tmp_path))
    assert (done.returncode, len(stubs.calls("ssh"))) == (1, 1)
