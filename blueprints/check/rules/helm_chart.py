"""A local Helm chart is not complete, or cannot be rendered.

Looks at every `Chart.yaml`: name, version (SemVer) and API version, dependencies that are in
`charts/`, files of values that an Application names. The chart is then rendered as ArgoCD would do
it, in a process of its own with bounds on time and memory, without network; its objects are given
to all other rules. An error of Helm is a finding.

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
_NAME = re.compile(r"[a-zA-Z0-9._-]{1,250}")
_FIELDS = {
    "apiVersion",
    "name",
    "version",
    "kubeVersion",
    "description",
    "type",
    "keywords",
    "home",
    "sources",
    "dependencies",
    "maintainers",
    "icon",
    "appVersion",
    "deprecated",
    "annotations",
    "condition",
    "tags",
}
_PLACE = re.compile(
    r"(?:template: |execution error at \(|parse error at \()?[\w.-]+/(templates/[^:)\s]+):(\d+)"
)


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Yield what is wrong with each chart, then what Helm says."""
    for chart in repo.charts:
        for document in repo.yaml(f"{chart}/Chart.yaml" if chart else "Chart.yaml")[:1]:
            yield from _metadata(repo, chart, document)
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


def _metadata(repo: Repository, chart: str, document: Yaml) -> Iterator[Finding]:
    data = document.data
    if not isinstance(data, dict):
        yield _finding(document, "", "is no mapping")
        return
    for key in sorted(data.keys() - _FIELDS):
        yield _finding(document, key, f"a chart has no field {key}")
    if text(data, "apiVersion") not in ("v1", "v2"):
        yield _finding(document, "apiVersion", "apiVersion has to be v2")
    if not _NAME.fullmatch(text(data, "name")):
        yield _finding(document, "name", "name has to be a plain name")
    if not _SEMVER.fullmatch(str(data.get("version"))):
        yield _finding(document, "version", "version has to be a version like 1.2.3")
    if text(data, "type") not in ("", "application", "library"):
        yield _finding(document, "type", "type has to be application or library")
    if "appVersion" in data and not isinstance(data["appVersion"], str):
        yield _finding(document, "appVersion", "appVersion has to be text; write it in quotes")
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
