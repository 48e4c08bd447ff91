"""Rendered environments that are mutated, and what the second parsers say of their files."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from blueprints.emit.yaml import yaml_text
from blueprints.engine.spec import parse as parse_specification
from tce.blueprint import BLUEPRINT
from tce.intent.spec import Specification
from tce.render import documents
from tests.tce.intent.specifications import ALPS, HOSPITAL, data
from tests.tce.mutants import (
    of_acl,
    of_junos,
    of_link,
    of_nft,
    of_policies,
    parse_acl,
    parse_junos,
    parse_nft,
)
from tests.tce.mutants.meaning import Meaning
from tests.tce.mutants.mutant import Mutant
from tests.tce.render.network.environments import without_ipv6

PERIMETER = "network/perimeter/tce.nft"
SPECIFICATION = "spec.yaml"
_LINKS = ("network/harvester/", "network/vpn/")
_CLUSTER = "k8s/"
_SETTINGS = "k8s/cni/"
_POLICY = b"NetworkPolicy\n"


@dataclass(frozen=True)
class Subject:
    """One rendered environment."""

    name: str
    files: Mapping[str, bytes]
    said: Mapping[str, Any]
    """The specification, as plain data."""

    @property
    def legs(self) -> tuple[str, ...]:
        """As the proof counts them."""
        return tuple(dict.fromkeys(zone["leg"] for zone in self.said["zones"].values()))

    @property
    def devices(self) -> tuple[str, ...]:
        """Files with filters in them."""
        switches = (
            f"network/switches/{one['name']}.{one['format']}" for one in self.said["switches"]
        )
        return (PERIMETER, *switches)

    @property
    def links(self) -> tuple[str, ...]:
        """Files with what lies below addresses."""
        return tuple(one for one in self.files if one.startswith(_LINKS))

    @property
    def policies(self) -> tuple[str, ...]:
        """Files with policies of the cluster, and the one that says how they are enforced."""
        return tuple(
            one
            for one, content in self.files.items()
            if one.startswith(_SETTINGS) or (one.startswith(_CLUSTER) and _POLICY in content)
        )

    def behind(self, file: str) -> set[str]:
        """Zones at the far end of a tunnel; of the gateway's file, of all of them."""
        name = file.rpartition("/")[2].removesuffix(".conf")
        peers = self.said["vpn"]["peers"]
        return {one["zone"] for one in peers if name in ("gateway", one["name"])}

    def meaning(self, file: str, text: str) -> Meaning:
        """By the second parser of the file's format; raises NotUnderstoodError."""
        format_ = file.rpartition(".")[2]
        if format_ == "nft":
            return parse_nft.parse(text, self.legs)
        interface = next(
            one["interface"]
            for one in self.said["switches"]
            if file == f"network/switches/{one['name']}.{one['format']}"
        )
        if format_ == "junos":
            return parse_junos.parse(text, interface)
        return parse_acl.parse(text, format_, interface)

    def mutants(self) -> Iterator[Mutant]:
        """Every one of every device; those that leave the text as it was are none."""
        for file in (*self.devices, *self.links):
            text = self.files[file].decode()
            format_ = file.rpartition(".")[2]
            if format_ == "nft":
                found = of_nft.mutants(file, text, self.legs)
            elif format_ == "junos":
                found = of_junos.mutants(file, text)
            elif format_ == "conf":
                found = of_link.tunnels(file, text)
            elif format_ == "yaml":
                found = of_link.links(file, text)
            else:
                found = of_acl.mutants(file, text)
            yield from (one for one in found if one.text != text)
        for file in self.policies:
            text = self.files[file].decode()
            settings = file.startswith(_SETTINGS)
            yield from (of_policies.settings if settings else of_policies.policies)(file, text)


@lru_cache
def subjects() -> tuple[Subject, ...]:
    """The examples, and one of them with IPv4 only."""
    return (
        _subject(HOSPITAL, data()),
        _subject(ALPS, data(example=ALPS)),
        _subject("hospital without IPv6", data(without_ipv6())),
    )


def _subject(name: str, said: dict[str, Any]) -> Subject:
    text = yaml_text([said])
    model = parse_specification(text, "tce.yaml", BLUEPRINT).model
    assert isinstance(model, Specification)
    files = {one.path: one.content for one in documents(model)}
    return Subject(name, {**files, SPECIFICATION: text}, said)


def target(file: str) -> str:
    """What is mutated: a format, or ``policies`` of the cluster."""
    return "policies" if file.startswith(_CLUSTER) else file.rpartition(".")[2]


@dataclass(frozen=True)
class Case:
    """One mutant of one environment."""

    number: int
    subject: Subject
    mutant: Mutant


@lru_cache
def every() -> tuple[Case, ...]:
    """All cases, always in the same order."""
    found = [(subject, mutant) for subject in subjects() for mutant in subject.mutants()]
    return tuple(Case(number, *one) for number, one in enumerate(found))


def about(policies: bool) -> list[Case]:
    """Those of policies of the cluster, or those of what filters and carries packets."""
    return [one for one in every() if (target(one.mutant.file) == "policies") == policies]


def sample(size: int, seed: str, among: Iterable[Case] | None = None) -> list[Case]:
    """So many cases; each operator of each target comes as often as the others, while it lasts."""
    chance = random.Random(seed)
    groups: dict[tuple[str, str], list[Case]] = {}
    for case in every() if among is None else among:
        key = (target(case.mutant.file), case.mutant.operator)
        groups.setdefault(key, []).append(case)
    for group in groups.values():
        chance.shuffle(group)
    keys = sorted(groups)
    chance.shuffle(keys)
    found: list[Case] = []
    while len(found) < size and any(groups.values()):
        for key in keys:
            if groups[key] and len(found) < size:
                found.append(groups[key].pop())
    return found
