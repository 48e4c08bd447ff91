"""Encryption between nodes that lets packets through in the clear.

Looks at Cilium's settings: encryption that is off, without strict mode, with strict mode only under
the key that 1.19 and later do not read (`encryption.strictMode.enabled`), for ranges that are not
those of pods, with IPv6 that strict egress does not see, and IPsec beside the host firewall.

Without strict mode a packet leaves unencrypted whenever the key of the other node is not yet known.
Cilium 1.20 ignores the old key without a word (it is `strictMode.egress.enabled` now), and the host
firewall does not work with IPsec (cilium/cilium#41854).

Write `encryption.strictMode.egress` with `enabled: true` and the range of pods.
"""

from collections.abc import Iterator
from typing import Any

from blueprints.check.cluster.report import found
from blueprints.check.documents import at, text
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from tce.check.cilium import PLACE, settings_of
from tce.check.environment import environment

ID = "cilium-strict-mode"
LEVEL = Level.ERROR


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Cilium's settings about encryption."""
    if environment(repo) is None:
        return
    ranges = _ranges(repo)
    for item, values in settings_of(repo):
        for message in _judged(values, ranges):
            yield found(ID, LEVEL, item, PLACE, message)


def _ranges(repo: Repository) -> set[str]:
    """Of pods, as RKE2's settings say."""
    said = (
        text(document.data, "cluster-cidr")
        for file in repo.yaml_files
        if file.startswith("rke2/")
        for document in repo.yaml(file)
    )
    return {one for text_ in said for one in text_.split(",") if one}


def _judged(values: dict[str, Any], ranges: set[str]) -> Iterator[str]:
    if at(values, "encryption", "enabled") is not True:
        yield "what goes from node to node is not encrypted"
        return
    if at(values, "encryption", "type") == "ipsec" and at(values, "hostFirewall", "enabled"):
        yield "the host firewall does not work with IPsec"
    strict = at(values, "encryption", "strictMode")
    if at(strict, "egress", "enabled") is not True:
        if at(strict, "enabled") is True:
            yield "strictMode.enabled is not read from Cilium 1.19 on: write strictMode.egress"
        else:
            yield "without strict mode packets leave in the clear while a key is not known"
        return
    covered = at(strict, "egress", "cidr")
    if ranges and covered not in ranges:
        yield f"strict mode is about {covered}, and pods are in {', '.join(sorted(ranges))}"
    if at(values, "ipv6", "enabled") is True:
        yield "strict mode sees IPv4 only, and pods have IPv6"
