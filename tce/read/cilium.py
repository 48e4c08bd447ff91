"""Reads CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy (cilium.io/v2).

Sources, of Cilium 1.16 to 1.19: pkg/policy/api (rule_validation.go, entity.go, ingress.go),
pkg/k8s/apis/cilium.io/utils/utils.go (namespaces that are added to selectors), pkg/policy/rule.go
(an entry without peers and ports allows nobody, one with ports and without peers everybody),
pkg/policy/utils (empty lists), and the chapters on layers 3, 4, 7, host and deny policies.

What names alone decide (toFQDNs, toServices, groups), what other objects decide (CIDR groups,
listeners) and what versions disagree about (empty lists) is not modelled. Rules of layer 7 only
take away: they are read as the ports they are for, if they let everything of a DNS name through.
"""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tce.read.labels import (
    ACCOUNT,
    CLUSTER,
    NAMESPACE,
    OF_NAMESPACE,
    OPERATORS,
    RESERVED,
    Requirement,
    Selector,
)
from tce.read.manifests import Manifest
from tce.read.policies import (
    ANY_PORT,
    ANYONE,
    ICMP,
    ICMP6,
    NOBODY,
    SCTP,
    TCP,
    UDP,
    WORLD,
    Addresses,
    Peers,
    Policy,
    Ports,
    Rule,
)
from tce.space.errors import NotModelledError

KINDS = ("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy")
_RULE = ("endpointSelector", "nodeSelector", "ingress", "ingressDeny", "egress", "egressDeny")
_BESIDES = ("description", "labels", "enableDefaultDeny", "log")
_PEERS = {
    True: ("fromEndpoints", "fromEntities", "fromCIDR", "fromCIDRSet"),
    False: ("toEndpoints", "toEntities", "toCIDR", "toCIDRSet"),
}
_PROTOCOLS = {"TCP": (TCP,), "UDP": (UDP,), "SCTP": (SCTP,), "ANY": (TCP, UDP, SCTP)}
_MOST_PORTS = 40
"""Cilium refuses a policy with more in one entry."""
_MATCH_ALL_DNS = ({"matchPattern": "*"}, {"matchPattern": "**"})


def policies(manifest: Manifest) -> Iterator[Policy]:
    """What one document says; raises NotModelledError."""
    if manifest.data.get("apiVersion") != "cilium.io/v2":
        raise manifest.refuse(f"apiVersion {manifest.data.get('apiVersion')}", "apiVersion")
    wide = manifest.kind == KINDS[1]
    namespace = "" if wide else manifest.namespace
    said = [("spec",)] if "spec" in manifest.data else []
    several = manifest.data.get("specs", [])
    if not isinstance(several, list) or not (said or several):
        raise manifest.refuse("neither spec nor specs")
    places: list[tuple[str | int, ...]] = [*said, *(("specs", n) for n in range(len(several)))]
    for place in places:
        yield _Spec(manifest, place, namespace).policy()


