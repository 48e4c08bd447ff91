"""A cluster's files say something else than the specification that they were made from.

Looks at repositories of clusters (`spec.yaml` with `blueprint: cluster`), fact by fact, not byte by
byte: in `clusters/<environment>/<cluster>/cluster.yaml` names, addresses, network, ranges, owners,
components and pools with their machines; in `versions.yaml` what the environment runs; in
`inventory.yaml` every server and node with its address and role; in `values/` what components need
to know of the site; branch and repository of ArgoCD's sources; environments of ApplicationSets. No
cluster is missing or left over, and none has names or addresses of another.

The specification is what people read and review; what else runs was decided by nobody.

Change the specification and update the repository, or take the edit back.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from blueprints.check.cluster.deployments import Clusters, Deployment, deployments, same
from blueprints.check.cluster.project import repository, sources
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import at, mapping, mappings, scalars, text
from blueprints.check.cluster.specification import FILE
from blueprints.check.documents import Path, Yaml, walk
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "cluster-specification"
LEVEL = Level.ERROR

_ENVIRONMENT = "tutela/environment"


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every file that says something of its own."""
    said = deployments(repo)
    if said is None:
        return
    if repo.exists("clusters/site.yaml"):
        document = _one(repo, "clusters/site.yaml")
        if document:
            yield from _facts(document, (), said.site_facts())
    for environment, entry in said.environments.items():
        yield from _versions(repo, said, environment, entry)
    by_folder = {one.folder: one for one in said.deployments}
    for folder in _folders(repo):
        if folder not in by_folder:
            yield _finding(f"{folder}/cluster.yaml", 1, "is of no cluster of the specification")
    owners = _owners(said)
    files: dict[str, list[str]] = {}
    for path in repo.yaml_files:
        files.setdefault("/".join(path.split("/")[:3]), []).append(path)
    for one in said.deployments:
        yield from _deployment(repo, said, one, files.get(one.folder, ()), owners)
    yield from _argocd(repo, said)


def _finding(file: str, line: int, message: str) -> Finding:
    return Finding(file, line, ID, visible(message), LEVEL)


def _one(repo: Repository, file: str) -> Yaml | None:
    documents = repo.yaml(file) if repo.exists(file) else ()
    return documents[0] if len(documents) == 1 else None


def _folders(repo: Repository) -> Iterator[str]:
    for path in repo.yaml_files:
        parts = path.split("/")
        if len(parts) == 4 and parts[0] == "clusters" and parts[3] == "cluster.yaml":
            yield "/".join(parts[:3])


def _facts(document: Yaml, top: Path, facts: Iterable[tuple[Path, Any]]) -> Iterator[Finding]:
    for path, value in facts:
        where = (*top, *path)
        here = at(document.data, *where)
        if not same(here, value):
            words = ".".join(map(str, where))
            message = f"{words} is {_short(here)}; the specification says {_short(value)}"
            yield _finding(document.file, document.line_of(*where), message)


def _short(value: Any) -> str:
    words = "nothing" if value is None else str(value)
    return words if len(words) <= 80 else f"{words[:77]}..."


def _versions(repo: Repository, said: Clusters, environment: str, entry: Any) -> Iterator[Finding]:
    file = f"clusters/{environment}/versions.yaml"
    document = _one(repo, file)
    if document is None:
        line = said.document.line_of("environments", environment)
        yield _finding(FILE, line, f"there is no {file}")
        return
    wanted = mapping(entry, "versions")
    yield from _facts(document, (), [(("kubernetes",), wanted.get("kubernetes"))])
    names = {**mapping(wanted, "components"), **mapping(document.data, "components")}
    versions = mapping(wanted, "components")
    yield from _facts(document, ("components",), [((name,), versions.get(name)) for name in names])


def _deployment(
    repo: Repository,
    said: Clusters,
    one: Deployment,
    files: Iterable[str],
    owners: Mapping[str, str],
) -> Iterator[Finding]:
    file = f"{one.folder}/cluster.yaml"
    document = _one(repo, file)
    if document is None:
        yield _finding(FILE, said.document.line_of(*one.place), f"there is no {file}")
        return
    yield from _facts(document, (), said.facts(one))
    yield from _pools(document, said, one)
    yield from _inventory(repo, said, one)
    yield from _values(repo, said, one, files)
    for path in files:
        for other in repo.yaml(path):
            yield from _strangers(other, one, owners)


def _pools(document: Yaml, said: Clusters, one: Deployment) -> Iterator[Finding]:
    here = {
        text(pool, "name"): ("pools", sort, index)
        for sort in mapping(document.data, "pools")
        for index, pool in mappings(document.data, "pools", sort)
    }
    for role, place, pool in one.pools():
        where = here.pop(text(pool, "name"), None)
        if where is None:
            message = f"{document.file} has no pool {text(pool, 'name')}"
            yield _finding(FILE, said.document.line_of(*place), message)
        else:
            yield from _facts(document, where, said.pool_facts(role, pool))
    for name, where in here.items():
        message = f"pool {name} is not in the specification"
        yield _finding(document.file, document.line_of(*where), message)


