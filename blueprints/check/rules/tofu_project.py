"""A project's OpenTofu folder makes something else than its name and its specification say.

Looks at folders below `tofu/projects/`: the module's `project`, the paths of manifests and seed and
the key of the state are those of the folder; in a repository of sandboxes title, organisation,
branch, groups, members and secrets are those of `spec.yaml`, every project has a folder and every
folder a project, and the provider, state and map of teams are the site's. Looks at every module:
what holds a repository must not be deleted with it (`archive_on_destroy` or `prevent_destroy`), and
no variable has a secret for its default.

A copied folder whose name was changed in two of three places manages the other project.

Write the same everywhere.
"""

import json
import posixpath
import re
from collections.abc import Iterator
from typing import Any

from blueprints.check import hcl
from blueprints.check.cluster.shape import mapping, mappings, text
from blueprints.check.cluster.specification import Sandboxes, specification
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "tofu-project"
LEVEL = Level.ERROR

_FOLDER = "tofu/projects"
_MAP = "git/group-team-map.json"
_REPOSITORIES = ("github_repository", "gitea_repository", "forgejo_repository")
_SECRET = re.compile(r"password|secret_key|token$|private_key|access_key")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Folders that disagree with their names."""
    said = specification(repo)
    folders = set()
    for file in repo.files:
        if not file.endswith((".tf", ".tofu")):
            continue
        data, _ = hcl.parse(repo.read(file))
        lines = repo.text(file).splitlines()
        problems = [*_module(data)]
        if file.startswith(f"{_FOLDER}/") and file.count("/") == 3:
            name = file.split("/")[2]
            folders.add(name)
            problems += _project(repo, data, name, said)
        for word, message in problems:
            yield Finding(file, _line(lines, word), ID, message, LEVEL)
    if said is not None and any(file.startswith(f"{_FOLDER}/") for file in repo.files):
        for name in sorted(set(said.projects) ^ folders):
            where = "no folder" if name in said.projects else "a folder and is no project"
            yield Finding("spec.yaml", 0, ID, f"{name} has {where} in {_FOLDER}", LEVEL)
    if said is not None and repo.exists(_MAP):
        yield from _teams(repo, said)


def _line(lines: list[str], word: str) -> int:
    pattern = re.compile(rf'\s*"?{re.escape(word)}"?\b')
    return next((n for n, line in enumerate(lines, 1) if pattern.match(line)), 1)


def _blocks(data: object, *path: str) -> Iterator[dict[str, Any]]:
    """Blocks at a path, whether the parser gives one or several."""
    found: object = data
    for step in path:
        found = found.get(step) if isinstance(found, dict) else None
    if isinstance(found, dict):
        yield found
    elif isinstance(found, list):
        yield from (one for one in found if isinstance(one, dict))


def _module(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for kind in _REPOSITORIES:
        for name, resource in mapping(data, "resource", kind).items():
            for one in resource if isinstance(resource, list) else [resource]:
                kept = mapping(one).get("archive_on_destroy") is True or any(
                    block.get("prevent_destroy") is True for block in _blocks(one, "lifecycle")
                )
                if not kept:
                    yield (
                        "resource",
                        f"{kind}.{name} goes with everything in it when it is taken out",
                    )
    for name in mapping(data, "variable"):
        for one in _blocks(data, "variable", name):
            if _SECRET.search(name) and one.get("default") not in (None, ""):
                yield "variable", f"variable {name} has a secret for its default"


def _project(
    repo: Repository, data: dict[str, Any], name: str, said: Sandboxes | None
) -> Iterator[tuple[str, str]]:
    for module in mapping(data, "module"):
        for call in _blocks(data, "module", module):
            yield from _call(repo, call, name, said)
    for block in _blocks(data, "terraform"):
        for backend in _blocks(block, "backend", "s3"):
            if backend.get("key") != f"projects/{name}.tfstate":
                yield "key", f"the state of {name} lies at {backend.get('key')}"
            if backend.get("use_lockfile") is not True:
                yield "backend", f"two runs may write the state of {name} at once (use_lockfile)"
            if said is not None:
                yield from _backend(backend, said)
    if said is None:
        return
    places = {
        "gitea": ("base_url", text(said.site, "git", "url")),
        "keycloak": ("url", text(said.site, "identity", "url")),
        "vault": ("address", text(said.site, "secrets", "server")),
    }
    for provider, (field, url) in places.items():
        for one in _blocks(data, "provider", provider):
            if one.get(field) != url:
                yield "provider", f"provider {provider} speaks to {one.get(field)} and not to {url}"
    for one in _blocks(data, "provider", "github"):
        if one.get("owner") != text(said.site, "identity", "organisation"):
            yield "owner", f"provider github works for {one.get('owner')}"


def _backend(backend: dict[str, Any], said: Sandboxes) -> Iterator[tuple[str, str]]:
    state = mapping(said.site, "state")
    wanted = {"bucket": text(state, "bucket"), "region": text(state, "region") or "us-east-1"}
    for field, value in wanted.items():
        if backend.get(field) != value:
            yield field, f"the state lies in {field} {backend.get(field)} and not in {value}"
    for endpoints in _blocks(backend, "endpoints"):
        if endpoints.get("s3") != text(state, "endpoint"):
            yield (
                "s3",
                f"the state lies at {endpoints.get('s3')} and not at {text(state, 'endpoint')}",
            )


def _call(
    repo: Repository, call: dict[str, Any], name: str, said: Sandboxes | None
) -> Iterator[tuple[str, str]]:
    if call.get("project") != name:
        yield "project", f"the folder {name} makes project {call.get('project')}"
    source = text(call, "source")
    if source.startswith("."):
        place = posixpath.normpath(posixpath.join(_FOLDER, name, source))
        if not repo.is_dir(place):
            yield "source", f"the module {source} is not there"
    for field, folder in (("manifests", "argocd"), ("seed", "repository")):
        if field not in call:
            continue
        value = text(call, field).replace("${path.root}", ".")
        place = posixpath.normpath(posixpath.join(_FOLDER, name, value))
        if place != f"projects/{name}/{folder}":
            yield field, f"takes {field} of {name} from {place}"
        elif not repo.is_dir(place):
            yield field, f"takes {field} from {place}, which is not there"
    if said is None or name not in said.projects:
        return
    for field, wanted in _wanted(said, name).items():
        if field in call and call[field] != wanted:
            yield field, f"{field} of {name} is not what the specification says"
        elif field not in call and wanted and field not in ("members", "realm"):
            yield "module", f"{field} of {name} is not said"


def _wanted(said: Sandboxes, name: str) -> dict[str, Any]:
    """Arguments that the specification decides."""
    entry = said.projects[name]
    groups = mapping(entry, "groups")
    steps = {"admin": "admins", "member": "members", "viewer": "viewers"}
    secrets = mapping(said.site, "secrets")
    github = text(said.site, "git", "type") == "github"
    members: dict[str, list[str]] = {step: [] for step in steps}
    for _, one in mappings(entry, "members"):
        members.setdefault(text(one, "role"), []).append(text(one, "name"))
    return {
        "title": text(entry, "title"),
        # GitHub's provider works for one organisation; others are told which.
        "organisation": "" if github else text(said.site, "git", "organisation"),
        "branch": said.branch,
        "groups": {step: text(groups, word) for step, word in steps.items()},
        "members": {step: sorted(names) for step, names in members.items()},
        "secrets": {
            "mount": text(secrets, "mount") or "secret",
            "auth": text(secrets, "auth") or "kubernetes",
            "prefix": text(secrets, "prefix") or "sandboxes",
        },
        "realm": text(said.site, "identity", "realm"),
    }


def _teams(repo: Repository, said: Sandboxes) -> Iterator[Finding]:
    """The map of groups to teams that a self-hosted Git follows."""
    try:
        found = json.loads(repo.text(_MAP))
    except ValueError:
        return
    organisation = text(said.site, "git", "organisation")
    wanted = {}
    for name, entry in said.projects.items():
        for step, group in said.groups(name).items():
            words = {"admin": "admins", "member": "members", "viewer": "viewers"}
            wanted[group] = {organisation: [text(entry, "groups", words[step])]}
    if not isinstance(found, dict):
        found = {}
    for group in sorted(set(wanted) | set(map(str, found))):
        if found.get(group) != wanted.get(group):
            message = f"{group} leads to other teams than the specification says"
            yield Finding(_MAP, 0, ID, message, LEVEL)
