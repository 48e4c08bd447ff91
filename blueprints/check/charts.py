"""Local Helm charts, rendered as ArgoCD would: once for each Application that names one, or once
with the chart's own values where none does. A chart may make such Applications itself (an app of
apps): those count as well, and what they name is rendered after it.

Templates are programs: they run in a process of their own (`helm_worker`), which gets the files of
the chart in memory, no network, an empty environment, and a bound on time and memory. Links in a
chart are not followed, because only the regular files of the repository are handed over.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from blueprints.check import events
from blueprints.check.documents import Object, Yaml, at, items, mapping, objects_of, text
from blueprints.check.worker import Worker

if TYPE_CHECKING:
    from blueprints.check.repository import Repository

SECONDS = 20.0
"""For one chart."""
MOST_CHART = 32 << 20
"""Bytes of one chart."""
MOST_RENDERINGS = 5_000


@dataclass(frozen=True)
class Release:
    """A chart to be rendered."""

    chart: str
    """Its folder; "" is the top."""
    name: str
    namespace: str
    application: Object | None = None
    """The Application that asks for it; None: the chart alone."""
    value_files: tuple[str, ...] = ()
    """Paths in the repository, later ones win."""
    values: tuple[Any, ...] = ()
    """Mappings after the files, or YAML text."""
    parameters: tuple[tuple[str, str, bool], ...] = ()
    """(path, value, value is text) as with `--set`."""
    missing: tuple[str, ...] = ()
    """Files of values that are not there."""


@dataclass(frozen=True)
class Rendering:
    """What came of it."""

    release: Release
    manifests: Mapping[str, str] = field(default_factory=dict)
    """Path of the template in the repository to what it gave."""
    error: str = ""
    """Helm's words, or that it took too long; "" where all went well."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """The chart's own values with those of the release over them."""
    installed: bool = True
    """False: Helm is not installed, and nothing was tried."""


def releases(repo: "Repository") -> Iterator[Release]:
    """Yield what is to be rendered as far as files tell, sorted by chart."""
    named = _named(repo, repo.written)
    for chart in sorted(repo.charts):
        if chart in named:
            yield from named[chart]
        elif not _inside_another(chart, repo.charts):
            yield Release(chart, "release", "default")


def _named(repo: "Repository", objects: Iterable[Object]) -> dict[str, list[Release]]:
    """What Applications ask for, for each chart that some ask for."""
    named: dict[str, list[Release]] = {}
    charts = frozenset(repo.charts)
    for application in objects:
        if application.kind == "Application" and application.group == "argoproj.io":
            for release in _of_application(repo, application):
                if release.chart in charts:
                    named.setdefault(release.chart, []).append(release)
    return named


def _inside_another(chart: str, charts: tuple[str, ...]) -> bool:
    """A chart in `charts/` of another is part of it."""
    return any(
        chart.startswith(f"{other}/charts/" if other else "charts/")
        for other in charts
        if other != chart
    )


def _of_application(repo: "Repository", application: Object) -> Iterator[Release]:
    spec = application.spec
    sources = [one for one in (spec.get("source"), *items(spec, "sources")) if one is not None]
    for source in sources:
        if not isinstance(source, dict):
            continue
        top = folder_of(repo, text(source, "repoURL"))
        path = text(source, "path")
        if top is None or not path:
            continue
        chart = joined(top, path)
        if chart is None:
            continue
        helm = mapping(source, "helm")
        found, missing = [], []
        for name in items(helm, "valueFiles"):
            file = value_file(repo, sources, chart, name) if isinstance(name, str) else None
            if file is not None and repo.exists(file):
                found.append(file)
            elif not helm.get("ignoreMissingValueFiles"):
                missing.append(str(name))
        yield Release(
            chart,
            text(helm, "releaseName") or application.name,
            text(spec, "destination", "namespace") or "default",
            application,
            tuple(found),
            tuple(one for one in (helm.get("values"), helm.get("valuesObject")) if one),
            tuple(
                (text(one, "name"), str(at(one, "value")), bool(at(one, "forceString")))
                for one in items(helm, "parameters")
            ),
            tuple(missing),
        )


def folder_of(repo: "Repository", url: str) -> str | None:
    """The folder of this repository that has the content of a Git repository, or None."""
    known = {_plain_url(one): folder for one, folder in repo.settings.repositories.items()}
    folder = known.get(_plain_url(url))
    return None if folder is None else joined("", folder)


def _plain_url(url: str) -> str:
    return url.rstrip("/").removesuffix(".git").lower()


def joined(top: str, path: str) -> str | None:
    """A path below a folder of the repository, plain; None where it leads out of the folder."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(([top] if top else []) + parts)


