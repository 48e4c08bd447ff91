"""Reads how Cilium is set up where that decides what policies mean.

Sources: RKE2's HelmChartConfig ``rke2-cilium`` with the values of Cilium's chart; of a running
cluster the ConfigMap ``cilium-config``. Cilium's chapters "Policy Enforcement Modes", "Host
Policies", "Selecting nodes with CIDR", "Policy Audit Mode".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tce.read.manifests import Manifest, Path, read

NAMES = ("rke2-cilium", "cilium")


@dataclass(frozen=True)
class Setup:
    """What matters of it."""

    file: str
    line: int
    mode: str
    """``always``, ``default``, ``never``."""
    host_firewall: bool
    """Policies about nodes are in force."""
    audit: bool
    """Nothing is denied, only told."""


def setup(documents: Iterable[Manifest]) -> Setup | None:
    """None where no document says it; raises NotModelledError where policies mean another thing."""
    for one in documents:
        if one.kind == "HelmChartConfig" and one.name in NAMES:
            return _of_chart(one)
        if one.kind == "ConfigMap" and one.name == "cilium-config":
            return _of_map(one)
    return None


def _of_chart(of: Manifest) -> Setup:
    spec = of.data.get("spec")
    text = spec.get("valuesContent") if isinstance(spec, dict) else None
    if not isinstance(text, str):
        raise of.refuse("no valuesContent", "spec")
    # Read like a document, so that a key that stands twice is refused here too.
    wrapped = "apiVersion: v1\nkind: Values\nvalues:\n" + "".join(
        f"  {line}\n" for line in text.splitlines()
    )
    (inner,) = read(wrapped.encode(), of.file)
    values = inner.data.get("values") or {}
    if not isinstance(values, dict):
        raise of.refuse("values that are no mapping", "spec", "valuesContent")
    for key in ("policyCIDRMatchMode", "labels", "enableNonDefaultDenyPolicies"):
        if values.get(key):
            raise of.refuse(key, "spec", "valuesContent")
    extra = values.get("extraConfig") or values.get("extraArgs")
    if extra:
        raise of.refuse("extraConfig or extraArgs", "spec", "valuesContent")
    return _setup(
        of,
        ("spec", "valuesContent"),
        values.get("policyEnforcementMode", "default"),
        _at(values, "hostFirewall", "enabled"),
        values.get("policyAuditMode", False),
    )


def _of_map(of: Manifest) -> Setup:
    data = of.data.get("data")
    said = data if isinstance(data, dict) else {}
    for key in ("policy-cidr-match-mode", "labels", "label-prefix-file"):
        if said.get(key):
            raise of.refuse(key, "data", key)
    if str(said.get("enable-non-default-deny-policies", "true")) != "true":
        raise of.refuse("enable-non-default-deny-policies", "data")
    return _setup(
        of,
        ("data",),
        said.get("enable-policy", "default"),
        said.get("enable-host-firewall") == "true",
        said.get("policy-audit-mode") == "true",
    )


def _setup(of: Manifest, where: Path, mode: Any, host: Any, audit: Any) -> Setup:
    if mode not in ("always", "default", "never") or not isinstance(audit, bool):
        raise of.refuse("how policies are enforced", *where)
    return Setup(of.file, of.line(*where), mode, host is True, audit)


def _at(values: Mapping[str, Any], *path: str) -> Any:
    found: Any = values
    for part in path:
        found = found.get(part) if isinstance(found, dict) else None
    return found
