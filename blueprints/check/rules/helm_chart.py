"""A local Helm chart lacks a part, or cannot be rendered.

Looks at every `Chart.yaml`: dependencies have a fixed version and are in `charts/`, files of values
that an Application names are there. The chart is then rendered as ArgoCD would do it, in a process
of its own with bounds on time and memory, without network; its objects are given to all other
rules. An error of Helm is a finding. The fields of `Chart.yaml` are looked at by `file-schema`.

ArgoCD shows such an error only when it synchronises. Correct the template or the values.
"""

import re
from collections.abc import Iterator

from blueprints.check.documents import Yaml, items, text
from blueprints.check.extras import missing
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "helm-chart"
LEVEL = Level.ERROR

_SEMVER = re.compile(r"v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")
_PLACE = re.compile(
    r"(?:template: |execution error at \(|parse error at \()?[\w.-]+/(templates/[^:)\s]+):(\d+)"
)


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Yield what is wrong with each chart, then what Helm says."""
    for chart in repo.charts:
        for document in repo.yaml(f"{chart}/Chart.yaml" if chart else "Chart.yaml")[:1]:
            yield from _dependencies(repo, chart, document)
    if not repo.charts:
        return
    lacking = missing(ID, "helm_python")
    yield from lacking
    if lacking:
        return
    told = set()
    for rendering in repo.renderings:
        release = rendering.release
        if not rendering.error or (release.chart, rendering.error) in told:
            continue
        if _of_own_schema(repo, release.chart, rendering.error):
            continue  # told by helm-values, place by place
        told.add((release.chart, rendering.error))
        prefix = f"{release.chart}/" if release.chart else ""
        file, line = f"{prefix}Chart.yaml", 0
        if place := _PLACE.search(rendering.error):
            file, line = prefix + place[1], int(place[2])
        elif release.application is not None:
            file = release.application.file
            line = release.application.line_of("spec", "source", "helm")
        whose = f" for {release.application}" if release.application is not None else ""
        message = f"chart {release.chart or '.'} cannot be rendered{whose}: {rendering.error}"
        yield Finding(file, line, ID, visible(message), LEVEL)


def _of_own_schema(repo: Repository, chart: str, error: str) -> bool:
    """Whether Helm refused the values for the chart's own schema, not for that of a part of it."""
    prefix = f"{chart}/" if chart else ""
    if "specifications of the schema" not in error:
        return False
    documents = repo.yaml(f"{prefix}Chart.yaml")
    own = text(documents[0].data, "name") if documents else ""
    refusing = set(re.findall(r"(?:^|\s)([\w.-]+): - at", error))
    return repo.exists(f"{prefix}values.schema.json") and refusing <= {own}


def _dependencies(repo: Repository, chart: str, document: Yaml) -> Iterator[Finding]:
    data = document.data
    prefix = f"{chart}/" if chart else ""
    for number, one in enumerate(items(data, "dependencies")):
        name = text(one, "name")
        if not _SEMVER.fullmatch(text(one, "version")):
            message = f"dependency {name} has no fixed version like 1.2.3"
            yield _finding(document, "dependencies", message, number)
        packed = f"{prefix}charts/{name}-{text(one, 'version')}.tgz"
        if not repo.exists(f"{prefix}charts/{name}/Chart.yaml") and not repo.exists(packed):
            message = f"dependency {name} is not in {prefix}charts"
            yield _finding(document, "dependencies", message, number, "helm dependency build")


def _finding(
    document: Yaml, key: str, message: str, number: int | None = None, hint: str = ""
) -> Finding:
    path = (key,) if number is None else (key, number)
    line = document.line_of(*path)
    return Finding(document.file, line, ID, visible(message), LEVEL, visible(hint))