def value_file(repo: "Repository", sources: list[Any], chart: str, name: str) -> str | None:
    """Where a file of values lies: beside the chart, or under `$ref/` in another source."""
    if not name.startswith("$"):
        return joined("", name.removeprefix("/") if name.startswith("/") else f"{chart}/{name}")
    reference, _, rest = name[1:].partition("/")
    for source in sources:
        if text(source, "ref") == reference:
            top = folder_of(repo, text(source, "repoURL"))
            return None if top is None else joined(top, rest)
    return None


def render(repo: "Repository") -> tuple[Rendering, ...]:
    """Render every local chart; sorted by chart, whatever asked for it."""
    if not repo.charts:
        return ()
    if find_spec("helm_python") is None:
        return tuple(Rendering(one, installed=False) for one in releases(repo))
    done: list[Rendering] = []
    with Worker("blueprints.check.helm_worker", SECONDS) as worker:
        waiting = deque(one for one in releases(repo) if one.application is not None)
        seen = {one.chart for one in waiting}
        rest = [one for one in releases(repo) if one.application is None]
        while waiting or rest:
            # An app of apps comes before the charts that it may ask for.
            release = waiting.popleft() if waiting else rest.pop(_first(repo, rest))
            if len(done) >= MOST_RENDERINGS:
                done.append(
                    Rendering(release, error=f"more than {MOST_RENDERINGS} charts; not rendered")
                )
                continue
            rendering = _render(repo, release, worker)
            done.append(rendering)
            for chart, asked in _named(repo, objects_in(rendering)).items():
                if chart not in {release.chart, *seen}:
                    seen.add(chart)
                    waiting.extend(asked)
                    rest = [one for one in rest if one.chart != chart]
    return tuple(sorted(done, key=lambda one: one.release.chart))


def _first(repo: "Repository", rest: list[Release]) -> int:
    """Of charts that nobody asks for, one that makes Applications, if there is one."""
    for number, release in enumerate(rest):
        prefix = f"{release.chart}/templates" if release.chart else "templates"
        if any("kind: Application" in repo.text(path) for path in repo.under(prefix)):
            return number
    return 0


def alone(renderings: Iterable[Rendering]) -> frozenset[str]:
    """Charts that no Application asks for, as objects name them: where they go is not written."""
    return frozenset(
        one.release.chart or "." for one in renderings if one.release.application is None
    )


def objects_in(rendering: Rendering) -> Iterator[Object]:
    """The objects that came of a chart."""
    release = rendering.release
    for path, manifest in rendering.manifests.items():
        documents, _ = events.read(manifest)
        for index, document in enumerate(documents):
            one = Yaml(path, document.data, index, 0)
            yield from objects_of(one, release.chart or ".", release.namespace)


def _render(repo: "Repository", release: Release, worker: Worker) -> Rendering:
    if release.missing:
        return Rendering(release, error=f"no such file of values: {', '.join(release.missing)}")
    files = list(repo.under(release.chart))
    if sum(map(repo.size, files)) > MOST_CHART:
        return Rendering(release, error=f"the chart is larger than {MOST_CHART >> 20} MiB")
    prefix = f"{release.chart}/" if release.chart else ""
    answer = worker.ask(
        {
            "files": {
                path.removeprefix(prefix): repo.read(path).decode("latin-1") for path in files
            },
            "name": release.name,
            "namespace": release.namespace,
            "values": [*(repo.text(path) for path in release.value_files), *release.values],
            "parameters": release.parameters,
        }
    )
    manifests = {
        # Helm names a template by the chart's name; the chart is its folder here.
        prefix + template.partition("/")[2]: manifest
        for template, manifest in mapping(answer, "manifests").items()
        if not template.endswith("/NOTES.txt")
    }
    return Rendering(release, manifests, text(answer, "error"), mapping(answer, "values"))
