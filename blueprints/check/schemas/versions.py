"""Which versions of Kubernetes have a kind, and what to write where one does not."""

import difflib
from collections.abc import Sequence
from functools import cache

from blueprints.check.schemas.core import GroupVersionKind, load, order, versions
from blueprints.check.schemas.models import groups as other_groups
from blueprints.check.schemas.policy import read


def installed(wanted: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of the versions that are wanted, those with schemas, and those without."""
    here = versions()
    return (
        tuple(sorted((one for one in wanted if one in here), key=order)),
        tuple(one for one in wanted if one not in here),
    )


@cache
def groups() -> frozenset[str]:
    """API groups that Kubernetes itself has or had in any version that is known."""
    known = {group for version in versions() for group, _, _ in load(version).definitions}
    known |= {entry.split("/")[0] for entry in read("removed.yaml")}
    return frozenset(known)


def is_core(group: str) -> bool:
    """Whether a group is Kubernetes' own; a CRD's has a dot in it, and mostly another domain."""
    if "." not in group:
        return True
    if not group.endswith(".k8s.io") or group in other_groups():
        return False
    newest = load(versions()[-1])
    return any(group == known for known, _, _ in newest.definitions) or group in groups()


@cache
def history(kind: GroupVersionKind) -> str:
    """What became of ``group/version Kind``: when it came or went, and what to write instead."""
    group, version, name = kind
    api = f"{group}/{version}" if group else version
    gone = read("removed.yaml").get(f"{api} {name}")
    if gone is not None:
        return f"was removed in Kubernetes {gone[0]}; write {gone[1]}"
    having = [one for one in versions() if kind in load(one).definitions]
    if not having:
        return _nearest(kind)
    newest = versions()[-1]
    if having[-1] == newest:
        return f"came with Kubernetes {having[0]}"
    after = versions()[versions().index(having[-1]) + 1]
    instead = _other_versions(group, name, newest)
    return f"was removed in Kubernetes {after}" + (f"; write {instead}" if instead else "")


def _other_versions(group: str, name: str, version: str) -> str:
    found = sorted(v for g, v, k in load(version).definitions if g == group and k == name)
    best = next((v for v in found if v[1:].isdigit()), found[0] if found else "")
    return f"{group}/{best}" if best and group else best


def _nearest(kind: GroupVersionKind) -> str:
    group, version, name = kind
    newest = versions()[-1]
    definitions = load(newest).definitions
    same_kind = sorted({(g, v) for g, v, k in definitions if k == name})
    if same_kind:
        return "write " + " or ".join(f"{g}/{v}" if g else v for g, v in same_kind)
    same_api = {k for g, v, k in definitions if (g, v) == (group, version)}
    near = difflib.get_close_matches(name, sorted(same_api), n=1)
    if near:
        return f"did you mean {near[0]}?"
    elsewhere = difflib.get_close_matches(name, sorted({k for _, _, k in definitions}), n=1)
    return f"did you mean {elsewhere[0]}?" if elsewhere else "Kubernetes has no such kind"
