"""Servers of an RKE2 cluster would not join each other, or reach no service.

Looks at `rancher2_cluster_v2` (with the inputs of each Terragrunt unit), Rancher's `Cluster`
objects, HelmChartConfigs, and `config.yaml` of nodes in folders of RKE2: every setting is one that
RKE2 knows; values that have to be the same on every server are (cluster-cidr, service-cidr,
cluster-dns, disable-kube-proxy...); addresses of pods and services do not overlap, and the address
of DNS is one of a service. With Cilium as `kubeProxyReplacement`, kube-proxy is disabled and Cilium
knows where the API server is; without it, kube-proxy runs. ServiceLB is off where MetalLB is.
Labels and taints for all nodes stand at pools: `node-label` and `node-taint` count only when a node
registers. Profiles are those of RKE2, secrets are encrypted in etcd, and flags of kube-apiserver
for tokens of people are flags that it has.

A server with another range is refused when it joins; with two programs, or none, for the addresses
of services, the cluster comes up and nothing in it answers.

Write the value in `machine_global_config`, once, as the message says.
"""

import difflib
import ipaddress
from collections.abc import Iterator
from typing import Any

from blueprints.check.cluster.shape import text
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.rke2 import Part, Rke2, clusters, known
from blueprints.check.schemas.policy import read
from blueprints.check.settings import Settings
from blueprints.check.tofu.values import Unknown
from blueprints.display import visible

ID = "rke2-servers"
LEVEL = Level.ERROR

