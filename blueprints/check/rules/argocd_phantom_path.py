"""An Application takes its documents from a folder that is not there.

Looks at every source of Applications and ApplicationSets whose repository is one that
`.tutela-check.yaml` maps to a folder (`repositories`): the path must exist, hold something that
ArgoCD can deploy, and the Helm value files must be there too. A repository that is neither
mapped nor a registry of charts is listed as not checked.

ArgoCD shows such an Application as `ComparisonError` and deploys nothing; with `prune` it may
take away what an earlier revision deployed.

Mend the path, or map the repository's address to a folder under `repositories`.
"""

import posixpath
from collections.abc import Iterator

from blueprints.check.charts import value_file
from blueprints.check.cluster import cluster
from blueprints.check.cluster.project import sources
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import Path, text, texts
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "argocd-phantom-path"
LEVEL = Level.ERROR

_DEPLOYABLE = (".yaml", ".yml", ".json", ".jsonnet")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every source that leads nowhere."""
    known = cluster.of(repo, settings)
    full = _folders_with_documents(repo)
    unmapped = set()
    for item in (*known.applications, *known.application_sets):
        for where, source in sources(item.data):
            url, path = text(source, "repoURL"), text(source, "path")
            yield from _borrowed(known, item, where, source)
            if text(source, "chart") or not url or "{{" in url + path:
                continue
            folder = known.folder_of(url, path)
            if folder is None:
                unmapped.add((url, item.file))
                continue
            yield from _judge(known, item, where, source, folder, full)
    for url, file in sorted(unmapped):
        yield NotChecked(ID, f"repository {url} is not mapped to a folder", file)


def _judge(
    known: cluster.Cluster,
    item: Object,
    where: Path,
    source: dict[str, object],
    folder: str,
    full: set[str],
) -> Iterator[Finding]:
    repo = known.repo
    path = text(source, "path")
    spot = (*where, "path")
    if folder.startswith("..") or posixpath.isabs(path):
        yield found(ID, LEVEL, item, spot, f"{item} leaves its repository by {path!r}")
        return
    if path and not repo.is_dir(folder):
        if "ref" in source:
            return
        message = f"{item} takes its documents from {path!r}, which is not there"
        yield found(ID, LEVEL, item, spot, message, f"create {folder}/ or mend the path")
    elif path and folder not in full and not _is_kept_empty(repo, folder):
        message = f"{item} takes its documents from {path!r}, which holds none"
        yield found(ID, LEVEL, item, spot, message)
    for name in texts(source, "helm", "valueFiles"):
        if name.startswith("$") or "://" in name:
            continue
        # With a leading / it is seen from the top of the source's repository.
        top = known.folder_of(text(source, "repoURL"), "") or "."
        below = posixpath.join(top, name.lstrip("/")) if name.startswith("/") else ""
        place = posixpath.normpath(below or posixpath.join(folder, name))
        if not repo.exists(place):
            message = f"{item} takes values from {name!r}, which is not there"
            yield found(ID, LEVEL, item, (*where, "helm", "valueFiles"), message)


def _borrowed(
    known: cluster.Cluster, item: Object, where: Path, source: dict[str, object]
) -> Iterator[Finding]:
    """Files of values of another source: `$name/path`."""
    several = [one for _, one in sources(item.data)]
    names = {text(one, "ref") for one in several}
    for name in texts(source, "helm", "valueFiles"):
        if not name.startswith("$") or "{{" in name:
            continue
        spot = (*where, "helm", "valueFiles")
        reference = name[1:].partition("/")[0]
        if reference not in names:
            message = f"{item} takes values from {name!r}, and no source has ref: {reference}"
            yield found(ID, LEVEL, item, spot, message)
            continue
        place = value_file(known.repo, several, "", name)
        if place is not None and not known.repo.exists(place):
            message = f"{item} takes values from {name!r}, which is not there"
            yield found(ID, LEVEL, item, spot, message)


def _is_kept_empty(repo: Repository, folder: str) -> bool:
    """Whether somebody keeps a folder for what is to come."""
    return all(file.endswith("/.gitkeep") for file in repo.under(folder))


def _folders_with_documents(repo: Repository) -> set[str]:
    """Every folder with something to deploy in it or below it."""
    full = {"."}
    for file in repo.files:
        if not file.endswith(_DEPLOYABLE):
            continue
        folder = posixpath.dirname(file)
        while folder and folder not in full:
            full.add(folder)
            folder = posixpath.dirname(folder)
    return full
