import os
import subprocess
import time
from pathlib import Path

import pytest

from blueprints.access.nginx import configuration
from blueprints.emit.text import UnwritableError
from tests.blueprints.access.case import KEYED, OPEN, at, centre, placed
from tests.blueprints.access.engine import Engine

NGINX = """#!/bin/bash
printf '%s\\n' "$*" >>"$FOLDER/nginx.calls"
case "$*" in *-t*) [ ! -e "$FOLDER/refuse" ] ;; esac
"""


def lines(text: bytes) -> list[str]:
    return [line.strip() for line in text.decode().splitlines()]


def test_streams_are_not_buffered_and_no_request_is_sent_twice() -> None:
    found = lines(configuration("centre", centre().access, [KEYED]))
    for line in ("proxy_buffering off;", "proxy_next_upstream off;", "gzip off;"):
        assert line in found
    assert "proxy_read_timeout 1800s;" in found


def test_only_what_has_a_key_is_reached_and_only_its_interface() -> None:
    found = lines(configuration("centre", centre().access, [KEYED, OPEN]))
    assert [line for line in found if line.startswith("location /")] == [
        "location / {",
        "location /mutable/v1/ {",
    ]
    assert not [line for line in found if "open" in line]


def test_the_certificate_is_the_sites_or_lies_where_it_is_looked_for() -> None:
    said = centre(certificate="/srv/tls/a.crt", key="/srv/tls/a.key").access
    assert "ssl_certificate /srv/tls/a.crt;" in lines(configuration("centre", said, [KEYED]))
    found = lines(configuration("centre", centre().access, [KEYED]))
    assert "ssl_certificate_key /etc/nginx/tls/proxy.example.org.key;" in found


def test_a_site_without_a_proxy_has_no_configuration() -> None:
    with pytest.raises(UnwritableError, match=r"centre has no proxy; say access\.proxy"):
        configuration("centre", centre(proxy=None).access, [KEYED])


def switch(
    folder: Path, port: int, *arguments: str, seconds: int = 30
) -> "subprocess.CompletedProcess[str]":
    top = placed(folder, centre(), at(port, seconds=seconds))
    program = folder / "nginx"
    program.write_text(NGINX)
    program.chmod(0o755)
    environment = {"PATH": os.environ["PATH"], "NGINX": str(program), "FOLDER": str(top)}
    return subprocess.run(
        [str(top / "upstream.sh"), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def upstream(folder: Path) -> Path:
    return folder / "access" / "centre" / "upstreams" / "mutable.conf"


def test_an_upstream_changes_when_its_server_answers(tmp_path: Path) -> None:
    with Engine(["x"]) as engine:
        done = switch(tmp_path, engine.port, "mutable", f"127.0.0.1:{engine.port}")
        assert (done.returncode, done.stderr) == (0, "")
        assert upstream(tmp_path).read_text() == f"server 127.0.0.1:{engine.port} max_fails=0;\n"
        endpoint = tmp_path / "endpoint"
        endpoint.write_text(f"http://localhost:{engine.port}\n")
        assert switch(tmp_path, engine.port, "mutable", str(endpoint)).returncode == 0
        assert upstream(tmp_path).read_text() == f"server localhost:{engine.port} max_fails=0;\n"
        endpoint.unlink()
        assert switch(tmp_path, engine.port, "mutable", str(endpoint)).returncode == 0
        assert upstream(tmp_path).read_text() == "\n"
        assert switch(tmp_path, engine.port, "mutable", "127.0.0.1").returncode == 0
    assert switch(tmp_path, engine.port, "mutable", "none").returncode == 0
    assert upstream(tmp_path).read_text() == "\n"


def test_what_does_not_answer_in_time_changes_nothing(tmp_path: Path) -> None:
    with Engine(["x"], ready=False) as engine:
        started = time.monotonic()
        done = switch(tmp_path, engine.port, "mutable", "127.0.0.1", seconds=1)
    assert time.monotonic() - started < 10
    assert done.returncode == 1
    assert done.stderr == f"upstream.sh: no answer of 127.0.0.1:{engine.port} in 1 seconds\n"
    assert not upstream(tmp_path).exists()


def test_what_nginx_does_not_take_is_undone(tmp_path: Path) -> None:
    with Engine(["x"]) as engine:
        assert switch(tmp_path, engine.port, "mutable", "127.0.0.1").returncode == 0
        before = upstream(tmp_path).read_text()
        (tmp_path / "access" / "centre" / "refuse").touch()
        done = switch(tmp_path, engine.port, "mutable", "localhost")
    assert (done.returncode, upstream(tmp_path).read_text()) == (1, before)
    assert "NGINX does not take it; nothing is changed" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("other", "nid001"), "no model of that name is served through this proxy"),
        (("mutable", "nid001:22"), "mutable listens at port 9"),
        (("mutable", "a;b"), "that is no name of a node"),
        (("mutable", "a b:9"), "that is no name of a node"),
        (("mutable", "$(id)"), "that is no name of a node"),
        (("mutable", "-x"), "that is no name of a node"),
        (("mutable", ""), "that is no name of a node"),
        (("mutable",), "say a model, and an address, a file or none"),
    ],
)
def test_what_is_no_address_of_a_model_is_refused(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = switch(tmp_path, 9, *arguments)
    assert (done.returncode, done.stderr) == (1, f"upstream.sh: {said}\n")
    assert not upstream(tmp_path).exists()
