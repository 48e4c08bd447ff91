"""Rules of what all clusters share; places are relative to the site."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from blueprints.kinds.cluster.spans import collisions, span, usable
from blueprints.parts.refuse import Place, Problem, unknown

if TYPE_CHECKING:
    from blueprints.kinds.cluster.site import Network, Site

_PUBLIC_GIT = ("github.com", "gitlab.com", "codeberg.org")
_PUBLIC_ACME = ("letsencrypt.org", "zerossl.com", "goog")


def problems(site: "Site") -> Iterator[Problem]:
    """Everything about the site that cannot be."""
    yield from _twice(site)
    yield from _networks(site)
    yield from _platforms(site)
    yield from _services(site)
    if site.mirror is not None:
        yield from _without_internet(site)


def _twice(site: "Site") -> Iterator[Problem]:
    vclusters = site.alps.vclusters if site.alps else []
    lists: tuple[tuple[Place, str, Iterable[tuple[Place, str]]], ...] = (
        (("networks",), "networks", _named(site.networks)),
        (("harvester",), "Harvesters", _named(site.harvester)),
        (("vmware",), "vSpheres", _named(site.vmware)),
        (("alps", "vclusters"), "vClusters", _named(vclusters)),
    )
    for place, what, names in lists:
        seen: set[str] = set()
        for inner, name in names:
            if name in seen:
                yield (*place, *inner), f"there are two {what} of the name {name}"
            seen.add(name)
    texts: tuple[tuple[Place, Iterable[str]], ...] = (
        (("registries",), site.registries),
        (("clients",), site.clients),
        (("resolvers",), site.resolvers),
        (("ntp",), site.ntp),
        (("automation", "cidrs"), site.automation.cidrs if site.automation else ()),
        (("ceph", "monitors"), site.ceph.monitors if site.ceph else ()),
    )
    for place, entries in texts:
        said: set[str] = set()
        for index, text in enumerate(entries):
            if text in said:
                yield (*place, index), f"{text} stands here twice"
            said.add(text)


def _named(entries: Iterable[object]) -> Iterator[tuple[Place, str]]:
    for index, one in enumerate(entries):
        yield (index, "name"), str(getattr(one, "name"))  # noqa: B009 - four types have one


def _networks(site: "Site") -> Iterator[Problem]:
    vlans: dict[tuple[str, int], str] = {}
    for index, network in enumerate(site.networks):
        at: Place = ("networks", index)
        first = vlans.setdefault((network.plane, network.vlan), network.name)
        if first != network.name:
            yield (
                (*at, "vlan"),
                f"VLAN {network.vlan} of the {network.plane} plane is {first} already: "
                "frames of both would be one network's",
            )
        for place, text in _addresses(network):
            yield (*at, *place), text
    whole = ((span(one.cidr), (index, one)) for index, one in enumerate(site.networks))
    for (_, one), (index, other) in collisions(whole):
        yield (
            ("networks", index, "cidr"),
            f"{other.cidr} overlaps with {one.name} ({one.cidr}): "
            "no router could tell which of them an address is in",
        )


def _addresses(network: "Network") -> Iterator[Problem]:
    inside, gateway = usable(network.cidr), span(network.gateway)
    if not gateway.within(inside):
        yield ("gateway",), f"{network.gateway} is no address of a node in {network.cidr}"
    if network.dhcp is not None:
        dhcp = span(network.dhcp)
        if not dhcp.within(inside):
            yield ("dhcp",), f"{network.dhcp} is not all of addresses of nodes in {network.cidr}"
        elif dhcp.overlaps(gateway):
            yield ("dhcp",), f"would give away the gateway's address, {network.gateway}"


def _platforms(site: "Site") -> Iterator[Problem]:
    known = {one.name: one for one in site.networks}
    mapped: list[tuple[Place, dict[str, str]]] = [
        *((("harvester", index), one.networks) for index, one in enumerate(site.harvester)),
        *((("vmware", index), one.networks) for index, one in enumerate(site.vmware)),
    ]
    for place, networks in mapped:
        for name in networks:
            if name not in known:
                yield (*place, "networks", name), unknown("network", name, known)
    users: dict[str, str] = {}
    for index, vcluster in enumerate(site.alps.vclusters if site.alps else ()):
        at: Place = ("alps", "vclusters", index, "network")
        network = known.get(vcluster.network)
        first = users.setdefault(vcluster.network, vcluster.name)
        if network is None:
            yield at, unknown("network", vcluster.network, known)
        elif network.plane != "highspeed":
            yield (
                at,
                f"{network.name} is of the {network.plane} plane; "
                f"{vcluster.interface} of an HPC node is on the highspeed one",
            )
        elif first != vcluster.name and not network.shared:
            yield at, f"{network.name} is the VLAN of vCluster {first}; {_share(network.name)}"


def _share(name: str) -> str:
    return f"take another, or say shared: true of {name}"


def _services(site: "Site") -> Iterator[Problem]:
    if site.ci == "github" and site.git.type == "gitlab":
        yield ("ci",), "workflows of GitHub do not run in a GitLab; take gitlab"
    urls: tuple[tuple[Place, str | None], ...] = (
        (("rancher", "url"), site.rancher.url),
        (("argocd", "url"), site.argocd.url),
        (("secrets", "server"), site.secrets.server),
        (("state", "endpoint"), site.state.endpoint),
        (("maas", "url"), site.maas.url if site.maas else None),
    )
    for place, url in urls:
        if url is not None and url.endswith("/"):
            yield place, "has to be without / at its end: paths are put behind it"
    if site.dns is not None and not f".{site.domain}".endswith(f".{site.dns.zone}"):
        yield (
            ("dns", "zone"),
            f"{site.domain} (domain) does not lie in it: no name of a cluster could be written",
        )
    if site.ceph is not None:
        inside = span(site.ceph.cidr)
        for index, monitor in enumerate(site.ceph.monitors):
            host = monitor.rpartition(":")[0].strip("[]")
            if not span(host).within(inside):
                yield (
                    ("ceph", "monitors", index),
                    f"{host} is not in {site.ceph.cidr} (ceph.cidr), which is what gets opened",
                )


def _without_internet(site: "Site") -> Iterator[Problem]:
    """A mirror is there because nothing outside can be reached."""
    mirror = site.mirror
    assert mirror is not None  # noqa: S101 - its only caller asked
    if not any(f"{mirror.registry}/".startswith(f"{one}/") for one in site.registries):
        yield (
            ("registries",),
            f"has to name {mirror.registry}: with a mirror, images come from there",
        )
    if _below(site.git.repository, _PUBLIC_GIT):
        yield ("git", "repository"), "cannot be reached: a site with a mirror has no internet"
    if site.rancher.auth == "azuread":
        yield ("rancher", "auth"), "azuread asks Microsoft: a site with a mirror has no internet"
    if site.acme is not None and _below(site.acme.server, _PUBLIC_ACME):
        yield (
            ("acme", "server") if "server" in site.acme.model_fields_set else ("acme",),
            "cannot be reached: a site with a mirror has no internet; "
            "name a server of your own that speaks ACME",
        )


def _below(url: str, domains: Iterable[str]) -> bool:
    host = urlsplit(url).hostname or ""
    return any(f".{host}".endswith(f".{one}") for one in domains)
