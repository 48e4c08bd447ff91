"""What a runtime is to the rest: a writer, a reader, and what it cannot say."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from blueprints.engine.blueprint import File
from blueprints.service.facts import Facts, Where
from blueprints.service.service import Service
from blueprints.service.site import Site

Writer = Callable[[Service, Site], Iterable[File]]
"""Paths are relative to the runtime's own folder. Pure."""
Reader = Callable[[Mapping[str, bytes]], Facts]
"""From the files of that folder. Shares no code with any writer; raises :class:`ReadError`."""


class ReadError(ValueError):
    """A render that cannot be read: ``file:line: what``."""


@dataclass(frozen=True)
class ChartReader:
    """Of values for somebody's Helm chart: which, and how what Helm makes of them is read."""

    name: str
    """As the chart calls itself."""
    read: Callable[[Mapping[str, bytes], Mapping[str, bytes]], Facts]
    """From the render's files, and from manifests by their template; raises :class:`ReadError`."""


@dataclass(frozen=True)
class Runtime:
    """One way to start a service."""

    name: str
    """Of its folder in a render, and in a site's ``runtimes``."""
    where: Where
    write: Writer
    read: Reader
    cannot: Mapping[str, str] = field(default_factory=dict)
    """Fact to why this runtime cannot express it; a key that ends with ``.*`` stands for all
    facts below it. Told by ``compare`` and in the render's own README, never left out silently."""
    unfit: Callable[[Service], Iterable[str]] = lambda _: ()
    """Why this runtime cannot start a certain service at all: several nodes, a secret .."""
    chart: ChartReader | None = None
    """For a runtime that is values of a chart: :attr:`read` goes by what the chart is known to make
    of them, this by what it made."""
