"""Tang behind its gate: one unit for each server, at the address that disks were bound to."""

from __future__ import annotations

import configparser
import shlex

import pytest

from tce.keys.window.run import place
from tce.render.custody import window
from tests.tce.intent.specifications import ALPS, HOSPITAL, typed
from tests.tce.render.cluster.rendered import texts


def read(text: str) -> configparser.ConfigParser:
    found = configparser.ConfigParser(interpolation=None, strict=False)
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read_string(text.replace("\\\n", " "))
    return found


@pytest.mark.parametrize("example", [HOSPITAL, ALPS])
def test_a_gate_listens_where_its_server_is_asked_and_passes_on_to_where_that_moved(
    example: str,
) -> None:
    spec = typed(example=example)
    rendered = texts(window.files, spec)
    moved = read(rendered[window.SOCKET])["Socket"]["ListenStream"].split()
    for one in spec.keys.tang:
        words = shlex.split(read(rendered[window.service(one)])["Service"]["ExecStart"])
        said = dict(zip(words[6::2], words[7::2], strict=True))
        assert words[1:6] == ["tce", "keys", "window", "serve", f"/srv/tce-{spec.name}"]
        assert place(said["--listen"])[1] == int(one.url.rpartition(":")[2])
        assert [said["--tang"]] == moved
        assert place(said["--tang"])[0] == "127.0.0.1"


def test_without_ipv6_the_gate_listens_in_no_other_family() -> None:
    spec = typed(example=ALPS).model_copy(update={"ipv6": False})
    assert "--listen 0.0.0.0:" in window.unit(spec, spec.keys.tang[0])


def test_a_server_without_a_port_is_http() -> None:
    spec = typed({"keys/tang/0/url": "http://tang.example.org"})
    assert "--listen [::]:80 " in window.unit(spec, spec.keys.tang[0]).replace("\\\n", " ")
