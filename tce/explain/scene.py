"""Devices as their files say what they do, and zones as the specification says where they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from blueprints.check.repository import Repository
from blueprints.errors import ExpectedError
from blueprints.yamltext import Value, load
from tce.prove import perimeter, switch
from tce.prove.clause import Expected
from tce.prove.intent import Intent, Zone, read_intent
from tce.prove.sources import SPECIFICATION, Options, Source, devices
from tce.read import formats
from tce.space.errors import NotModelledError
from tce.space.filter import Filter, Point
from tce.space.header import Family

_LARGEST = 8 * 1024 * 1024


@dataclass(frozen=True)
class Device:
    """One of them; without filters it was not understood."""

    source: Source
    filters: tuple[Filter, ...]
    problem: str | None = None
    """Why it was not understood: ``file:line: what``."""

    @property
    def name(self) -> str:
        """``perimeter``, or the switch's."""
        return self.source.name

    def at(self, point: str, family: Family) -> Filter | None:
        """What it does there."""
        found = (one for one in self.filters if one.point == point and one.family == family)
        return next(found, None)


@dataclass(frozen=True)
class Scene:
    """A rendered environment, read back."""

    folder: Path
    intent: Intent
    devices: tuple[Device, ...]
    """The perimeter first."""
    said: Mapping[str, Value]
    """The specification's own words."""
    _expected: dict[tuple[Point, Family], Expected] = field(default_factory=dict, repr=False)

    @cached_property
    def flows(self) -> Mapping[str, Mapping[str, Value]]:
        """What is said of each flow."""
        flows = self.said.get("flows")
        found = [one for one in flows if isinstance(one, dict)] if isinstance(flows, list) else []
        return {str(one.get("name")): one for one in found}

    def expected(self, point: Point, family: Family) -> Expected:
        """What the intent asks of a device there; made once."""
        key = (point, family)
        if key not in self._expected:
            if point == "forward":
                self._expected[key] = perimeter.forward(self.intent, family)
            elif point == "input":
                self._expected[key] = perimeter.entering(self.intent, family)
            else:
                self._expected[key] = switch.switched(self.intent, family, point)
        return self._expected[key]

    @property
    def switches(self) -> tuple[Device, ...]:
        """All devices but the perimeter."""
        return self.devices[1:]

    def zone(self, family: Family, address: int) -> Zone | None:
        """Where an address is; None for what no zone has, and nobody routes."""
        for zone in self.intent.zones.values():
            if any(first <= address <= last for first, last in zone.addresses[family]):
                return zone
        return None


def read(folder: Path, today: date) -> Scene:
    """Raises ExpectedError where there is no rendered environment that can be understood."""
    repository = Repository(folder)
    if not repository.exists(SPECIFICATION):
        raise ExpectedError(
            f"{folder} has no {SPECIFICATION}: not a rendered environment",
            "tutela tce render tce.yaml --out DIR",
        )
    text = repository.read(SPECIFICATION).decode(errors="replace")
    intent = read_intent(text, SPECIFICATION, today)
    said = load(text, SPECIFICATION, columns=True, max_bytes=_LARGEST).data
    found = tuple(_device(one, intent) for one in devices(repository, intent, Options()))
    return Scene(folder, intent, found, said)


def _device(source: Source, intent: Intent) -> Device:
    if source.data is None:
        return Device(source, (), f"{source.file}:1: there is no such file")
    try:
        text = source.data.decode()
        filters = formats.read(source.format, text, source.file, intent.legs)
    except UnicodeDecodeError:
        return Device(source, (), f"{source.file}:1: not UTF-8")
    except NotModelledError as error:
        return Device(source, (), str(error))
    return Device(source, tuple(replace(one, device=source.name) for one in filters))
