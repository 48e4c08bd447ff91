"""What the provider holds, taken apart once: texts, sealed objects, volumes, captured traffic."""

import mmap
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tce.age.header import Header
from tce.attack import capture, luks, sealed
from tce.attack.errors import AttackError
from tce.attack.harvest import Harvest
from tce.canary import places
from tce.canary.history import objects
from tce.canary.layers import layers
from tce.canary.search import Canary, Hit, found_in
from tce.canary.streams import Data

_LEAST = 32
"""Bytes of a body: nonce and one tag."""


@dataclass(frozen=True)
class Item:
    """Something that may open, and where it lies."""

    place: str
    data: Data = field(repr=False)
    bodies: tuple[int, ...] = ()
    """Where bodies begin that have their header before them; of a body alone, 0."""


@dataclass(frozen=True)
class Direct:
    """A canary that could be read without any key."""

    hit: Hit
    place: str


@dataclass
class Holdings:
    """Everything that was found."""

    counts: Counter[str] = field(default_factory=Counter)
    """``sealed objects``, ``bodies``, ``volumes``, ``packets of TLS``.. -> how many."""
    direct: list[Direct] = field(default_factory=list)
    items: list[Item] = field(default_factory=list, repr=False)
    volumes: list[tuple[str, luks.Volume]] = field(default_factory=list, repr=False)
    headers: list[Header] = field(default_factory=list, repr=False)
    harvest: Harvest = field(default_factory=Harvest, repr=False)
    unread: list[tuple[str, str]] = field(default_factory=list)
    public: bool = False
    """What is looked at now is read by everybody."""


def survey(
    public: Path, held: Sequence[Path], canaries: Sequence[Canary], progress: Callable[[str], None]
) -> Holdings:
    """Look at everything in all folders, and at what is packed in it.

    `public` is the repository, which the provider reads as everybody does.
    """
    found = Holdings()
    for folder in (*held, public):
        found.public = folder == public
        for place in places.places(folder):
            progress(f"{sum(found.counts.values()):,} looked at")
            if isinstance(place, places.Unread):
                found.unread.append((str(place.path), place.reason))
            elif isinstance(place, places.Git):
                _history(found, place.path, canaries)
            else:
                _file(found, place, canaries)
    return found


def _history(found: Holdings, folder: Path, canaries: Sequence[Canary]) -> None:
    told = f"{folder}, history"
    for one in objects(folder, lambda words: found.unread.append((told, words))):
        found.counts["objects of Git"] += 1
        _text(found, f"{folder}, {one.name}", one.data, canaries)


def _file(found: Holdings, file: places.File, canaries: Sequence[Canary]) -> None:
    place = str(file.path)
    try:
        data = places.read(file)
    except OSError as error:
        found.unread.append((place, error.strerror or str(error)))
        return
    if luks.is_volume(data):
        found.counts["volumes"] += 1
        try:
            found.volumes.append((place, luks.read(data, place)))
        except AttackError as error:
            found.unread.append((place, str(error)))
    if capture.is_capture(data):
        traffic = capture.read(data)
        for kind, count in traffic.packets.items():
            found.counts[f"packets of {kind}"] += count
        for flow in traffic.flows:
            _text(found, f"{place}, {flow.name}", flow.text(), canaries)
    elif not _text(found, place, data, canaries) and not luks.is_volume(data):
        found.counts["other files"] += 1
        if len(data) >= _LEAST:
            # A body that lies alone looks like nothing at all: so whatever does is one, perhaps.
            found.items.append(Item(place, data, (0,)))


def _text(found: Holdings, place: str, data: Data, canaries: Sequence[Canary]) -> bool:
    """Search one thing and what is packed in it; say whether something sealed stands there."""
    waiting = list(canaries)
    held = False
    for layer in layers(data, lambda words: found.unread.append((place, words))):
        for hit in found_in(layer, waiting):
            waiting = [one for one in waiting if one.name != hit.canary]
            found.direct.append(Direct(hit, place))
        within = " in ".join((*reversed(layer.forms), place)) if layer.forms else place
        heads = list(sealed.found(layer.data))
        if heads:
            held = True
            found.counts["sealed objects"] += len(heads)
            found.headers += [header for header, _ in heads]
            found.items.append(Item(within, layer.data, tuple(at for _, at in heads)))
        if not isinstance(layer.data, mmap.mmap):
            found.harvest.take(layer.data, public=found.public)
    return held
