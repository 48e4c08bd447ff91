"""Whether policies of Kubernetes and Cilium let through what is declared, and nothing else.

Every pod of a sandbox, every pod that nobody declared, every node and the way in are asked, over
labels, namespaces, ports and addresses: whom they may reach and who may reach them. Each side has
to be as narrow as what is declared by itself; what is declared has to pass both.
"""

import hashlib
import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tce.prove.amounts import Use, minus, ports_minus
from tce.prove.declared import DNS_LABELS, DNS_NAMESPACE, INGRESS, Declared, declared
from tce.prove.ends import ends
from tce.prove.intent import Intent
from tce.prove.onesided import onesided
from tce.prove.reach import End, Policies, candidates
from tce.prove.report import Finding, Property, Target
from tce.read import cilium, network_policy
from tce.read.cilium_settings import Setup, setup
from tce.read.manifests import Manifest, Source, manifests
from tce.read.policies import PROTOCOLS, UDP, Policy, Rule
from tce.read.workloads import Pod, namespaces, pods
from tce.space.errors import NotModelledError

NAME = "kubernetes"
_HARMLESS = (
    *cilium.KINDS,
    "CiliumLoadBalancerIPPool",
    "CiliumL2AnnouncementPolicy",
    "CiliumCIDRGroup",
)
_PROVIDERS = ("network/", "handover/")
"""Folders of what another cluster than the environment's gets."""
_REFUSED_GROUPS = ("policy.networking.k8s.io", "crd.projectcalico.org", "projectcalico.org")
ASSUMPTIONS = (
    "a node reaches the pods that run on it whatever policies say: Cilium lets its own host in",
    "pods have the labels that their documents give them; who may give others is a matter of RBAC",
    "programs of the platform's namespaces are the institution's: what they, nodes, the way in and "
    "Cilium's probe say to each other is not judged, what they say to sandboxes and to the outside "
    "is; nor is judged whether they reach all that they need",
    "what Cilium enforces is what its policies say, from its first start on",
)
_SAID = 3
"""Ports of one finding."""
_MOST = 20
"""Findings of one kind about one end: the rest says the same."""


@dataclass(frozen=True)
class Found:
    """What is known of policies."""

    targets: tuple[Target, ...]
    findings: tuple[Finding, ...]
    assumptions: tuple[str, ...]
    figures: Mapping[str, float] = field(default_factory=dict)


def prove(source: Source, said: Mapping[str, Any], intent: Intent) -> Found:
    """Of the documents of a repository, or of ``kubectl get -o yaml``, against a specification.

    `said` is the specification's plain data, `intent` what the rest of the proof read from it.
    """
    source = {file: raw for file, raw in source.items() if not file.startswith(_PROVIDERS)}
    try:
        documents = manifests(source)
        known = _Known(documents)
        judge = _Judge(known, declared(said, intent, known.spaces))
        findings = tuple(dict.fromkeys(judge.findings()))
    except NotModelledError as error:
        file, line, message = _place(str(error))
        finding = Finding(NAME, "parse", file, line, message)
        return Found((_target(source, 0, ()),), (finding,), ASSUMPTIONS)
    rules = sum(len(one.rules) for one in known.policies)
    proved: tuple[Property, ...] = ("parse", "lateral", "extra", "missing", "dead", "bound")
    broken = {one.property for one in findings}
    target = _target(source, rules, tuple(one for one in proved if one not in broken))
    figures = {"policies": float(len(known.policies)), "ends": float(len(judge.ends))}
    return Found((target,), findings, ASSUMPTIONS, figures)


def _target(source: Source, rules: int, proved: tuple[Property, ...]) -> Target:
    digest = hashlib.sha256()
    for file in sorted(source):
        if file.endswith((".yaml", ".yml", ".json")):
            digest.update(f"{file}\0{len(source[file])}\0".encode() + source[file])
    place = next(iter(source)) if len(source) == 1 else "k8s"
    return Target(NAME, "cilium", place, digest.hexdigest(), (4, 6), proved, rules)


