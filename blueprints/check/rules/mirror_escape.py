"""Something that is served offline names an address outside of the institution.

Looks at `models/<model>/<site>/` of a repository of model services, where the model is served
offline (`mode: offline`, which is the default): every address in what is rendered there is the
site's own (its registry, its object store, its proxies, the hosts it is reached by), the cluster's
or the machine's. Comments and pages to read (`.md`) are passed over.

A server that asks the internet hangs until it gives up where there is none, and tells others what
is served where there is. Take the address out, mirror what it names, or serve the model online.
"""

import re
from collections.abc import Iterator
from typing import Any

from blueprints.check.documents import items, mapping, text, walk
from blueprints.check.engines import FOLDER, SPEC
from blueprints.check.finding import Finding, Level
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "mirror-escape"
LEVEL = Level.ERROR

_ADDRESS = re.compile(
    r"\b(?:https?|oci|docker|wss?|ftp|git|ssh)://(?:[^\s/@\"']*@)?"
    r"(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9][A-Za-z0-9.-]*)"
)
_COMMENT = re.compile(r"^\s*#(?!!)")
_INSIDE = (".svc", ".cluster.local", ".localhost", ".local", ".internal")
_HERE = frozenset(("localhost", "127.0.0.1", "0.0.0.0", "[::1]"))  # noqa: S104 - a name, no bind


def check(repo: Repository, settings: Settings) -> Iterator[Finding]:
    """Yield each address, line by line."""
    if not repo.exists(SPEC):
        return
    for document in repo.yaml(SPEC)[:1]:
        if text(document.data, "blueprint") == "inference":
            yield from _of(repo, document.data)


def _of(repo: Repository, spec: Any) -> Iterator[Finding]:
    online = {text(one, "name") for one in items(spec, "models") if text(one, "mode") == "online"}
    sites = {text(one, "name"): frozenset(_hosts(one)) for one in items(spec, "sites")}
    for path in repo.under(FOLDER):
        parts = path.split("/")
        if len(parts) < 4 or path.endswith(".md") or parts[1] in online:
            continue
        for number, line in enumerate(repo.text(path).split("\n"), 1):
            if _COMMENT.match(line):
                continue
            for found in _ADDRESS.finditer(line):
                host = found["host"].lower().rstrip(".")
                if not _inside(host) and host not in sites.get(parts[2], ()):
                    message = f"{host} is not of {parts[2]}, and {parts[1]} is served offline"
                    yield Finding(path, number, ID, visible(message), LEVEL)


def _inside(host: str) -> bool:
    """A name of the machine or the cluster; a host alone is one of its own network."""
    alone = "." not in host.strip("[]") and ":" not in host
    return alone or host in _HERE or host.endswith(_INSIDE)


def _hosts(site: Any) -> Iterator[str]:
    """Every host that a site's own description names."""
    yield text(site, "registry").partition("/")[0].partition(":")[0]
    for _, said in walk(mapping(site)):
        if isinstance(said, str):
            found = _ADDRESS.match(said)
            yield found["host"].lower() if found else said.lower()
