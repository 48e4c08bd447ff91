"""Policies of a trusted environment that Cilium does not enforce, or not from the start.

Looks at Cilium's settings: `policyEnforcementMode` other than `always`, `policyAuditMode`, a host
firewall that is off while there are policies about nodes, CIDR rules that reach nodes
(`policyCIDRMatchMode`).

In the default mode a pod that no policy selects may do everything, so that one label with a typing
error opens it. With `always` whatever is not allowed is dropped, from the first start on.

Write `policyEnforcementMode: always` and have the policies in place when Cilium starts.
"""

from collections.abc import Iterator

from blueprints.check.cluster.report import found
from blueprints.check.documents import at
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from tce.check.cilium import PLACE, settings_of
from tce.check.environment import environment

ID = "policy-enforcement"
LEVEL = Level.ERROR


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Cilium's settings about policies."""
    if environment(repo) is None:
        return
    about_nodes = any(
        "nodeSelector" in (one.spec or {}) for one in repo.of_kind("CiliumClusterwideNetworkPolicy")
    )
    for item, values in settings_of(repo):
        mode = values.get("policyEnforcementMode", "default")
        if mode != "always":
            message = f"in the mode {mode} what no policy selects may do everything"
            yield found(ID, LEVEL, item, PLACE, message, "write policyEnforcementMode: always")
        if values.get("policyAuditMode"):
            message = "policyAuditMode only tells what policies would drop"
            yield found(ID, LEVEL, item, PLACE, message)
        if values.get("policyCIDRMatchMode"):
            message = "with policyCIDRMatchMode rules about addresses outside reach nodes too"
            yield found(ID, LEVEL, item, PLACE, message)
        if about_nodes and at(values, "hostFirewall", "enabled") is not True:
            message = "there are policies about nodes, and the host firewall is off"
            yield found(ID, LEVEL, item, PLACE, message, "write hostFirewall: {enabled: true}")