def _place(text: str) -> tuple[str, int, str]:
    file, _, rest = text.partition(":")
    line, _, message = rest.partition(":")
    return file, int(line) if line.isdigit() else 0, message.strip()


class _Known:
    """Everything of the documents that matters; raises NotModelledError."""

    def __init__(self, documents: Iterable[Manifest]) -> None:
        documents = tuple(documents)
        found: list[Policy] = []
        for one in documents:
            if one.group == "cilium.io" and one.kind not in _HARMLESS:
                raise one.refuse(f"the kind {one.kind}", "kind")
            if one.group in _REFUSED_GROUPS:
                raise one.refuse(f"the group {one.group}", "apiVersion")
            if one.group == "cilium.io" and one.kind in cilium.KINDS:
                found.extend(cilium.policies(one))
            elif one.kind == "NetworkPolicy" and one.group == "networking.k8s.io":
                found.append(network_policy.policy(one))
        self.policies = tuple(found)
        self.pods: tuple[Pod, ...] = tuple(pods(documents))
        self.spaces = namespaces(documents)
        self.setup: Setup | None = setup(documents)


class _Judge:
    """Compares what policies let through with what is declared."""

    def __init__(self, known: _Known, wanted: Declared) -> None:
        self.known = known
        self.wanted = wanted
        set_up = known.setup
        always = set_up is not None and set_up.mode == "always"
        nodes = set_up is not None and set_up.host_firewall
        self.policies = Policies((one for one in known.policies if nodes or not one.nodes), always)
        self.ends = ends(known.pods, known.spaces, known.policies)
        self.by_space: dict[str, list[End]] = {}
        for end in self.ends:
            self.by_space.setdefault(end.namespace, []).append(end)

    def findings(self) -> Iterator[Finding]:
        yield from self._bound()
        for end in self.ends:
            if end.namespace or end.name == INGRESS:
                yield from _few(self._inside(end, ingress=False))
                yield from _few(self._inside(end, ingress=True))
            yield from _few(self._outside(end, ingress=False))
            yield from _few(self._outside(end, ingress=True))
        yield from self._missing()
        yield from self._dead()

    def _bound(self) -> Iterator[Finding]:
        set_up = self.known.setup
        if set_up is None:
            message = "no document says how Cilium enforces policies"
            yield Finding(NAME, "bound", "", 0, message)
            return
        if set_up.mode == "never" or set_up.audit:
            how = (
                "enforces no policy" if set_up.mode == "never" else "only tells what it would drop"
            )
            yield Finding(NAME, "bound", set_up.file, set_up.line, f"Cilium {how}")
        if not set_up.host_firewall:
            message = "Cilium's host firewall is off: no policy is about nodes"
            yield Finding(NAME, "bound", set_up.file, set_up.line, message)
        for pod in self.known.pods:
            if pod.on_host and pod.namespace in self.wanted.sandboxes:
                message = f"{pod} is in the node's network: no policy about pods is about it"
                yield Finding(NAME, "bound", pod.file, pod.line, message)

    def _inside(self, end: End, ingress: bool) -> Iterator[Finding]:
        rules = [*self.policies.rules(end, ingress)]
        judged = self.wanted.guarded(end)
        for other in candidates(rules, self.by_space):
            # What programs of the platform say to each other, and to nodes, is not judged.
            if not judged and not self.wanted.guarded(other):
                continue
            pair = (other, end) if ingress else (end, other)
            allowed = self.wanted.between(*pair)
            found = [
                (left, rule)
                for ports, rule in self.policies.between(end, other, ingress)
                for left in ports_minus([ports], allowed)
            ]
            for rule in dict.fromkeys(rule for _, rule in found):
                ports = _all(left for left, by in found if by is rule)
                yield self._extra(end, *pair, ingress, ports, rule)

    def _extra(
        self, end: End, source: End, target: End, ingress: bool, ports: str, rule: Rule
    ) -> Finding:
        side = "lets in" if ingress else "lets out"
        boxes = self.wanted.sandboxes
        across = source.namespace != target.namespace and {source.namespace, target.namespace}
        lateral = bool(across) and {source.namespace, target.namespace} <= set(boxes)
        message = f"{end} {side} {source} > {target} {ports}, which nothing declares"
        kind: Property = "lateral" if lateral else "extra"
        file, line = self._blamed(end, rule)
        return Finding(NAME, kind, file, line, message)

    def _outside(self, end: End, ingress: bool) -> Iterator[Finding]:
        allowed = self.policies.outside(end, ingress)
        wanted = self.wanted.incoming(end) if ingress else self.wanted.outgoing(end)
        left: dict[tuple[int, int], list[Use]] = {}
        for use, (first, _) in minus(allowed, wanted):
            left.setdefault((use[0], first), []).append(use)
        for (_, first), uses in left.items():
            use = uses[0]
            address = _address(use, first)
            zone = self._zone(use, first)
            pair = f"{address} > {end}" if ingress else f"{end} > {address}"
            where = f" (in {zone})" if zone else ""
            ports = _all(one[1:] for one in uses)
            message = f"{pair} {ports}{where}, which no flow allows it"
            kind: Property = "lateral" if self._foreign(zone) else "extra"
            file, line = self._blamed(end, self.policies.blame(end, ingress, use, first))
            yield Finding(NAME, kind, file, line, message, family=use[0])

    def _blamed(self, end: End, rule: Rule) -> tuple[str, int]:
        """Where it stands; where nothing does, what should enforce and does not."""
        if rule.file:
            return rule.file, rule.line
        set_up = self.known.setup
        return (set_up.file, set_up.line) if set_up else ("", 0)

    def _zone(self, use: Use, at: int) -> str:
        for zone in self.wanted.intent.zones.values():
            ranges = zone.addresses[4 if use[0] == 4 else 6]
            if any(first <= at <= last for first, last in ranges):
                return zone.name
        return ""

    def _foreign(self, zone: str) -> bool:
        return bool(zone) and self.wanted.intent.zones[zone].kind == "tenants"

    def _missing(self) -> Iterator[Finding]:
        here = {(end.namespace, end.workload): end for end in self.ends if end.workload}
        (way_in,) = (end for end in self.ends if end.name == INGRESS)
        names = next(
            end
            for end in self.by_space[DNS_NAMESPACE]
            if all(end.labels.get(("k8s", key)) == one for key, one in DNS_LABELS.items())
        )
        for (space, name), workload in self.wanted.workloads.items():
            end = here.get((space, name))
            if end is None:
                message = f"{space}/{name} has no pods here: nothing can be said of it"
                yield Finding(NAME, "missing", "", 0, message)
                continue
            for caller in workload.accepts:
                source = way_in if caller == INGRESS else here.get(_pair(caller))
                if source is not None:
                    yield from self._blocked(source, end)
            yield from self._blocked(end, names)
            yield from self._unreached(end, ingress=False)
        yield from self._unreached(way_in, ingress=True)
        nodes = [end for end in self.ends if end.node]
        for end in nodes:
            yield from self._unreached(end, ingress=True)
            yield from self._unreached(end, ingress=False)
            for other in nodes:
                yield from self._apart(end, other)

    def _blocked(self, source: End, end: End) -> Iterator[Finding]:
        wanted = self.wanted.between(source, end)
        for left in ports_minus(wanted, self.policies.passes(source, end)):
            out = [ports for ports, _ in self.policies.between(source, end, ingress=False)]
            side = source if ports_minus([left], out) else end
            message = f"{source} > {end} {_ports(left)} is declared, and blocked at {side}"
            yield Finding(NAME, "missing", *self._of(side), message)

    def _apart(self, source: End, end: End) -> Iterator[Finding]:
        # Each of two nodes is, to the other, a remote one.
        if "another" not in source.name or "another" not in end.name:
            return
        for left in ports_minus(self.wanted.between_nodes(), self.policies.passes(source, end)):
            message = f"{source} > {end} {_ports(left)} is what nodes need, and blocked"
            yield Finding(NAME, "missing", *self._of(end), message)

    def _unreached(self, end: End, ingress: bool) -> Iterator[Finding]:
        wanted = self.wanted.incoming(end) if ingress else self.wanted.outgoing(end)
        own = {use: ranges for use, ranges in wanted.items() if use[0] == self.wanted.family}
        for use, (first, _) in _some(minus(own, self.policies.outside(end, ingress))):
            address = _address(use, first)
            pair = f"{address} > {end}" if ingress else f"{end} > {address}"
            message = f"{pair} {_ports(use[1:])} is declared, and blocked"
            flow = self._flow(use, first, ingress)
            file, line = self._of(end)
            yield Finding(NAME, "missing", file, line, message, family=use[0], flow=flow)

    def _flow(self, use: Use, at: int, ingress: bool) -> str | None:
        for one in self.wanted.intent.flows:
            ranges = one.sources if ingress else one.destinations
            if (one.family, one.protocol) == use[:2] and any(
                first <= at <= last for first, last in ranges
            ):
                return one.name
        return None

    def _of(self, end: End) -> tuple[str, int]:
        """Where to look: the narrowest policy about it."""
        about = sorted(self.policies.about(end), key=lambda one: -len(one.subject.requirements))
        return (about[0].file, about[0].line) if about else ("", 0)

    def _dead(self) -> Iterator[Finding]:
        rendered = [end for end in self.ends if end.workload]
        for one in self.known.policies:
            asks = [ask for ask in one.subject.requirements if "namespace" not in ask.key]
            if one.namespace not in self.wanted.sandboxes or not asks:
                continue
            if not any(one.subject.selects(end.labels) for end in rendered):
                message = f"{one.name} selects no pod that is rendered"
                yield Finding(NAME, "dead", one.file, one.line, message)
        for one, rule, said in onesided(self.policies, self.by_space, self.wanted.guarded):
            ports = _ports((said.protocol, said.first, said.last)) if not said.name else said.name
            side = "in" if rule.ingress else "out"
            message = f"{one.name} lets {side} {ports}, and nothing at the other side allows it"
            yield Finding(NAME, "dead", rule.file, rule.line, message)


