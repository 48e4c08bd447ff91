"""A role that is worth more than it says, or everybody's.

Looks at every Role and ClusterRole for `*` in verbs, resources or groups and for `escalate`, `bind`
and `impersonate`, and at every binding for groups that mean everybody
(`system:authenticated`, `system:serviceaccounts`), for `cluster-admin`, and for a subject that is
a single person instead of a group.

Whoever may bind roles has all of them; `*` also means what the next operator brings along.

List what is needed. An operator of the platform may need more: suppress that with a reason.
"""

from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.rights import EVERYBODY, dangers, grants
from blueprints.check.cluster.shape import text
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "rbac-escalation"
LEVEL = Level.ERROR


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Roles and bindings with which one gets everything."""
    known = cluster.of(repo, settings)
    for role in known.of_kind("Role", "ClusterRole"):
        for index, words in dangers(role):
            yield found(ID, LEVEL, role, ("rules", index), f"{role} {words}")
    for grant in grants(known):
        kind, name = text(grant.subject, "kind"), text(grant.subject, "name")
        where = (*grant.subject_path, "name")
        if name.removeprefix("oidc:") in EVERYBODY:
            message = f"{grant.binding} gives {grant.role_name} to {name}, which is everybody"
            yield found(ID, LEVEL, grant.binding, where, message)
        elif kind == "User":
            message = f"{grant.binding} gives {grant.role_name} to the single person {name}"
            yield found(
                ID, LEVEL, grant.binding, where, message, "name a group of the identity provider"
            )
        if grant.role_name == "cluster-admin":
            message = f"{grant.binding} gives {name} the whole cluster"
            yield found(ID, LEVEL, grant.binding, ("roleRef", "name"), message)
