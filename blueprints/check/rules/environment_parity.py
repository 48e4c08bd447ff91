"""A cluster's files differ between environments in something that nobody specified.

Looks at repositories of clusters (`spec.yaml` with `blueprint: cluster`): values, inventory, data
and AppProject of the same cluster in another environment, and of clusters of the same make, say the
same but for their own names and what their part of the specification says otherwise; so do the
files of environments in `argocd/environments/`. Of two that
differ the one is named whose value stands in no specification; of three, the odd one.

What was tried in tds runs in production only if nothing else differs: a permission that tds has and
production has not is found when production is down.

Say it in the specification, do it everywhere, or suppress it with the reason.
"""

from collections.abc import Hashable, Iterator, Sequence

from blueprints.check.cluster.deployments import Clusters, Deployment, deployments
from blueprints.check.cluster.parity import Entry, Own, Place
from blueprints.check.documents import Yaml
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "environment-parity"
LEVEL = Level.WARNING

_MOST = 10
"""Findings that one file gives."""
_POOLS = ("pools", "all")
"""Where a cluster's data and its inventory list pools."""
_ENOUGH = 2
"""Others that agree, where they are of other clusters."""

_Twin = tuple[Own, Yaml, dict[Place, Entry]]


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every file of every cluster against those of its twins."""
    said = deployments(repo)
    if said is None:
        return
    found: dict[tuple[str, int, str], None] = {}
    for twins in _files(repo, said).values():
        groups = _Groups(twins)
        for twin in twins:
            for line, words in list(_odd(twin, groups))[:_MOST]:
                found[twin[1].file, line, words] = None
    for file, line, words in found:
        yield Finding(file, line, ID, visible(words), LEVEL)


def _files(repo: Repository, said: Clusters) -> dict[str, list[_Twin]]:
    """The same file of every cluster, by its name."""
    owns = [Own(said, one) for one in said.deployments]
    paths: dict[str, list[tuple[Own, str]]] = {}
    folders = {own.deployment.folder: own for own in owns}
    for path in repo.yaml_files:
        own = folders.get("/".join(path.split("/")[:3]))
        if own is not None:
            paths.setdefault("/".join(path.split("/")[3:]), []).append((own, path))
    for own in owns:
        path = f"argocd/projects/{own.deployment.id}.yaml"
        if repo.exists(path):
            paths.setdefault("project", []).append((own, path))
    for environment in said.environments:
        path = f"argocd/environments/{environment}.yaml"
        if repo.exists(path):
            whole = Deployment(environment, {}, {}, ("environments", environment))
            paths.setdefault("environment", []).append((Own(said, whole), path))
    return {
        name: [
            (own, document, own.entries(document.data))
            for own, path in every
            for document in repo.yaml(path)[:1]
        ]
        for name, every in paths.items()
    }


class _Groups:
    """Clusters that are alike in one way or another, and what they say at each place.

    Counted once for each group, not for each pair: a site may have hundreds of clusters.
    """

    def __init__(self, twins: Sequence[_Twin]) -> None:
        self._members: dict[Hashable, list[_Twin]] = {}
        for twin in twins:
            for key in _keys(twin):
                self._members.setdefault(key, []).append(twin)
        self._alone: dict[int, dict[Place, set[Hashable]]] = {}
        for key, members in self._members.items():
            for place, twin in _alone(members):
                self._alone.setdefault(id(twin), {}).setdefault(place, set()).add(key)

    def alone(self, twin: _Twin) -> dict[Place, set[Hashable]]:
        """Places where all others of a group say the same, and this one something else."""
        return self._alone.get(id(twin), {})

    def near(self, key: Hashable, twin: _Twin) -> list[_Twin]:
        """The others of a group."""
        return [one for one in self._members[key] if one is not twin]


def _keys(twin: _Twin) -> tuple[Hashable, Hashable, Hashable]:
    """The same cluster, clusters of the same sorts, and those of the same pools too."""
    own = twin[0]
    return (
        ("same", own.deployment.name, own.shape),
        ("like", own.sorts),
        ("made", own.sorts, own.shape),
    )


def _alone(members: Sequence[_Twin]) -> Iterator[tuple[Place, _Twin]]:
    """Yield each place of a group with the one that says something else than all others there."""
    said: dict[Place, dict[str, list[_Twin]]] = {}
    for twin in members:
        for place, entry in twin[2].items():
            said.setdefault(place, {}).setdefault(_said(entry), []).append(twin)
    for place, values in said.items():
        present = sum(map(len, values.values()))
        if present < len(members) and len(values) == 1:
            values = values | {"": [one for one in members if place not in one[2]]}
        elif present < len(members):
            continue
        if len(values) == 2:
            first, second = values.values()
            for few, rest in ((first, second), (second, first)):
                if len(few) == 1 and rest:
                    yield place, few[0]


def _odd(twin: _Twin, groups: _Groups) -> Iterator[tuple[int, str]]:
    own, document, entries = twin
    same, like, made = _keys(twin)
    for place, keys in sorted(groups.alone(twin).items()):
        entry = entries.get(place)
        # What pools there are is each cluster's own; of other clusters only the rest is compared.
        of_others = like if place[0] not in _POOLS else made
        for key, enough in ((same, 1), (of_others, _ENOUGH)):
            near = groups.near(key, twin) if key in keys else []
            if len(near) < enough:
                continue
            words = _differs(own, entry, place, near)
            if words:
                path = entry.path if entry else ()
                yield document.line_of(*path), words
                break


def _differs(own: Own, entry: Entry | None, place: Place, near: Sequence[_Twin]) -> str:
    """What is odd about an entry beside the same one of others; "" for nothing."""
    theirs = [one[2].get(place) for one in near]
    first = theirs[0]
    if any(_said(one) != _said(first) for one in theirs) or _said(entry) == _said(first):
        return ""
    named = ".".join(place)
    others = ", ".join(one[0].deployment.id.strip("-") for one in near[:3])
    if entry is None:
        return "" if _explained(own, place, near) else f"has no {named}, as {others}"
    if first is None:
        return "" if _own(own, place, entry.value, near) else f"has {named}, unlike {others}"
    if own.explains(entry.value):
        return ""
    return f"{named} is {entry.value}, and {first.value} in {others}"


def _said(entry: Entry | None) -> str:
    """A value as it stands there: 1, 1.0, true and "1" are four."""
    return "" if entry is None else repr(entry.value)


def _own(own: Own, place: Place, value: object, near: Sequence[_Twin]) -> bool:
    """Whether what only it has is of its part of the specification."""
    words = [step.strip("[]") for step in place]
    if own.explains(words[-1]) or (isinstance(value, str) and own.explains(value)):
        return True
    others = [other for other, _, _ in near]
    return any(
        own.explains(word) and not any(other.explains(word) for other in others) for word in words
    )


def _explained(own: Own, place: Place, near: Sequence[_Twin]) -> bool:
    """Whether what it lacks is of the others' part of the specification, and not of its own."""
    words = [step.strip("[]") for step in place]
    for other, _, entries in near:
        value = entries[place].value
        theirs = [word for word in (*words, value) if other.explains(word)]
        if any(not own.explains(word) for word in theirs):
            return True
    return False