def _pair(text: str) -> tuple[str, str]:
    space, _, name = text.partition("/")
    return space, name


def _ports(ports: tuple[int, int, int]) -> str:
    protocol, first, last = ports
    if protocol not in (6, UDP, 132):
        return f"{PROTOCOLS[protocol]} type {first}" if protocol in (1, 58) else "other protocols"
    return f"{PROTOCOLS[protocol]} {first}" + (f"-{last}" if last != first else "")


def _all(ports: Iterable[tuple[int, int, int]]) -> str:
    """Of several; most of them are of no use to a reader."""
    several = list(dict.fromkeys(ports))
    said = [_ports(one) for one in several[:_SAID]]
    return ", ".join(said) + (" and more" if len(several) > _SAID else "")


def _address(use: Use, at: int) -> str:
    kind = ipaddress.IPv4Address if use[0] == 4 else ipaddress.IPv6Address
    return str(kind(at))


def _few(found: Iterable[Finding]) -> Iterator[Finding]:
    for n, one in enumerate(found):
        if n >= _MOST:
            return
        yield one


def _some(found: Iterable[tuple[Use, tuple[int, int]]]) -> Iterator[tuple[Use, tuple[int, int]]]:
    for n, one in enumerate(found):
        if n >= _MOST:
            return
        yield one