class _Spec:
    """One ``spec``: a place in a document."""

    def __init__(self, of: Manifest, place: tuple[str | int, ...], namespace: str) -> None:
        self.of = of
        self.place = place
        self.namespace = namespace
        data: Any = of.data
        for part in place:
            data = data[part]
        if not isinstance(data, dict):
            raise of.refuse("is no mapping", *place)
        self.data: Mapping[str, Any] = data
        self.name = f"{namespace}/{of.name}" if namespace else of.name

    def policy(self) -> Policy:
        self._only(self.data, (*_RULE, *_BESIDES))
        chosen = [one for one in _RULE[:2] if one in self.data]
        if len(chosen) != 1:
            raise self._refuse("has to choose either endpoints or nodes")
        nodes = chosen[0] == "nodeSelector"
        subject = self._selector(self.data[chosen[0]], chosen[0])
        if self.namespace:
            if nodes or any(
                one.source == "reserved" or one.key == NAMESPACE for one in subject.requirements
            ):
                raise self._refuse("chooses beyond its namespace", chosen[0])
            subject = subject.and_(Requirement("k8s", NAMESPACE, "In", (self.namespace,)))
        if nodes and subject.requirements:
            raise self._refuse("labels of nodes are not known here", chosen[0])
        found = {one: tuple(self._rules(one)) for one in _RULE[2:]}
        return Policy(
            self.of.file,
            self.of.line(*self.place),
            self.name,
            self.namespace,
            subject,
            nodes,
            tuple(rule for rules in found.values() for rule in rules),
            self._denies("ingress", found["ingress"] + found["ingressDeny"]),
            self._denies("egress", found["egress"] + found["egressDeny"]),
        )

    def _denies(self, direction: str, rules: tuple[Rule, ...]) -> bool:
        said = self.data.get("enableDefaultDeny", {})
        self._only(said, ("ingress", "egress"), "enableDefaultDeny")
        wanted = said.get(direction, True)
        if not isinstance(wanted, bool):
            raise self._refuse("is neither true nor false", "enableDefaultDeny", direction)
        # Without an entry it does nothing, whatever it is set to (cilium#35558).
        return wanted and bool(rules)

    def _rules(self, field: str) -> Iterator[Rule]:
        entries = self.data.get(field, [])
        if not isinstance(entries, list) or (field in self.data and not entries):
            raise self._refuse("an empty list, which versions read differently", field)
        ingress, deny = field.startswith("ingress"), field.endswith("Deny")
        for n, entry in enumerate(entries):
            where = (field, n)
            self._only(entry, (*_PEERS[ingress], "toPorts", "icmps"), *where)
            for key, value in entry.items():
                if not isinstance(value, list) or not value:
                    raise self._refuse(
                        "no list, or an empty one, which versions read differently", *where, key
                    )
            peers = self._peers(entry, ingress, *where)
            ports = self._ports(entry, deny, *where)
            if peers is None:
                peers = NOBODY if ports is None else ANYONE
            if not ingress and peers.addresses and any(one.name for one in ports or ()):
                raise self._refuse("a named port of addresses outside", *where, "toPorts")
            yield Rule(
                self.of.file,
                self.of.line(*self.place, *where),
                self.name,
                ingress,
                deny,
                peers,
                ANY_PORT if ports is None else ports,
            )

    def _peers(self, entry: Mapping[str, Any], ingress: bool, *where: str | int) -> Peers | None:
        said = [one for one in _PEERS[ingress] if one in entry]
        if len(said) > 1:
            raise self._refuse(f"{' and '.join(said)} in one entry, which Cilium refuses", *where)
        if not said:
            return None
        key = said[0]
        values = entry[key]
        if key.endswith("Endpoints"):
            chosen = (self._endpoints(one, *where, key, n) for n, one in enumerate(values))
            return Peers(tuple(chosen))
        if key.endswith("Entities"):
            return self._entities(values, *where, key)
        found: list[Addresses] = []
        for n, one in enumerate(values):
            found.extend(self._networks(one, *where, key, n))
        return Peers(addresses=tuple(found))

    def _endpoints(self, said: Any, *where: str | int) -> Selector:
        """With the namespaces that Cilium adds: the policy's own, or that there is one."""
        selector = self._selector(said, *where)
        keys = [(one.source, one.key) for one in selector.requirements]
        if any(source == "reserved" for source, _ in keys):
            return selector
        of_namespace = any(key.startswith(f"{OF_NAMESPACE}.") for _, key in keys)
        if of_namespace and self.namespace:
            raise self._refuse("labels of namespaces, which versions ignore here", *where)
        if any(key == NAMESPACE for _, key in keys) or of_namespace:
            return selector
        if not self.namespace:
            return selector.and_(Requirement("k8s", NAMESPACE, "Exists"))
        return selector.and_(Requirement("k8s", NAMESPACE, "In", (self.namespace,)))

    def _selector(self, said: Any, *where: str | int) -> Selector:
        self._only(said, ("matchLabels", "matchExpressions"), *where)
        found: list[Requirement] = []
        labels = said.get("matchLabels", {})
        if not isinstance(labels, dict):
            raise self._refuse("is no mapping", *where, "matchLabels")
        for key, value in labels.items():
            source, name = self._key(key, *where, "matchLabels", key)
            if not isinstance(value, str):
                raise self._refuse("a label that is no text", *where, "matchLabels", key)
            found.append(Requirement(source, name, "In", (value,)))
        expressions = said.get("matchExpressions", [])
        if not isinstance(expressions, list):
            raise self._refuse("is no list", *where, "matchExpressions")
        for n, one in enumerate(expressions):
            found.append(self._expression(one, *where, "matchExpressions", n))
        return Selector(tuple(found))

    def _expression(self, one: Any, *where: str | int) -> Requirement:
        self._only(one, ("key", "operator", "values"), *where)
        operator, values = one.get("operator"), one.get("values", [])
        if operator not in OPERATORS:
            raise self._refuse(f"the operator {operator}", *where)
        texts = isinstance(values, list) and all(isinstance(value, str) for value in values)
        if not texts or bool(values) != (operator in ("In", "NotIn")):
            raise self._refuse(f"values that {operator} does not take", *where)
        return Requirement(*self._key(one.get("key"), *where), operator, tuple(values))

    def _key(self, key: Any, *where: str | int) -> tuple[str, str]:
        source, colon, name = str(key).partition(":")
        if not colon:
            source, name = "any", str(key)
        if source not in ("any", "k8s", "reserved") or not name:
            raise self._refuse(f"labels of the source {source}", *where)
        if source == "any" and name in RESERVED:
            raise self._refuse(f"the key {name} is also the reserved label (cilium#12588)", *where)
        if source == "reserved" and name not in RESERVED:
            raise self._refuse(f"the reserved label {name}", *where)
        if name == CLUSTER or (name.startswith("io.cilium.k8s.policy.") and name != ACCOUNT):
            raise self._refuse(f"the label {name}", *where)
        return source, name

    def _entities(self, said: list[Any], *where: str | int) -> Peers:
        selectors: list[Selector] = []
        addresses: list[Addresses] = []
        for n, one in enumerate(said):
            if one not in RESERVED:
                raise self._refuse(f"the entity {one}", *where, n)
            if one in ("all", "world"):
                addresses.extend(WORLD)
            elif one in ("world-ipv4", "world-ipv6"):
                family = int(one[-1])
                addresses.extend(part for part in WORLD if part.family == family)
            if one == "all":
                selectors.append(Selector())
            elif one == "cluster":
                inside = ("host", "remote-node", "init", "ingress", "health", "unmanaged")
                selectors.extend(map(_entity, (*inside, "kube-apiserver")))
                selectors.append(Selector((Requirement("k8s", CLUSTER, "Exists"),)))
            elif not one.startswith("world"):
                selectors.append(_entity(one))
        return Peers(tuple(selectors), tuple(addresses))

    def _networks(self, said: Any, *where: str | int) -> Iterable[Addresses]:
        away: list[Any] = []
        if isinstance(said, dict):
            self._only(said, ("cidr", "except"), *where)
            away = said.get("except", [])
            said = said.get("cidr")
        try:
            whole = ipaddress.ip_network(str(said))
            holes = [ipaddress.ip_network(str(one)) for one in away]
        except (ValueError, TypeError) as error:
            raise self._refuse(f"no network: {error}", *where) from error
        return without(whole, holes)

    def _ports(
        self, entry: Mapping[str, Any], deny: bool, *where: str | int
    ) -> tuple[Ports, ...] | None:
        if "toPorts" in entry and "icmps" in entry:
            raise self._refuse("toPorts and icmps in one entry, which Cilium refuses", *where)
        if "icmps" in entry:
            return tuple(self._icmp(entry["icmps"], *where, "icmps"))
        if "toPorts" not in entry:
            return None
        found: list[Ports] = []
        for n, one in enumerate(entry["toPorts"]):
            place = (*where, "toPorts", n)
            self._only(one, ("ports", "rules"), *place)
            ports = one.get("ports")
            if not isinstance(ports, list) or not 0 < len(ports) <= _MOST_PORTS:
                raise self._refuse(f"no list of 1 to {_MOST_PORTS} ports", *place)
            if "rules" in one and (deny or not _takes_nothing(one["rules"])):
                raise self._refuse("rules of layer 7", *place, "rules")
            for k, port in enumerate(ports):
                found.extend(self._port(port, *place, "ports", k))
        return tuple(found)

    def _port(self, said: Any, *where: str | int) -> Iterator[Ports]:
        self._only(said, ("port", "endPort", "protocol"), *where)
        port, end = said.get("port"), said.get("endPort", 0)
        protocols = _PROTOCOLS.get(str(said.get("protocol", "ANY")).upper())
        if protocols is None or not isinstance(port, str) or not isinstance(end, int):
            raise self._refuse("no port with a protocol of TCP, UDP, SCTP or ANY", *where)
        for protocol in protocols:
            if not port.isdigit():
                yield Ports(protocol, 0, 0, port.lower())
                continue
            first = int(port)
            last = max(first, end) if first else 65_535
            if last > 65_535 or (end and end < first):
                raise self._refuse("a range of ports that is none", *where)
            yield Ports(protocol, first, last)

    def _icmp(self, said: list[Any], *where: str | int) -> Iterator[Ports]:
        for n, one in enumerate(said):
            self._only(one, ("fields",), *where, n)
            for k, field in enumerate(one.get("fields", [])):
                place = (*where, n, "fields", k)
                self._only(field, ("family", "type"), *place)
                family, kind = field.get("family", "IPv4"), field.get("type")
                known = {"EchoRequest": {"IPv4": 8, "IPv6": 128}}
                number = known.get(kind, {}).get(family) if isinstance(kind, str) else kind
                if isinstance(kind, str) and kind.isdigit():
                    number = int(kind)
                if family not in ("IPv4", "IPv6") or not isinstance(number, int):
                    raise self._refuse(f"ICMP {family} {kind}", *place)
                yield Ports(ICMP if family == "IPv4" else ICMP6, number, number)

    def _only(self, value: Any, known: tuple[str, ...], *where: str | int) -> None:
        if not isinstance(value, dict):
            raise self._refuse("is no mapping", *where)
        for key in value:
            if key not in known:
                raise self._refuse(str(key), *where, key)

    def _refuse(self, what: str, *where: str | int) -> NotModelledError:
        return self.of.refuse(what, *self.place, *where)


def _entity(name: str) -> Selector:
    return Selector((Requirement("reserved", name, "Exists"),))


def _takes_nothing(rules: Any) -> bool:
    """Rules that only make Cilium read DNS, and let every name through."""
    if not isinstance(rules, dict) or set(rules) != {"dns"} or not isinstance(rules["dns"], list):
        return False
    return any(one in _MATCH_ALL_DNS for one in rules["dns"])


def without(
    whole: ipaddress.IPv4Network | ipaddress.IPv6Network,
    holes: Iterable[ipaddress.IPv4Network | ipaddress.IPv6Network],
) -> Iterator[Addresses]:
    """A network without some; a hole that is not in it takes nothing."""
    first, last = int(whole.network_address), int(whole.broadcast_address)
    away = sorted(
        (int(one.network_address), int(one.broadcast_address))
        for one in holes
        if one.version == whole.version and one.overlaps(whole)
    )
    for low, high in away:
        if low > first:
            yield Addresses(whole.version, first, low - 1)
        first = max(first, high + 1)
    if first <= last:
        yield Addresses(whole.version, first, last)
