"""Addresses that programs are given."""

from pathlib import Path

import pytest

from blueprints.check.cluster.addresses import given_to, service_of
from tests.blueprints.check.cluster.known import SERVICE, known, pod


@pytest.mark.parametrize(
    ("value", "host", "port"),
    [
        ("http://web", "web", 80),
        ("https://web:8443/path", "web", 8443),
        ("postgresql+psycopg2://user:pw@web/db", "web", 5432),
        ("web:19530", "web", 19530),
        ("http://web.team.svc.cluster.local:80", "web.team.svc.cluster.local", 80),
    ],
)
def test_an_address_is_host_and_port(value: str, host: str, port: int, tmp_path: Path) -> None:
    found = known(tmp_path, client=pod("client", f"[{{name: A, value: '{value}'}}]"), web=SERVICE)
    (client,) = found.workloads
    (address,) = given_to(found, client)
    assert (address.host, address.port) == (host, port)
    assert service_of(found, address, "team") == ("team", "web")


@pytest.mark.parametrize(
    "value",
    ["s3://bucket/key", "http://localhost:80", "https://www.example.org", "12:30:15", "a=b:c"],
)
def test_what_is_outside_is_no_service(value: str, tmp_path: Path) -> None:
    found = known(tmp_path, client=pod("client", f"[{{name: A, value: '{value}'}}]"))
    (client,) = found.workloads
    places = [service_of(found, address, "team") for address in given_to(found, client)]
    assert set(places) <= {None}


def test_only_the_entries_that_are_read_count(tmp_path: Path) -> None:
    env = "[{name: A, valueFrom: {configMapKeyRef: {name: both, key: one}}}]"
    config = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: both, namespace: team}
data: {one: 'http://web', other: 'http://shop'}
"""
    found = known(tmp_path, client=pod("client", env), config=config)
    (client,) = found.workloads
    assert [address.host for address in given_to(found, client)] == ["web"]
