"""Addresses of Services in what a pod is started with: arguments, variables, settings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.shape import Path, labels, mappings, text, texts
from blueprints.check.cluster.workload import Workload
from blueprints.check.documents import Object

DEFAULT_PORTS = {
    "http": 80,
    "https": 443,
    "ws": 80,
    "wss": 443,
    "grpc": 80,
    "postgres": 5432,
    "postgresql": 5432,
    "mysql": 3306,
    "redis": 6379,
    "rediss": 6379,
    "amqp": 5672,
}
_NO_HOSTS = frozenset(("s3", "s3a", "s3n", "gs", "file", "oci"))
"""What follows is a bucket, a path or a registry."""
_URL = re.compile(
    r"(?P<scheme>[a-z][a-z0-9]*)(?:\+[a-z0-9]+)?://(?:[^\s/@\"']*@)?(?P<host>[A-Za-z0-9][A-Za-z0-9.-]*)(?::(?P<port>[0-9]+))?"
)
_PAIR = re.compile(
    r"(?<![\w./@-])(?P<host>[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*):(?P<port>[0-9]{2,5})(?![\w.])"
)
_INSIDE = re.compile(
    r"(?P<name>[a-z][a-z0-9-]*)(?:\.(?P<space>[a-z0-9-]+)(?:\.svc(?:\.cluster\.local)?)?)?"
)
_NO_HOST = ("s3", "gs", "file", "oci", "sqlite")
"""Schemes after which a bucket or a folder comes."""
_LOCAL = ("localhost", "0", "127", "host")


@dataclass(frozen=True, eq=False)
class Address:
    """An address that a document gives to a program."""

    object: Object
    path: Path
    host: str
    port: int | None
    """None where it is neither written nor known from the scheme."""
    is_url: bool


def addresses(item: Object, path: Path, value: str) -> Iterator[Address]:
    """Every address in a text."""
    taken = []
    for form in _URL.finditer(value):
        taken.append(form.span())
        if form["scheme"] in _NO_HOST:
            continue
        if form["scheme"] in _NO_HOSTS:
            continue
        port = int(form["port"]) if form["port"] else DEFAULT_PORTS.get(form["scheme"])
        yield Address(item, path, form["host"].rstrip("."), port, True)
    for form in _PAIR.finditer(value):
        if not any(start <= form.start() < end for start, end in taken):
            yield Address(item, path, form["host"], int(form["port"]), False)


def given_to(known: Cluster, workload: Workload) -> Iterator[Address]:
    """Every address that a workload is started with."""
    item = workload.object
    space = known.namespace(item)
    for container in workload.containers:
        for field in ("command", "args"):
            for index, word in enumerate(texts(container.data, field)):
                yield from addresses(item, (*container.path, field, index), word)
        variables = {}
        for index, entry in mappings(container.data, "env"):
            where = (*container.path, "env", index, "value")
            variables[text(entry, "name")] = text(entry, "value")
            yield from addresses(item, where, text(entry, "value"))
        yield from _pairs(item, container.path, variables)
    for config, entries in configs(known, workload, space):
        for key, value in entries.items():
            yield from addresses(config, ("data", key), value)
        yield from _pairs(config, ("data",), entries)


def _pairs(item: Object, path: Path, variables: dict[str, str]) -> Iterator[Address]:
    """Host and port in two variables: `PGHOST` and `PGPORT`, `DB_HOST` and `DB_PORT`."""
    for name, value in variables.items():
        stem, word = name[:-4], name[-4:]
        if word.upper() != "HOST" or not re.fullmatch(r"[a-z][a-z0-9.-]*", value):
            continue
        port = variables.get(stem + ("PORT" if word == "HOST" else "port"), "")
        yield Address(item, path, value, int(port) if port.isdecimal() else None, True)


def configs(
    known: Cluster, workload: Workload, space: str
) -> Iterator[tuple[Object, dict[str, str]]]:
    """The ConfigMaps that a workload reads, with the entries that it reads."""
    wanted: dict[str, set[str]] = {}
    for reference in known.references_of(workload):
        if reference.kind == "ConfigMap":
            wanted.setdefault(reference.name, set()).add(reference.key)
    for name, keys in wanted.items():
        given = known.provided.get(("ConfigMap", space, name))
        if given is not None:
            entries = labels(given.object.data, "data")
            yield (
                given.object,
                {key: value for key, value in entries.items() if "" in keys or key in keys},
            )


def service_of(known: Cluster, address: Address, namespace: str) -> tuple[str, str] | None:
    """Namespace and name of the Service that an address names; None for one outside."""
    host = address.host
    if host.startswith(_LOCAL) or re.fullmatch(r"[0-9.]+", host):
        return None
    form = _INSIDE.fullmatch(host)
    if form is None:
        return None
    name, space = form["name"], form["space"]
    if space is None:
        known_name = known.get("Service", namespace, name) is not None
        return (namespace, name) if address.is_url or known_name else None
    if ".svc" in host or space in known.namespaces or known.get("Service", space, name):
        return (space, name)
    return None
