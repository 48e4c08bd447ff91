"""An admission policy that admits what it was written against.

Looks at ValidatingAdmissionPolicies and their bindings: a policy fails closed
(`failurePolicy: Fail`), matches something (groups, versions, resources, and both `CREATE` and
`UPDATE`), validates something with a message, uses the variables that it defines and defines those
that it uses; it has a binding that denies, and a binding that selects namespaces selects at least
one of the repository's.

A policy without a binding is never asked; one that only audits looks the same from outside.

Complete it.
"""

import re
from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.selector import is_empty, selects
from blueprints.check.cluster.shape import (
    Path,
    at,
    labels,
    mapping,
    mappings,
    sequence,
    text,
    texts,
)
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "admission-policy"
LEVEL = Level.ERROR

_VARIABLE = re.compile(r"\bvariables\.([A-Za-z_]\w*)")
_RULE = ("apiGroups", "apiVersions", "operations", "resources")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Policies with a hole."""
    known = cluster.of(repo, settings)
    bindings = known.repo.of_kind("ValidatingAdmissionPolicyBinding")
    for item in known.of_kind("ValidatingAdmissionPolicy"):
        mine = [one for one in bindings if text(one.data, "spec", "policyName") == item.name]
        if not mine:
            yield found(ID, LEVEL, item, (), f"{item} is bound to nothing")
        for path, words in _policy(item):
            yield found(ID, LEVEL, item, ("spec", *path), f"{item} {words}")
    for item in bindings:
        for path, words in _binding(known, item):
            yield found(ID, LEVEL, item, ("spec", *path), f"{item} {words}")


def _policy(item: Object) -> Iterator[tuple[Path, str]]:
    spec = mapping(item.data, "spec")
    if (text(spec, "failurePolicy") or "Fail") != "Fail":
        yield ("failurePolicy",), "admits everything that it cannot judge"
    rules = [*mappings(spec, "matchConstraints", "resourceRules")]
    if not rules:
        yield ("matchConstraints",), "matches nothing"
    for index, rule in rules:
        where: Path = ("matchConstraints", "resourceRules", index)
        for field in _RULE:
            if not texts(rule, field):
                yield (*where, field), f"matches nothing: no {field}"
        operations = set(texts(rule, "operations"))
        if "*" not in operations and not {"CREATE", "UPDATE"} <= operations:
            yield (*where, "operations"), "does not look at both CREATE and UPDATE"
    validations = [*mappings(spec, "validations")]
    if not validations:
        yield ("validations",), "validates nothing"
    said = [text(one, "expression") for _, one in validations]
    said += [text(one, "expression") for _, one in mappings(spec, "matchConditions")]
    for index, one in validations:
        if not text(one, "expression").strip():
            yield ("validations", index), "has a validation without an expression"
        elif text(one, "expression").strip() == "true":
            yield ("validations", index), "admits everything"
        if not text(one, "message") and not text(one, "messageExpression"):
            yield ("validations", index), "does not say what is wrong (message)"
    defined = {text(one, "name"): text(one, "expression") for _, one in mappings(spec, "variables")}
    used = set(_VARIABLE.findall(" ".join((*said, *defined.values()))))
    for name in sorted(used - set(defined)):
        yield ("variables",), f"uses the variable {name}, which it does not define"
    for name in sorted(set(defined) - used):
        yield ("variables",), f"defines the variable {name}, which it does not use"


def _binding(known: Cluster, item: Object) -> Iterator[tuple[Path, str]]:
    spec = mapping(item.data, "spec")
    if "Deny" not in sequence(spec, "validationActions"):
        yield ("validationActions",), "does not deny anything"
    wanted = at(spec, "matchResources", "namespaceSelector")
    spaces = known.repo.of_kind("Namespace")
    if isinstance(wanted, dict) and not is_empty(wanted) and spaces:
        carried = [labels(space.data, "metadata", "labels") for space in spaces]
        tenants = [
            labels(space.data, "metadata", "labels")
            for space in spaces
            if space.name in known.tenant_namespaces
        ]
        if not any(selects(wanted, one) for one in carried):
            yield ("matchResources",), "selects no namespace of the repository"
        elif any(selects(wanted, one) for one in tenants) and not all(
            selects(wanted, one) for one in tenants
        ):
            yield ("matchResources",), "selects some tenants' namespaces and not all"
        others = [
            space.name
            for space in spaces
            if space.name not in known.tenant_namespaces
            and selects(wanted, labels(space.data, "metadata", "labels"))
        ]
        if others and any(selects(wanted, one) for one in tenants):
            yield ("matchResources",), f"selects {others[0]} too, which is no tenant's"
