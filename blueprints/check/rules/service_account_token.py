"""A pod gets a key to the Kubernetes API that it does not need.

Looks at `automountServiceAccountToken` of every pod and ServiceAccount: it must be false, but
for a pod whose ServiceAccount is bound to a role in the repository: there it must be true. Looks
too at pods that use the namespace's ServiceAccount `default`.

The token lets whoever breaks into the pod speak to the API as the pod; and with a token of
`default`, every right that anybody ever gives to `default`.

Give the workload a ServiceAccount of its own and set `automountServiceAccountToken: false`.
"""

from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import at, mappings, text
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "service-account-token"
LEVEL = Level.ERROR

_FIELD = "automountServiceAccountToken"


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Tokens that nobody needs, and tokens that are missing."""
    known = cluster.of(repo, settings)
    bound = {
        (text(subject, "namespace") or known.namespace(binding), text(subject, "name"))
        for binding in known.of_kind("RoleBinding", "ClusterRoleBinding")
        for _, subject in mappings(binding.data, "subjects")
        if text(subject, "kind") == "ServiceAccount"
    }
    for account in known.of_kind("ServiceAccount"):
        if at(account.data, _FIELD) is not False:
            message = f"{account} gives its token to every pod that does not refuse it"
            yield found(ID, LEVEL, account, (_FIELD,), message, f"set {_FIELD}: false")
    for workload in known.workloads:
        item, pod = workload.object, workload.pod
        name = text(pod, "serviceAccountName") or text(pod, "serviceAccount") or "default"
        where = (*workload.spec_path, _FIELD)
        needed = (known.namespace(item), name) in bound
        if at(pod, _FIELD) is not False and not needed:
            message = f"{item} gets a token of ServiceAccount {name}, which is bound to no role"
            yield found(ID, LEVEL, item, where, message, f"set {_FIELD}: false")
        elif needed and at(pod, _FIELD) is False:
            message = f"{item} gets no token, although its ServiceAccount {name} is bound to a role"
            yield found(ID, LEVEL, item, where, message, f"set {_FIELD}: true")
        if name == "default":
            message = f"{item} uses the ServiceAccount default of its namespace"
            where = (*workload.spec_path, "serviceAccountName")
            yield found(ID, LEVEL, item, where, message, "give it a ServiceAccount of its own")
