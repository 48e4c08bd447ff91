"""Values that a local Helm chart does not know, or that its schema refuses.

Looks at the values that a chart is rendered with: its own and those that Applications and files of
values add. They have to fit `values.schema.json` (which `helm template`, and so ArgoCD, ignores
when `.helmignore` lists it, as many charts do), and what is added has to be a key that the chart's
`values.yaml` has, if only as an empty default. Where a chart takes a file of one cluster's folder
(one with a `cluster.yaml`), the file of the same name in the folder of every other cluster is
looked at in the same way.

Helm takes a key that it does not know without a word. Correct the key.
"""

import difflib
import json
import posixpath
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from blueprints.check.charts import Rendering
from blueprints.check.cluster.estate import estate
from blueprints.check.documents import Path, Yaml
from blueprints.check.extras import missing
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible
from blueprints.yamltext import path_text

if TYPE_CHECKING:
    import jsonschema_rs

ID = "helm-values"
LEVEL = Level.ERROR


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Yield what does not fit, once for each chart and place."""
    for chart in repo.charts:
        values = _own(repo, chart)
        if values is not None:
            yield from _schema(repo, chart, values.data, values)
    told = set()
    for rendering in repo.renderings:
        for finding in (*_release(repo, rendering), *_of_other_clusters(repo, rendering)):
            if finding not in told:
                told.add(finding)
                yield finding


def _own(repo: Repository, chart: str) -> Yaml | None:
    path = f"{chart}/values.yaml" if chart else "values.yaml"
    documents = repo.yaml(path) if repo.exists(path) else ()
    return documents[0] if documents and isinstance(documents[0].data, dict) else None


def _schema(
    repo: Repository, chart: str, values: Mapping[str, Any], where: Yaml, *above: str | int
) -> Iterator[Finding | NotChecked]:
    path = f"{chart}/values.schema.json" if chart else "values.schema.json"
    if not repo.exists(path):
        return
    lacking = missing(ID, "jsonschema_rs")
    yield from lacking
    if lacking:
        return
    import jsonschema_rs

    from blueprints.check.schemas.words import said

    try:
        schema, validator = _compiled(repo.text(path))
    except (ValueError, RecursionError, jsonschema_rs.ValidationError) as error:
        message = f"is no JSON schema: {str(error).splitlines()[0]}"
        yield Finding(path, 0, ID, visible(message), LEVEL)
        return
    for one in said(validator, values, schema):
        line = where.line_of(*above, *one.path)
        yield Finding(where.file, line, ID, visible(one.message), LEVEL, visible(one.hint))


@lru_cache(maxsize=64)
def _compiled(text: str) -> tuple[Any, "jsonschema_rs.Validator"]:
    """A schema and what judges by it; nothing is fetched. The same chart comes many times."""
    import jsonschema_rs

    schema = json.loads(text)
    return schema, jsonschema_rs.validator_for(schema, offline=True)


def _release(repo: Repository, rendering: Rendering) -> Iterator[Finding | NotChecked]:
    """What is over the chart's own values: files of values, and what the Application says."""
    release = rendering.release
    own = _own(repo, release.chart)
    if own is None:
        return
    for path in release.value_files:
        for document in repo.yaml(path)[:1]:
            if isinstance(document.data, dict) and document.file != own.file:
                yield from _unknown(document.data, own.data, document, ())
    application = release.application
    if application is None:
        return
    for value in release.values:
        if isinstance(value, dict):
            above: Path = ("spec", "source", "helm", "valuesObject")
            yield from _unknown(value, own.data, application, above)
    if rendering.values:
        fits = not list(_schema(repo, release.chart, own.data, own))
        if fits:
            at = ("spec", "source", "helm", "valuesObject")
            yield from _schema(repo, release.chart, rendering.values, application, *at)


def _of_other_clusters(repo: Repository, rendering: Rendering) -> Iterator[Finding | NotChecked]:
    """The same release in the other clusters: an app of apps is rendered for one of them only."""
    release = rendering.release
    clusters = estate(repo)
    own = _own(repo, release.chart)
    mine = next((path for path in release.value_files if _cluster(path, clusters)), None)
    if own is None or mine is None:
        return
    here = _cluster(mine, clusters)
    for folder in clusters:
        if folder == here or not repo.exists(_moved(mine, here, folder)):
            continue
        values: Any = own.data
        where = own
        for path in release.value_files:
            moved = _moved(path, here, folder)
            for document in repo.yaml(moved)[:1] if repo.exists(moved) else ():
                if isinstance(document.data, dict):
                    values = _over(values, document.data)
                    if moved != path:
                        yield from _unknown(document.data, own.data, document, ())
                    where = document if _cluster(moved, clusters) else where
        yield from _schema(repo, release.chart, values, where)


def _cluster(path: str, clusters: Mapping[str, object]) -> str:
    """The cluster's folder that a file lies in; "" where it lies in none."""
    folder = posixpath.dirname(path)
    while folder and folder not in clusters:
        folder = posixpath.dirname(folder)
    return folder


def _moved(path: str, here: str, there: str) -> str:
    """A path seen from another cluster: below its folder, or beside that."""
    while here and there:
        if path.startswith(f"{here}/"):
            return there + path[len(here) :]
        here, there = posixpath.dirname(here), posixpath.dirname(there)
        if here == there:
            break
    return path


def _over(base: Any, top: Any) -> Any:
    """Values over values, as Helm lays them: mappings are merged, null takes a key out."""
    if not isinstance(base, dict) or not isinstance(top, dict):
        return top
    found = {**base, **{key: _over(base.get(key), value) for key, value in top.items()}}
    return {key: value for key, value in found.items() if value is not None or key not in top}


def _unknown(
    given: Mapping[str, Any], known: Mapping[str, Any], where: Yaml, above: Path, inner: Path = ()
) -> Iterator[Finding]:
    for key, value in given.items():
        path = (*inner, key)
        if key == "global" and not inner:
            continue
        if key not in known:
            near = difflib.get_close_matches(key, list(known), n=1)
            yield Finding(
                where.file,
                where.line_of(*above, *path),
                ID,
                visible(f"the chart knows no value {path_text(path)}"),
                LEVEL,
                visible(f"did you mean {near[0]}?" if near else ""),
            )
        elif isinstance(value, dict) and isinstance(known[key], dict) and known[key]:
            yield from _unknown(value, known[key], where, above, path)
