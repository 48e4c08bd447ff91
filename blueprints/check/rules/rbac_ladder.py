"""Rights that stop halfway, or that a lower role has and a higher one has not.

Looks at roles that are given to tenants' groups, in the cluster (`<stem>-viewer`, `-member`,
`-admin`, as RoleBindings name them) and in AppProjects (`viewer`, `member`, `admin`): the higher
one includes all of the lower one; who may read a kind may `get`, `list` and `watch` it, because
every client does all three; what a tenant may deploy its viewers may see; each role of an
AppProject has a group and may at least get its own Applications and logs.

Half a right is found out by the person who needs it, at night.

Complete the rule, or take it away.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.project import policies, roles
from blueprints.check.cluster.report import found
from blueprints.check.cluster.rights import READ
from blueprints.check.cluster.shape import mappings, text, texts
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "rbac-ladder"
LEVEL = Level.WARNING

STEPS = ("viewer", "member", "admin")
_ONE_VERB = ("pods/log", "pods/status")
"""Resources that are only ever read one at a time."""

Right = tuple[str, str, str]
"""Group, resource, verb."""


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Rights that do not add up."""
    known = cluster.of(repo, settings)
    ladders: dict[str, dict[str, Object]] = defaultdict(dict)
    for role in known.of_kind("ClusterRole", "Role"):
        stem, _, step = role.name.rpartition("-")
        if step in STEPS:
            ladders[f"{known.namespace(role)}/{stem}"][step] = role
    for ladder in ladders.values():
        for role in ladder.values():
            yield from _halves(role)
        yield from _ladder(ladder)
    yield from _visible(known, ladders)
    for project in known.projects.values():
        yield from _project(project)


def rights(role: Object) -> set[Right]:
    """Everything that a role says."""
    return {
        (group, resource, verb)
        for _, rule in mappings(role.data, "rules")
        for group in texts(rule, "apiGroups")
        for resource in texts(rule, "resources")
        for verb in texts(rule, "verbs")
    }


def _halves(role: Object) -> Iterator[Finding]:
    for index, rule in mappings(role.data, "rules"):
        reads = set(texts(rule, "verbs")) & READ
        resources = [one for one in texts(rule, "resources") if one not in _ONE_VERB]
        if reads and reads != READ and any("/" not in one for one in resources):
            message = (
                f"{role} may {', '.join(sorted(reads))} "
                f"{', '.join(resources[:3])} and not {', '.join(sorted(READ - reads))}"
            )
            yield found(ID, LEVEL, role, ("rules", index, "verbs"), message)


def _ladder(ladder: dict[str, Object]) -> Iterator[Finding]:
    present = [step for step in STEPS if step in ladder]
    if len(present) not in (0, 1, len(STEPS)):
        missing = ", ".join(step for step in STEPS if step not in ladder)
        yield found(
            ID, LEVEL, ladder[present[0]], (), f"{ladder[present[0]]} stands beside no {missing}"
        )
    for low, high in itertools.pairwise(present):
        lacking = sorted(rights(ladder[low]) - rights(ladder[high]))
        if lacking:
            group, resource, verb = lacking[0]
            name = f"{resource}.{group}" if group else resource
            message = f"{ladder[high]} may not {verb} {name}, which {ladder[low]} may"
            yield found(ID, LEVEL, ladder[high], ("rules",), message)
        elif rights(ladder[low]) == rights(ladder[high]):
            message = f"{ladder[high]} may do nothing more than {ladder[low]}"
            yield found(ID, LEVEL, ladder[high], ("rules",), message)


def _visible(known: Cluster, ladders: dict[str, dict[str, Object]]) -> Iterator[Finding]:
    """Kinds that tenants may deploy and their viewers cannot see, and the reverse."""
    viewers = [ladder["viewer"] for ladder in ladders.values() if "viewer" in ladder]
    if not viewers:
        return
    seen = {(group, resource) for role in viewers for group, resource, _ in rights(role)}
    kinds: dict[tuple[str, str], Object] = {}
    for name in known.tenants:
        project = known.projects[name]
        listed = [*mappings(project.data, "spec", "namespaceResourceWhitelist")]
        for index, entry in listed:
            group, kind = text(entry, "group"), text(entry, "kind")
            kinds[group, plural(kind)] = project
            if kind and "*" not in kind and (group, plural(kind)) not in seen and kind != "Secret":
                where = ("spec", "namespaceResourceWhitelist", index)
                message = f"{project} permits {kind}, which {viewers[0]} may not see"
                yield found(ID, LEVEL, project, where, message)
    if kinds:
        yield from _alike(known)


def _alike(known: Cluster) -> Iterator[Finding]:
    """Tenants' projects that permit other kinds than most tenants' do."""
    groups: dict[bool, list[tuple[Object, frozenset[tuple[str, str]]]]] = defaultdict(list)
    for name in known.tenants:
        project = known.projects[name]
        kinds = frozenset(
            (text(entry, "group"), text(entry, "kind"))
            for _, entry in mappings(project.data, "spec", "namespaceResourceWhitelist")
        )
        groups[bool([*roles(project.data)])].append((project, kinds))
    for several in groups.values():
        counts: dict[frozenset[tuple[str, str]], int] = defaultdict(int)
        for _, kinds in several:
            counts[kinds] += 1
        usual = max(counts, key=lambda one: counts[one])
        if counts[usual] * 2 <= len(several) or len(several) < 3:
            continue
        for project, kinds in several:
            if kinds != usual:
                odd = sorted(kind for _, kind in kinds ^ usual)
                message = (
                    f"{project} permits other kinds than the other "
                    f"tenants' projects: {', '.join(odd)}"
                )
                yield found(ID, LEVEL, project, ("spec", "namespaceResourceWhitelist"), message)


def plural(kind: str) -> str:
    """The resource's name of a kind, as the API forms it."""
    word = kind.lower()
    if word.endswith(("s", "x", "ch")):
        return f"{word}es"
    return f"{word[:-1]}ies" if word.endswith("y") and word[-2:-1] not in "aeiou" else f"{word}s"


def _project(project: Object) -> Iterator[Finding]:
    given: dict[str, set[tuple[str, ...]]] = {}
    for place, role in roles(project.data):
        name = text(role, "name")
        lines = policies(role)
        where = ("spec", "roles", place)
        if not texts(role, "groups"):
            yield found(ID, LEVEL, project, where, f"{project}: nobody has the role {name}")
        if name in given:
            yield found(ID, LEVEL, project, where, f"{project} has two roles {name}")
        given[name] = {tuple(fields[2:]) for _, fields in lines}
        for what in ("applications", "logs"):
            if not any(fields[2:4] == [what, "get"] for _, fields in lines):
                message = f"{project}: role {name} may not get its own {what}"
                yield found(ID, LEVEL, project, where, message)
    present = [step for step in STEPS if step in given]
    for low, high in itertools.pairwise(present):
        lacking = sorted(given[low] - given[high])
        if lacking:
            message = f"{project}: role {high} lacks {', '.join(lacking[0][:2])}, which {low} has"
            yield found(ID, LEVEL, project, ("spec", "roles"), message)
        elif given[low] == given[high]:
            message = f"{project}: role {high} may do nothing more than {low}"
            yield found(ID, LEVEL, project, ("spec", "roles"), message)
    if given and len(present) not in (0, len(STEPS)):
        message = f"{project} has no role {', '.join(step for step in STEPS if step not in given)}"
        yield found(ID, LEVEL, project, ("spec", "roles"), message)