def _inventory(repo: Repository, said: Clusters, one: Deployment) -> Iterator[Finding]:
    wanted = list(said.machines(one))
    file = f"{one.folder}/inventory.yaml"
    document = _one(repo, file)
    if document is None:
        if wanted:
            yield _finding(FILE, said.document.line_of(*one.place), f"there is no {file}")
        return
    groups = mapping(document.data, "all", "children")
    hosts: dict[str, tuple[str, Path]] = {}
    for group in groups:
        for name in mapping(groups, group, "hosts"):
            hosts[name] = (group, ("all", "children", group, "hosts", name))
    roles = {
        pool: role
        for role in ("master", "worker")
        for pool in mapping(groups, f"{role}s", "children")
    }
    for role, name, address, place in wanted:
        group, where = hosts.pop(name, ("", ()))
        if not group:
            yield _finding(FILE, said.document.line_of(*place), f"{file} has no {name}")
            continue
        if not same(at(document.data, *where, "ansible_host"), address):
            message = f"{name} is reached elsewhere than at {address}"
            yield _finding(file, document.line_of(*where), message)
        if roles.get(group, role) != role:
            yield _finding(file, document.line_of(*where), f"{name} is no {role} here")
    for name, (_, where) in hosts.items():
        message = f"{name} is no machine of the specification"
        yield _finding(file, document.line_of(*where), message)
    facts = [(("cluster_id",), one.id), (("cluster_api",), one.data.get("api"))]
    yield from _facts(document, ("all", "vars"), facts)


def _values(
    repo: Repository, said: Clusters, one: Deployment, below: Iterable[str]
) -> Iterator[Finding]:
    files: dict[str, list[str]] = {}
    for path in below:
        if not path.startswith(f"{one.folder}/values/"):
            continue
        name = path.rpartition("/")[2].rpartition(".")[0]
        owner = max(
            (c for c in said.components if f"{name}-".startswith(f"{c}-")), key=len, default=""
        )
        files.setdefault(owner, []).append(path)
        if owner and owner not in one.components:
            yield _finding(path, 1, f"{owner} is no component of {one.id}")
    if not files:
        return
    for component in one.components:
        if component not in files:
            line = said.document.line_of(*one.place)
            yield _finding(FILE, line, f"{one.folder}/values has nothing of {component}")
    for component, value in said.value_facts(one):
        paths = files.get(component, ())
        if paths and not any(
            same(here, value)
            for path in paths
            for document in repo.yaml(path)
            for _, here in scalars(document.data)
        ):
            message = f"nothing of {component} says {value}, which the specification does"
            yield _finding(paths[0], 1, message)


def _owners(said: Clusters) -> dict[str, str]:
    """Names and addresses that belong to one cluster in one environment only."""
    found: dict[str, str] = {}
    shared: set[str] = set()
    for one in said.deployments:
        words = {one.id, said.domain(one), text(one.data, "api")}
        words |= {name for _, name, _, _ in said.machines(one)}
        for word in words - {""}:
            if found.setdefault(word, one.id) != one.id:
                shared.add(word)
    return {word: owner for word, owner in found.items() if word not in shared}


def _strangers(document: Yaml, one: Deployment, owners: Mapping[str, str]) -> Iterator[Finding]:
    for path, value in walk(document.data):
        words = [value] if isinstance(value, str) and len(value) <= 300 else []
        if isinstance(value, dict):
            words = [key for key in value if len(key) <= 300]
        for whole in words:
            for word in (whole, *whole.replace(":", "/").split("/")):
                owner = owners.get(word, one.id)
                if owner != one.id:
                    message = f"speaks of {word}, which is {owner}'s, in the folder of {one.id}"
                    yield _finding(document.file, document.line_of(*path), message)
                    break


def _argocd(repo: Repository, said: Clusters) -> Iterator[Finding]:
    branch = text(said.site, "git", "branch") or "main"
    own = repository(text(said.site, "git", "repository"))
    selected: set[str] = set()
    sets = [one for one in repo.of_kind("ApplicationSet") if one.group == "argoproj.io"]
    for item in sets:
        for path, value in walk(item.data):
            if (
                path
                and path[-1] == _ENVIRONMENT
                and "generators" in path
                and isinstance(value, str)
            ):
                selected.add(value)
                if value not in said.environments:
                    message = f"{item} selects clusters of {value}, which is no environment"
                    yield found(ID, LEVEL, item, path, message)
    wanted = {one.environment for one in said.deployments}
    for environment in sorted(wanted - selected) if selected else ():
        line = said.document.line_of("environments", environment)
        yield _finding(FILE, line, f"no ApplicationSet selects the clusters of {environment}")
    for item in (*repo.of_kind("Application"), *sets):
        if item.group != "argoproj.io" or item.rendered_from:
            continue
        for where, source in sources(item.data):
            url, revision = text(source, "repoURL"), text(source, "targetRevision")
            if text(source, "chart") or "{{" in url or "{{" in revision:
                continue
            if repository(url) != own:
                message = f"{item} deploys {url}, which is not this repository"
                yield found(ID, LEVEL, item, (*where, "repoURL"), message)
            elif revision != branch:
                message = f"{item} deploys {revision or 'HEAD'}, not the branch {branch}"
                yield found(ID, LEVEL, item, (*where, "targetRevision"), message)
