"""The gate as a program: until it is told to end."""

from __future__ import annotations

import http.client
import os
import signal
import threading
from pathlib import Path

import pytest

from tce.keys.errors import CustodyError
from tce.keys.window.run import place, run
from tests.labs.ports import free_port
from tests.tce.keys.office import NOW, Office


def test_it_serves_until_it_is_told_to_end(office: Office, tmp_path: Path) -> None:
    port, said = free_port(), []

    def asked() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("POST", "/rec/abc", b"{}")
        said.append(connection.getresponse().status)
        connection.close()
        os.kill(os.getpid(), signal.SIGTERM)

    def started(line: str) -> None:
        assert "closed until a window is opened" in line
        threading.Thread(target=asked).start()

    before = signal.getsignal(signal.SIGTERM)
    done = run(
        tmp_path,
        lambda: office.officers,
        lambda: NOW,
        f"127.0.0.1:{port}",
        "127.0.0.1:1",
        started,
    )
    assert said == [403]
    assert done.as_json() == {"stopped": f"127.0.0.1:{port}"}
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize("text", ["", "7500", ":7500", "host:", "host:99999", "host:x"])
def test_what_is_no_place_is_told(text: str) -> None:
    with pytest.raises(CustodyError, match="is no address with a port"):
        place(text)


def test_both_families_are_written_as_everywhere() -> None:
    assert place("[2001:db8::5]:7500") == ("2001:db8::5", 7500)
    assert place("192.0.2.5:7500") == ("192.0.2.5", 7500)
