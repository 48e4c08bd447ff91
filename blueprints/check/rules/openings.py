"""The openings that programs read are not the ones that people read.

Looks at `openings.json` (schema `tutela/openings/v1`) and the page `openings.md` beside it: every
zone and opening of the one is in the other, with the same ports, addresses, networks and reasons.
In the file itself nothing is missing, comes twice or contradicts what follows from it: which
cluster an opening is for, in which direction, in which IP versions.

People approve the page and a firewall gets the file: a port that only the file has was approved by
nobody, one that is only on the page stays shut.

Change the specification and update the repository; both are made from it.
"""

import json
import posixpath
from collections.abc import Iterator
from typing import Any

from blueprints.check.cluster.openings_file import SCHEMA, said, short, wrong
from blueprints.check.cluster.openings_page import Known, Page, Row, read, spans
from blueprints.check.cluster.shape import mapping, mappings, sequence, text
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "openings"
LEVEL = Level.ERROR

_FILE = "openings.json"
_PAGE = "openings.md"
_MOST = 20
"""Findings that one file gives: a page of another time differs in every line."""


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Both files of every folder that has one of them."""
    for path in repo.files:
        name = posixpath.basename(path)
        folder = path.removesuffix(name)
        if name == _PAGE and repo.text(path).startswith("# Openings\n"):
            if not repo.exists(f"{folder}{_FILE}"):
                yield Finding(path, 1, ID, f"there is no {_FILE} beside it", LEVEL)
        elif name == _FILE:
            yield from _file(repo, path, f"{folder}{_PAGE}")


def _file(repo: Repository, path: str, page: str) -> Iterator[Finding]:
    try:
        data = json.loads(repo.read(path))
    except (ValueError, RecursionError):
        return  # json-syntax tells it
    if text(data, "schema") != SCHEMA:
        if repo.exists(page) and repo.text(page).startswith("# Openings\n"):
            yield Finding(path, 1, ID, f"is not of the schema {SCHEMA}", LEVEL)
        return
    found = list(wrong(data))
    if not repo.exists(page):
        yield Finding(path, 1, ID, f"there is no {_PAGE} beside it", LEVEL)
    elif not found:
        try:
            found = list(_against(data, read(repo.text(page))))
        except ValueError:
            yield Finding(page, 1, ID, "has addresses that are none", LEVEL)
    if found:
        document = repo.yaml(path)
        for place, words in found[:_MOST]:
            line = document[0].line_of(*place) if document else 1
            yield Finding(path, line, ID, visible(words), LEVEL)


def _against(data: Any, page: Page) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Zones first: a row speaks of zones."""
    zones = {text(one, "name"): one for _, one in mappings(data, "zones")}
    here = {}
    for index, one in mappings(data, "zones"):
        key = text(one, "cluster"), short(text(one, "name"))
        here[key] = index
        known = Known(
            text(one, "what"),
            one.get("vlan"),
            spans(sequence(one, "addresses")),
            tuple(sequence(one, "hosts")),
        )
        if page.zones.get(key) != known:
            yield ("zones", index), f"{text(one, 'name')} is not as in {_PAGE}"
        network = one.get("network")
        lies = (one.get("vlan"), one.get("cidr"), one.get("plane"))
        if network and page.networks.get(network, lies) != lies:
            yield ("zones", index), f"network of {text(one, 'name')} is not as in {_PAGE}"
    for cluster, name in sorted(page.zones.keys() - here.keys()):
        yield ("zones",), f"{'/'.join(filter(None, (cluster, name)))} is in {_PAGE} only"
    facts = mapping(data, "facts")
    sources = {title: url.removeprefix("../") for title, url in page.sources.values()}
    for name, fact in facts.items():
        if sources.get(fact["title"]) != fact["url"]:
            yield ("facts", name), f"{name} is not as in {_PAGE}"
    rows = {}
    for index, one in mappings(data, "openings"):
        sides = zones[one["source"]], zones[one["destination"]]
        row = Row(
            text(one, "cluster"),
            short(one["source"]),
            short(one["destination"]),
            (text(sides[0], "network"), text(sides[1], "network")),
            said(one),
            f"{one['component']}: {one['why']}",
            facts[one["fact"]]["title"],
        )
        rows[row] = index
        if row not in page.rows:
            yield ("openings", index), f"{row} is not in {_PAGE}"
    for row in sorted(page.rows - rows.keys()):
        yield ("openings",), f"{row} is in {_PAGE} only"
