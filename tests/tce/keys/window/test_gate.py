"""The gate before Tang: closed but for what officers have signed."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tce.keys.errors import CustodyError
from tce.keys.window import windows
from tce.keys.window.gate import LARGEST, Gate, _machine, serve
from tce.keys.window.journal import read
from tests.tce.keys.office import NOW, Office
from tests.tce.keys.window.gates import Front, running


@pytest.fixture
def front(office: Office, tmp_path: Path) -> Iterator[Front]:
    with running(office, tmp_path / "gate") as made:
        yield made


def opened(office: Office, front: Front, target: str = "127.0.0.1", **details: str) -> None:
    order = office.order("window", target, details=details).read_bytes()
    windows.put(front.folder, order, office.officers, front.now)


def test_it_is_closed_until_officers_open_it_and_shut_again_by_itself(
    office: Office, front: Front
) -> None:
    assert front.recover() == 403
    assert front.reached == []
    opened(office, front, openings="9")
    assert front.ask("POST", "/rec/abc", b"{}") == (200, b"key for {}")
    front.now += timedelta(minutes=30)
    assert front.recover() == 403
    assert front.reached == ["/rec/abc"]


def test_a_machine_has_its_key_as_often_as_was_signed_also_after_a_restart(
    office: Office, front: Front, tmp_path: Path
) -> None:
    opened(office, front, openings="2")
    assert [front.recover() for _ in range(4)] == [200, 200, 403, 403]
    again = Gate(front.folder, lambda: office.officers, lambda: front.now)
    assert again.asked(_machine("127.0.0.1")) == "this machine had its key as often as was allowed"


def test_a_window_for_another_machine_opens_nothing_whatever_a_header_says(
    office: Office, front: Front
) -> None:
    opened(office, front, "192.0.2.0/28")
    for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
        answer = front.ask("POST", "/rec/abc", b"{}", **{name: "192.0.2.1"})
        assert answer == (403, b"no window is open for this machine\n")
    assert front.reached == []


def test_what_tang_says_of_itself_is_public(front: Front) -> None:
    for path in ("/adv", "/adv/", "/adv/abc_-1"):
        assert front.ask("GET", path) == (200, b"advertisement")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/rec/abc"),
        ("GET", "/adv/../rec/abc"),
        ("POST", "/adv"),
        ("POST", "/rec/"),
        ("POST", "/rec/../adv"),
        ("POST", "/rec/abc?x=1"),
    ],
)
def test_other_requests_never_reach_tang(
    office: Office, front: Front, method: str, path: str
) -> None:
    opened(office, front, openings="9")
    assert front.ask(method, path, b"{}" if method == "POST" else None)[0] == 404
    assert front.reached == []


def test_a_request_that_is_too_long_or_says_no_length_is_refused(
    office: Office, front: Front
) -> None:
    opened(office, front, openings="9")
    assert front.ask("POST", "/rec/abc", b"x" * (LARGEST + 1))[0] == 400
    with socket.create_connection(("127.0.0.1", front.port), 5) as raw:
        raw.sendall(b"POST /rec/abc HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
        assert b" 400 " in raw.recv(100)
    assert front.reached == []


def test_who_hangs_up_stops_nobody_and_leaves_no_trace_on_the_terminal(
    office: Office, front: Front, capfd: pytest.CaptureFixture[str]
) -> None:
    opened(office, front)
    for begun in (b"POST /rec/abc HTTP/1.1\r\nContent-Length: 50\r\n\r\n{", b"\0\xff\r\n", b""):
        with socket.create_connection(("127.0.0.1", front.port), 5) as raw:
            raw.sendall(begun)
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert front.recover() == 200
    assert capfd.readouterr().err == ""


def test_everything_that_was_asked_is_written_down(office: Office, front: Front) -> None:
    front.recover()
    opened(office, front)
    front.recover()
    found = list(read(front.folder))
    assert [(one.machine, one.answer) for one in found] == [
        ("127.0.0.1", "no window is open for this machine"),
        ("127.0.0.1", "opened"),
    ]
    assert found[1].order is not None


def test_what_cannot_be_written_down_does_not_happen(office: Office, front: Front) -> None:
    opened(office, front)
    (front.folder / "journal.jsonl").mkdir()
    assert front.ask("POST", "/rec/abc", b"{}")[0] == 503
    assert front.reached == []


def test_without_a_specification_nobody_can_have_approved(office: Office, front: Front) -> None:
    opened(office, front)
    (office.folder / "spec.yaml").unlink()
    status, said = front.ask("POST", "/rec/abc", b"{}")
    assert status == 403
    assert b"nobody can say who may approve" in said


def test_a_tang_that_does_not_answer_is_told(office: Office, tmp_path: Path) -> None:
    with running(office, tmp_path / "gate") as front:
        opened(office, front)
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            other = serve(front.gate, ("127.0.0.1", 0), nobody.getsockname())
        front.port = other.server_address[1]
        threading.Thread(target=other.handle_request, daemon=True).start()
        assert front.ask("GET", "/adv") == (502, b"tang does not answer\n")
        other.server_close()


def test_an_address_that_is_taken_is_told(office: Office, tmp_path: Path) -> None:
    gate = Gate(tmp_path, lambda: office.officers, lambda: NOW)
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(CustodyError, match="ddress already in use"),
    ):
        serve(gate, taken.getsockname(), ("127.0.0.1", 1))


def test_ipv4_within_ipv6_is_the_machine_that_a_window_names() -> None:
    assert str(_machine("::ffff:10.90.12.11")) == "10.90.12.11"
    assert str(_machine("2001:db8::1")) == "2001:db8::1"
    assert str(_machine("fe80::1%eth0")) == "fe80::1"
