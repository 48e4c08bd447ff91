"""VLANs of a rendered environment on two leaf switches: who hears whose frames.

The ports of one leaf are what the repository gives the provider (the VLAN of each
NetworkAttachmentDefinition), those of the other what the institution declared. A frame, however it
is tagged, is heard by nobody of another VLAN; an untagged one by everybody of its own.
"""

import hashlib
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from blueprints.errors import ExpectedError
from tce.probe.errors import ProbeError
from tce.probe.report import Probed
from tce.probe.trial import Mismatch

FOLDER = "network/harvester"
NATIVE = 1
"""The VLAN that switches put untagged frames of a trunk into; nobody's here."""
RANDOM = 2_000


@dataclass(frozen=True)
class Port:
    """An access port with a host behind it."""

    name: str
    leaf: int
    """1: as rendered; 2: as declared."""
    tag: int
    declared: int
    """Whose frames it may hear."""


@dataclass(frozen=True)
class Frame:
    """One that is sent."""

    number: int
    sender: str
    tags: tuple[int, ...]
    """From the outer one."""
    receiver: str | None
    """None: broadcast."""


def probe(folder: Path, raw: Mapping[str, Any], seed: int, path: str) -> Probed:
    """Raises ProbeError where there is no Open vSwitch, or where it does not run."""
    files = sorted((folder / FOLDER).glob("*.yaml"))
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    rendered = dict(_networks(files))
    ports = _ports(rendered, declared(raw, tuple(rendered)))
    carried = sorted({port.declared for port in ports})
    frames = tuple(_frames(ports, carried, seed))
    arrived = _send(ports, carried, frames, path)
    mismatches = tuple(_wrong(ports, frames, arrived))
    return Probed(
        name="vlan",
        file=FOLDER,
        sha256=digest,
        sent=Counter(_why(frame) for frame in frames),
        control=len(ports),
        wire=len(arrived),
        logged=None,
        counted=None,
        mismatches=mismatches,
    )


def declared(raw: Mapping[str, Any], names: Sequence[str]) -> dict[str, int]:
    """What the institution says of each network of the environment."""
    vlan = raw["vlan"]
    own = str(vlan["cluster_network"])
    found = {}
    for name in names:
        key = {own: "id", f"{own}-transit": "uplink"}.get(name, "workers")
        if vlan.get(key) is None:
            raise ExpectedError(f"{FOLDER}: the network {name} is in no VLAN that is declared")
        found[name] = int(vlan[key])
    return found


def _networks(files: Sequence[Path]) -> Iterator[tuple[str, int]]:
    """Name and VLAN of each NetworkAttachmentDefinition."""
    for file in files:
        for one in _documents(file):
            if isinstance(one, dict) and one.get("kind") == "NetworkAttachmentDefinition":
                try:
                    tag = int(json.loads(one["spec"]["config"])["vlan"])
                    name = str(one["metadata"]["name"])
                except (KeyError, TypeError, ValueError) as error:
                    raise ExpectedError(
                        f"{FOLDER}/{file.name}: a NetworkAttachmentDefinition without one VLAN"
                    ) from error
                yield name, tag


def _documents(file: Path) -> list[object]:
    try:
        return list(yaml.load_all(file.read_bytes(), yaml.CSafeLoader))
    except yaml.YAMLError as error:
        raise ExpectedError(f"{FOLDER}/{file.name} is not valid YAML") from error


def _ports(rendered: Mapping[str, int], said: Mapping[str, int]) -> tuple[Port, ...]:
    if not rendered:
        raise ExpectedError(f"{FOLDER} has no NetworkAttachmentDefinition")
    found = []
    for name, tag in rendered.items():
        found += [
            Port(f"{name} 1", 1, tag, said[name]),
            Port(f"{name} 2", 2, said[name], said[name]),
        ]
    taken = {*said.values(), NATIVE}
    # Neighbours in number are what one slip of a finger leads to.
    others = {one for tag in said.values() for one in (tag - 1, tag + 1) if 1 < one < 4095}
    for tag in sorted(others - taken):
        found += [Port(f"tenant {tag} {leaf}", leaf, tag, tag) for leaf in (1, 2)]
    return tuple(found)