_REPLACES = (True, "true", "strict", "partial")
_OWN = ("127.0.0.1", "localhost", "::1")
_METALLB = ("IPAddressPool", "L2Advertisement", "BGPAdvertisement")
_WITHOUT = ("canal", "flannel")
"""Networks of pods that leave the addresses of services to kube-proxy."""


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every cluster whose servers do not fit each other."""
    metallb = any(one.group == "metallb.io" for one in repo.of_kind(*_METALLB)) or any(
        text(one.data, "spec", "source", "chart") == "metallb"
        for one in repo.of_kind("Application")
    )
    told: set[Finding] = set()
    for cluster in clusters(repo):
        for one in _of(cluster, metallb):
            if one not in told:
                told.add(one)
                yield one


def _finding(part: Part, message: str, level: Level = LEVEL, hint: str = "") -> Finding:
    return Finding(part.file, part.line, ID, visible(message), level, visible(hint))


def _of(cluster: Rke2, metallb: bool) -> Iterator[Finding]:
    servers = [part for part in cluster.settings if part.servers]
    yield from _identical(cluster, servers)
    for part in servers[:1] if not cluster.by_node else servers:
        yield from _ranges(cluster, part)
        yield from _kube_proxy(cluster, part)
        if metallb and part.data.get("enable-servicelb") in (True, "true"):
            hint = "leave enable-servicelb out"
            yield _finding(part, "servicelb and MetalLB both answer for services", hint=hint)
        yield from _cni(part)
    for part in cluster.settings:
        yield from _unknown(part)
        yield from _values(part)
    if not cluster.by_node:
        for part in cluster.settings:
            for key in read("rke2.yaml")["registration"]:
                if part.data.get(key):
                    message = (
                        f"{key} counts only when a node registers: a change of it does nothing"
                    )
                    hint = "machine_labels and taints of the pool"
                    yield _finding(part, message, Level.WARNING, hint)


def _identical(cluster: Rke2, servers: list[Part]) -> Iterator[Finding]:
    if not servers:
        return
    first = servers[0]
    for key in read("rke2.yaml")["identical"]:
        value = first.data.get(key)
        for part in servers[1:]:
            if not cluster.by_node and key not in part.data:
                continue
            other = part.data.get(key)
            if isinstance(value, Unknown) or isinstance(other, Unknown):
                continue
            if _plain(other) != _plain(value):
                said, wanted = ("not said" if one is None else str(one) for one in (other, value))
                message = f"{key} is {said}; for servers of {first.file} it is {wanted}"
                yield _finding(part, message, hint="give all servers the same")


def _unknown(part: Part) -> Iterator[Finding]:
    """Keys that RKE2 passes over, with a word in its log."""
    known_keys = read("rke2.yaml")["settings"]
    for key in part.data:
        # `kubelet-arg+` adds to what another file says.
        if key.removesuffix("+") not in known_keys:
            near = difflib.get_close_matches(key, known_keys, n=1)
            hint = f"did you mean {near[0]}?" if near else ""
            yield _finding(part, f"RKE2 knows no setting {key}", hint=hint)


def _values(part: Part) -> Iterator[Finding]:
    """Values that RKE2 does not take, or that leave open what is to be closed."""
    for key, values in read("rke2.yaml")["values"].items():
        value = part.data.get(key)
        if value is not None and known(value) and value not in values:
            message = f"{key} is {value}; there is {', '.join(map(str, values))}"
            yield _finding(part, message)
    flags = read("rke2.yaml")["tokens"]
    given = part.data.get("kube-apiserver-arg")
    for flag in given if isinstance(given, list) else []:
        name = flag.partition("=")[0] if isinstance(flag, str) else ""
        if name.startswith("oidc-") and name not in flags:
            near = difflib.get_close_matches(name, flags, n=1)
            hint = f"did you mean {near[0]}?" if near else ""
            yield _finding(part, f"kube-apiserver has no flag {name}: it does not start", hint=hint)


def _plain(value: Any) -> Any:
    """`"true"` and true are the same to RKE2; what is not there is false."""
    return (
        {"true": True, "false": False, None: False}.get(value, value) if _simple(value) else value
    )


def _simple(value: Any) -> bool:
    return value is None or isinstance(value, (str, bool))


def _ranges(cluster: Rke2, part: Part) -> Iterator[Finding]:
    pods, services = (_networks(part.data.get(key)) for key in ("cluster-cidr", "service-cidr"))
    for one in pods:
        for other in services:
            if one.version == other.version and one.overlaps(other):
                yield _finding(part, f"pods ({one}) and services ({other}) share addresses")
    for address in _words(part.data.get("cluster-dns")):
        try:
            dns = ipaddress.ip_address(address)
        except ValueError:
            yield _finding(part, f"cluster-dns {address} is no address")
            continue
        if services and not any(dns in one for one in services):
            yield _finding(part, f"cluster-dns {dns} is not among the addresses of services")


_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _networks(value: Any) -> list[_Network]:
    found = []
    for word in _words(value):
        try:
            found.append(ipaddress.ip_network(word))
        except ValueError:
            continue
    return found


def _words(value: Any) -> list[str]:
    if isinstance(value, list):
        return [one for one in value if isinstance(one, str)]
    return value.split(",") if isinstance(value, str) and len(value) < 1000 else []


def _kube_proxy(cluster: Rke2, part: Part) -> Iterator[Finding]:
    said = part.data.get("disable-kube-proxy")
    disabled = said in (True, "true")
    cni = part.data.get("cni")
    names = cni if isinstance(cni, list) else [cni]
    for chart in cluster.charts:
        if chart.name != "rke2-cilium":
            continue
        replaces = chart.data.get("kubeProxyReplacement")
        if replaces in _REPLACES:
            if not disabled and (said is None or known(said)):
                message = "Cilium replaces kube-proxy, and kube-proxy is not disabled"
                yield _finding(part, message, hint="disable-kube-proxy: true")
            for key in ("k8sServiceHost", "k8sServicePort"):
                if key not in chart.data:
                    message = f"Cilium replaces kube-proxy and has no {key}: it finds no API server"
                    yield _finding(chart, message, hint="127.0.0.1 and 6443")
            host, port = chart.data.get("k8sServiceHost"), chart.data.get("k8sServicePort")
            if host in _OWN and known(port) and str(port) not in ("6443", "None"):
                message = f"on every node of RKE2 the API server answers at 6443, not at {port}"
                yield _finding(chart, message, hint="k8sServicePort: 6443")
        elif disabled and (replaces is None or known(replaces)):
            message = "kube-proxy is disabled, and Cilium does not replace it"
            yield _finding(chart, message, hint="kubeProxyReplacement: true")
    if disabled and "cilium" in names and not _has_cilium(cluster) and not cluster.by_node:
        message = "kube-proxy is disabled, and nothing tells Cilium to replace it"
        yield _finding(part, message, hint="chart_values: rke2-cilium: kubeProxyReplacement: true")
    for name in names:
        if disabled and name in _WITHOUT:
            yield _finding(part, f"kube-proxy is disabled, which {name} needs for services")


def _has_cilium(cluster: Rke2) -> bool:
    return any(chart.name == "rke2-cilium" for chart in cluster.charts)


def _cni(part: Part) -> Iterator[Finding]:
    cni = part.data.get("cni")
    names = [one for one in (cni if isinstance(cni, list) else _words(cni)) if known(one)]
    for index, name in enumerate(names):
        if name == "multus":
            if index or len(names) < 2:
                yield _finding(part, "multus stands before another network of pods")
        elif name not in read("rke2.yaml")["cni"]:
            yield _finding(part, f"RKE2 brings no network of pods that is called {name}")
    ingress = part.data.get("ingress-controller")
    for name in ingress if isinstance(ingress, list) else _words(ingress):
        if known(name) and name not in read("rke2.yaml")["ingress"]:
            yield _finding(part, f"RKE2 brings no ingress controller that is called {name}")
