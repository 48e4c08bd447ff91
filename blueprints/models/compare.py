"""`tutela model compare`: is every render of a model the same service, argument by argument."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from blueprints.check.repository import Repository
from blueprints.display import visible
from blueprints.engine.diff import rendered_by, specification
from blueprints.errors import ExpectedError
from blueprints.runtimes import registry
from blueprints.runtimes.charts import Chart, Helm, at_hand
from blueprints.runtimes.runtime import ReadError, Runtime
from blueprints.runtimes.same import Difference, differences, why_not
from blueprints.service.compose import compose
from blueprints.service.facts import Facts, facts
from blueprints.service.image import EngineImage
from blueprints.service.model import Model
from blueprints.service.service import Service
from blueprints.service.site import Site

FOLDER = "models"
_SHOWN = 3
_DEPTH = 4
"""Slashes in the path of a render's file: models, model, site, runtime, file."""


class Serving(Protocol):
    """What of a specification is compared: any blueprint whose repository serves models."""

    @property
    def sites(self) -> Sequence[Site]:
        """Where."""
        ...

    @property
    def images(self) -> Sequence[EngineImage]:
        """With what."""
        ...

    @property
    def models(self) -> Sequence[Model]:
        """What."""
        ...


@dataclass(frozen=True)
class One:
    """One render, compared with the service that the specification means."""

    model: str
    site: str
    runtime: str
    facts: int
    """Facts that were read and are the same."""
    differences: tuple[Difference, ...] = ()
    unread: str = ""
    """Why it could not be read at all."""
    unsaid: Mapping[str, str] | None = None
    """Facts that this runtime cannot express, and why."""
    unrendered: str = ""
    """Of values for a chart: why they were read by what it is known to make of them, and not by
    what Helm made."""

    @property
    def folder(self) -> str:
        """Relative to the repository."""
        return f"{FOLDER}/{self.model}/{self.site}/{self.runtime}"

    @property
    def same(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.differences and not self.unread


@dataclass(frozen=True)
class Comparison:
    """The result of the command."""

    renders: tuple[One, ...]

    @property
    def exit_code(self) -> int:
        """3 where a render differs, or cannot be read."""
        return 0 if all(one.same for one in self.renders) else 3

    def __str__(self) -> str:
        return "\n".join(visible(line) for line in self._lines())

    def as_json(self) -> Mapping[str, object]:
        """Schema ``tutela/model-compare/v1``."""
        return {
            "schema": "tutela/model-compare/v1",
            "same": self.exit_code == 0,
            "renders": [
                {
                    "model": one.model,
                    "site": one.site,
                    "runtime": one.runtime,
                    "folder": one.folder,
                    "facts": one.facts,
                    "unread": one.unread or None,
                    "unrendered": one.unrendered or None,
                    "unsaid": dict(one.unsaid or {}),
                    "differences": [
                        {"fact": each.fact, "meant": each.meant, "found": each.found}
                        for each in one.differences
                    ],
                }
                for one in self.renders
            ],
        }

    def _lines(self) -> Iterator[str]:
        for one in self.renders:
            if one.unread:
                yield f"{one.folder}: not read: {one.unread}"
            elif one.differences:
                yield f"{one.folder}: another service: {_told(one.differences[0])}"
                yield from (f"  {_told(each)}" for each in one.differences[1:_SHOWN])
                if len(one.differences) > _SHOWN:
                    yield f"  and {len(one.differences) - _SHOWN} more"
            else:
                yield f"{one.folder}: the same, {one.facts} facts"
        reasons = {
            (one.runtime, fact.partition(".")[0], why)
            for one in self.renders
            for fact, why in (one.unsaid or {}).items()
        }
        for runtime, fact, why in sorted(reasons):
            yield f"{runtime} cannot say {fact}: {why}"
        charts = {(one.runtime, one.unrendered) for one in self.renders if one.unrendered}
        for runtime, why in sorted(charts):
            yield f"{runtime} was compared by its values alone: {why}"
        good = sum(one.same for one in self.renders)
        yield f"{good} of {len(self.renders)} renders are the service that is specified"


def compare(
    folder: Path,
    progress: Callable[[str], None] = lambda _: None,
    *,
    charts: Path | None = None,
) -> Comparison:
    """Compare all renders in a repository with what its specification means.

    Values for a chart are read twice where the chart is at hand, in the repository's ``charts/`` or
    in the folder ``charts``: as they stand, and as what Helm makes of them.

    Raises ExpectedError for a folder that was not rendered, or that serves no models, and for a
    chart that cannot be read.
    """
    loaded = specification(folder, rendered_by(folder))
    serving = cast(Serving, loaded.model)
    if not all(hasattr(loaded.model, name) for name in ("sites", "images", "models")):
        raise ExpectedError(
            f"{folder} is a {loaded.blueprint.name}; it serves no models",
            "tutela blueprint spec inference",
        )
    repository = Repository(folder)
    if charts is not None and not charts.is_dir():
        raise ExpectedError(f"{charts} is no folder of charts", f"helm pull --destination {charts}")
    found = at_hand([folder / "charts", *([charts] if charts else [])])
    with Helm() as helm:
        every = list(_each(repository, serving, _Charts(found, helm), progress))
    return Comparison((*every, *_unspecified(repository, every)))


@dataclass(frozen=True)
class _Charts:
    """What values can be rendered with."""

    found: Mapping[str, Chart]
    helm: Helm

    def missing(self, runtime: Runtime) -> str:
        """Why values of this runtime are not rendered; "" where they are, or are none."""
        if runtime.chart is None:
            return ""
        if runtime.chart.name not in self.found:
            return f"{runtime.chart.name} is not at hand; --charts DIR says where charts lie"
        return "" if self.helm.installed() else "Helm is not installed: pip install 'tutela[check]'"

    def read(
        self, runtime: Runtime, service: Service, site: Site, files: Mapping[str, bytes]
    ) -> Facts | None:
        """Facts of what Helm makes of a render; None where it makes nothing. Raises ReadError."""
        if runtime.chart is None or self.missing(runtime):
            return None
        namespace = site.kubernetes.namespace if site.kubernetes else "default"
        chart = self.found[runtime.chart.name]
        values = files.get("values.yaml", b"")
        return runtime.chart.read(files, self.helm.made(chart, service.name, namespace, values))


def _each(
    repository: Repository,
    serving: Serving,
    charts: _Charts,
    progress: Callable[[str], None],
) -> Iterator[One]:
    sites = {site.name: site for site in serving.sites}
    for model in serving.models:
        for site in (sites[name] for name in model.sites):
            progress(f"comparing {model.name} at {site.name}")
            service = compose(model, site, serving.images)
            for runtime in registry.fitting(service, site):
                yield _one(repository, service, site, runtime, charts)


def _unspecified(repository: Repository, every: Iterable[One]) -> Iterator[One]:
    """Renders that are there, and that no model, site or runtime of the specification stands for:
    whoever starts one starts what nobody meant."""
    known = {one.folder for one in every}
    found = {
        tuple(path.split("/")[1:4])
        for path in repository.files
        if path.startswith(f"{FOLDER}/") and path.count("/") >= _DEPTH
    }
    for model, site, runtime in sorted(found):
        one = One(model, site, runtime, 0, unread="nothing of it is specified")
        if one.folder not in known:
            yield one


def _one(
    repository: Repository, service: Service, site: Site, runtime: Runtime, charts: _Charts
) -> One:
    one = One(service.name, site.name, runtime.name, 0)
    files = dict(_below(repository, f"{one.folder}/"))
    if not files:
        return One(service.name, site.name, runtime.name, 0, unread="there is no such render")
    try:
        found = runtime.read(files)
        made = charts.read(runtime, service, site, files)
    except ReadError as error:
        return One(service.name, site.name, runtime.name, 0, unread=str(error))
    meant = facts(service, runtime.where)
    differ = tuple(differences(meant, found, runtime.cannot))
    if made is not None and not differ:
        found, differ = made, tuple(differences(meant, made, runtime.cannot))
    return One(
        service.name,
        site.name,
        runtime.name,
        sum(meant.get(fact) == text for fact, text in found.items()),
        differ,
        unsaid=dict(_unsaid(meant, found, runtime.cannot)),
        unrendered=charts.missing(runtime),
    )


def _unsaid(
    meant: Mapping[str, str], found: Mapping[str, str], cannot: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    for fact in meant.keys() - found.keys():
        why = why_not(fact, cannot)
        if why is not None:
            yield fact, why


def _told(one: Difference) -> str:
    if one.meant is None:
        return f"{one.fact} is {one.found!r}; nothing of it is specified"
    if one.found is None:
        return f"{one.fact} is missing; specified is {one.meant!r}"
    return f"{one.fact} is {one.found!r}; specified is {one.meant!r}"


def _below(repository: Repository, prefix: str) -> Iterable[tuple[str, bytes]]:
    for path in repository.files:
        if path.startswith(prefix):
            yield path.removeprefix(prefix), repository.read(path)