def _frames(ports: Sequence[Port], carried: Sequence[int], seed: int) -> Iterator[Frame]:
    """Every kind from every port to everybody, after each was heard of once; then random ones."""
    pick = random.Random(seed)  # noqa: S311 - test data, no secret
    number = 0
    names = [port.name for port in ports]
    tags: list[tuple[int, ...]] = [(), (0,), *((one,) for one in (NATIVE, *carried))]
    kinds: list[tuple[str, tuple[int, ...], str | None]] = [(name, (), None) for name in names]
    for port in ports:
        double = [(outer, inner) for outer in (NATIVE, port.tag) for inner in carried]
        for tagged in (*tags, *double):
            kinds += [(port.name, tagged, None)]
            kinds += [(port.name, tagged, other) for other in names if other != port.name]
    for _ in range(RANDOM):
        depth = pick.randrange(3)
        some = tuple(pick.choice((NATIVE, *carried, pick.randrange(4096))) for _ in range(depth))
        kinds.append((pick.choice(names), some, pick.choice([None, *names])))
    for sender, tagged, receiver in kinds:
        if sender != receiver:
            number += 1
            yield Frame(number, sender, tagged, receiver)


def _send(
    ports: Sequence[Port], carried: Sequence[int], frames: Sequence[Frame], path: str
) -> dict[int, tuple[str, ...]]:
    asked = {
        "path": path,
        "ports": [vars(port) for port in ports],
        "trunks": list(carried),
        "frames": [
            [one.number, one.sender, one.tags, one.receiver, _hearers(one, ports)] for one in frames
        ],
    }
    # Ours to remove, however the other process ends.
    with tempfile.TemporaryDirectory(prefix="tce") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "tce.probe.leaves"],
            input=json.dumps({**asked, "folder": folder}),
            stdout=subprocess.PIPE,
            text=True,
        )
    if done.returncode:
        raise RuntimeError(f"the process with the switches ended with {done.returncode}")
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise ProbeError(answer["refused"], *answer["hints"])
    return {int(number): tuple(names) for number, names in answer["answer"].items()}


def _wrong(
    ports: Sequence[Port], frames: Sequence[Frame], arrived: Mapping[int, Sequence[str]]
) -> Iterator[Mismatch]:
    vlan = {port.name: port.declared for port in ports}
    for one in frames:
        got = arrived.get(one.number, ())
        said = _said(one, vlan)
        for name in sorted(set(got)):
            if vlan[name] != vlan[one.sender]:
                yield Mismatch(
                    "passed",
                    f"{said}, heard in VLAN {vlan[name]}",
                    one.sender,
                    None,
                    _why(one),
                    (name,),
                )
        for name in _hearers(one, ports):
            if name not in got:
                yield Mismatch(
                    "blocked",
                    f"{said}, not heard by {name}",
                    one.sender,
                    f"VLAN {vlan[name]}",
                    _why(one),
                    tuple(got),
                )


def _hearers(one: Frame, ports: Sequence[Port]) -> list[str]:
    """Who has to hear it. Whether a tag is taken from a host at all is the switch's matter."""
    if one.tags:
        return []
    own = next(port.declared for port in ports if port.name == one.sender)
    found = [port.name for port in ports if port.declared == own and port.name != one.sender]
    return [name for name in found if one.receiver in (None, name)]


def _said(one: Frame, vlan: Mapping[str, int]) -> str:
    tags = " and ".join(map(str, one.tags))
    how = f"tagged {tags}" if tags else "untagged"
    return f"frame of VLAN {vlan[one.sender]}, {how}, to {one.receiver or 'everybody'}"


def _why(one: Frame) -> str:
    return ("untagged", "tagged", "double-tagged")[len(one.tags)]
