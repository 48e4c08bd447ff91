"""What a cluster and the site's systems need of each other, and those systems among themselves."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from blueprints.kinds.cluster.openings import zones
from blueprints.kinds.cluster.openings.inside import API
from blueprints.kinds.cluster.openings.opening import Opening, Ports, Protocol, Zone, port
from blueprints.kinds.cluster.openings.zones import Nodes, Place, host_and_port

if TYPE_CHECKING:
    from blueprints.kinds.cluster.site import Site

_HTTPS, _DNS, _SSH = port(443), port(53), port(22)
_OSD = Ports(6800, 7568)
_MONITOR = (port(3300), port(6789))
_MAAS: tuple[tuple[Protocol, Ports, str, str], ...] = (
    ("udp", port(67), "addresses (DHCP, by the relay)", "maas-ports"),
    ("udp", port(69), "start from the network (TFTP)", "maas-ports"),
    ("tcp", port(5240), "configuration (metadata)", "maas-ports"),
    ("tcp", port(5248), "images (the rack's HTTP)", "maas-ports"),
    ("tcp", port(8000), "packages (the rack's proxy)", "maas-settings"),
)


class Around:
    """The site's systems as zones; one for all its clusters."""

    def __init__(self, site: "Site") -> None:
        self._site = site
        rancher, self._rancher_port = host_and_port(site.rancher.url)
        self._rancher = zones.system("rancher", "Rancher", [site.rancher.address], [rancher])
        self._argocd = zones.system("argocd", "ArgoCD", [site.argocd.address])
        issuer, self._issuer_port = host_and_port(site.identity.issuer)
        self._issuer = zones.system("identity", "the identity provider (OIDC)", (), [issuer])
        store, self._store_port = host_and_port(site.secrets.server)
        self._store = zones.system("secrets", "the secret store", [site.secrets.address], [store])
        self._registries = dict(_registries(site))
        self._jobs = (
            zones.system("automation", "jobs that log in to nodes", site.automation.cidrs)
            if site.automation
            else None
        )

    def of(self, place: Place) -> Iterator[Opening]:
        """Of one cluster."""
        yield from self._of_every_node(place)
        yield from self._by_flavour(place)
        yield from self._of_components(place)
        why = "Argo CD applies"
        yield Opening(self._argocd, place.api, "tcp", (API,), "argocd", why, "argocd-clusters")
        why = "keys of tokens"
        yield Opening(
            place.masters.zone,
            self._issuer,
            "tcp",
            (port(self._issuer_port),),
            "rke2",
            why,
            "kubernetes-oidc",
        )
        if self._site.snapshots is not None:
            host, number = host_and_port(self._site.snapshots.endpoint)
            bucket = zones.system("snapshots", "the bucket of etcd's snapshots", (), [host])
            why = "snapshots of etcd"
            yield Opening(
                place.masters.zone, bucket, "tcp", (port(number),), "rke2", why, "etcd-snapshots"
            )
        if self._site.clients:
            people = zones.people(self._site.clients)
            why = "kubectl"
            yield Opening(people, place.api, "tcp", (API,), "rke2", why, "specification")

    def among(self) -> Iterator[Opening]:
        """What Rancher, ArgoCD and the jobs need of other systems of the site."""
        site = self._site
        git, git_port = host_and_port(site.git.repository)
        yield Opening(
            self._argocd,
            zones.system("git", "Git", (), [git]),
            "tcp",
            (port(git_port),),
            "argocd",
            "Argo CD reads this repository",
            "argocd-clusters",
        )
        if site.mirror:
            host, number = host_and_port(site.mirror.charts)
            yield Opening(
                self._argocd,
                _mirror(site, host),
                "tcp",
                (port(number),),
                "argocd",
                "Argo CD reads charts",
                "argocd-clusters",
            )
        for zone, fact in _hypervisors(site):
            why = "machines are made and removed"
            yield Opening(self._rancher, zone, "tcp", (_HTTPS,), "rancher", why, fact)
        if self._jobs is not None:
            yield from self._of_jobs(self._jobs)

    def _of_jobs(self, jobs: Zone) -> Iterator[Opening]:
        for zone, number, why in (
            (self._rancher, self._rancher_port, "how nodes join; old ones removed"),
            (self._store, self._store_port, "keys are read"),
        ):
            yield Opening(jobs, zone, "tcp", (port(number),), "automation", why, "specification")
        if self._site.maas:
            _, number = host_and_port(self._site.maas.url)
            why = "servers are deployed"
            yield Opening(
                jobs, _maas(self._site), "tcp", (port(number),), "automation", why, "maas-ports"
            )

    def _of_every_node(self, place: Place) -> Iterator[Opening]:
        site = self._site
        why = "agents' tunnel to Rancher"
        ports = port(self._rancher_port)
        yield from _out(place.nodes, self._rancher, "tcp", ports, "rancher", why, "rancher-ports")
        for number, zone in self._registries.items():
            why = "images of containers"
            yield from _out(place.nodes, zone, "tcp", port(number), "rke2", why, "registries")
        if site.resolvers:
            resolvers = zones.system("resolvers", "name servers", site.resolvers)
            for protocol in ("tcp", "udp"):
                yield from _out(
                    place.nodes, resolvers, protocol, _DNS, "rke2", "names are looked up", "dns"
                )
        if site.ntp:
            clocks = zones.system("ntp", "time servers", *_sorted_out(site.ntp))
            ours = [one for one in place.nodes if one.pool.flavour in ("metal", "hpc")]
            yield from _out(ours, clocks, "udp", port(123), "ansible", "clocks are set", "ntp")

    def _by_flavour(self, place: Place) -> Iterator[Opening]:
        for one in place.nodes:
            flavour = one.pool.flavour
            if flavour in ("harvester", "vmware"):
                why = "new machines are set up"
                yield Opening(
                    self._rancher, one.zone, "tcp", (_SSH,), "rancher", why, "rancher-ports"
                )
            elif self._jobs is not None:
                why = "nodes are prepared, joined, moved"
                yield Opening(self._jobs, one.zone, "tcp", (_SSH,), "ansible", why, "ssh")
            if flavour == "metal" and self._site.maas:
                maas = _maas(self._site)
                for protocol, ports, why, fact in _MAAS:
                    yield Opening(one.zone, maas, protocol, (ports,), "maas", why, fact)

    def _of_components(self, place: Place) -> Iterator[Opening]:
        site, names = self._site, place.cluster.components
        platform = place.platform
        if "metallb" in names and site.clients:
            why = "services by HTTPS"
            people = zones.people(site.clients)
            yield Opening(people, place.services, "tcp", (_HTTPS,), "metallb", why, "specification")
        if "external-secrets" in names:
            why = "secrets are read"
            ports = port(self._store_port)
            name = "external-secrets"
            yield from _out(platform, self._store, "tcp", ports, name, why, name)
        if site.dns is not None:
            dns = zones.system(
                "dns", "the zone's name server", [site.dns.address], [site.dns.server]
            )
            for protocol in ("tcp", "udp"):
                if "external-dns" in names:
                    why = "names (RFC 2136)"
                    name = "external-dns"
                    yield from _out(platform, dns, protocol, _DNS, name, why, name)
                if "cert-manager" in names:
                    why = "proofs (DNS-01)"
                    name = "cert-manager"
                    yield from _out(platform, dns, protocol, _DNS, name, why, name)
        if site.acme is not None and "cert-manager" in names:
            host, number = host_and_port(site.acme.server)
            acme = zones.system("acme", "who signs certificates", (), [host])
            why = "certificates are ordered"
            yield from _out(
                platform, acme, "tcp", port(number), "cert-manager", why, "cert-manager"
            )
        yield from self._storage(place)

    def _storage(self, place: Place) -> Iterator[Opening]:
        ceph = self._site.ceph
        if ceph is None:
            return
        known = [host_and_port(one, 6789) for one in ceph.monitors]
        monitors = zones.system(
            "ceph-monitors", "Ceph's monitors", *_sorted_out(h for h, _ in known)
        )
        daemons = zones.system("ceph", "Ceph's OSDs and metadata servers", [ceph.cidr])
        ports = sorted({*_MONITOR, *(port(number) for _, number in known)})
        users: list[tuple[Nodes, str]] = []
        if "ceph-csi" in place.cluster.components:
            users += [(one, "ceph-csi") for one in place.workers]
        for one in place.workers:
            if one.pool.flavour == "hpc" and one.pool.storage.type == "rbd":
                users.append((one, "ansible"))
        for one, component in users:
            for each in ports:
                why = "volumes: where data lies"
                yield Opening(one.zone, monitors, "tcp", (each,), component, why, "ceph-ports")
            why = "volumes: data"
            yield Opening(one.zone, daemons, "tcp", (_OSD,), component, why, "ceph-ports")


def _out(
    sources: Iterable[Nodes],
    zone: Zone,
    protocol: Protocol,
    ports: Ports,
    component: str,
    why: str,
    fact: str,
) -> Iterator[Opening]:
    for one in sources:
        yield Opening(one.zone, zone, protocol, (ports,), component, why, fact)


def _registries(site: "Site") -> Iterator[tuple[int, Zone]]:
    """By port: the mirror alone where there is one, or else all that images may come from."""
    if site.mirror is not None:
        host, number = host_and_port(site.mirror.registry)
        yield number, _mirror(site, host)
        return
    hosts: dict[int, list[str]] = {}
    for registry in site.registries:
        host, number = host_and_port(registry)
        hosts.setdefault(number, []).append(host)
    for number, names in sorted(hosts.items()):
        name = "registries" if number == _HTTPS.first else f"registries-{number}"
        yield number, zones.system(name, "registries of images", (), sorted(set(names)))


def _mirror(site: "Site", host: str) -> Zone:
    address = site.mirror.address if site.mirror else None
    what = "the mirror of images and charts"
    return zones.system("mirror", what, [address] if address else (), [host])


def _maas(site: "Site") -> Zone:
    if site.maas is None:
        raise ValueError("the site has no MAAS")
    host, _ = host_and_port(site.maas.url)
    return zones.system("maas", "MAAS", [site.maas.address], [host])


def _hypervisors(site: "Site") -> Iterator[tuple[Zone, str]]:
    for one in site.harvester:
        addresses = [one.address] if one.address else []
        yield (
            zones.system(f"harvester-{one.name}", "SUSE Virtualization", addresses),
            "harvester-ports",
        )
    for two in site.vmware:
        addresses = [two.address] if two.address else []
        yield zones.system(f"vmware-{two.name}", "vCenter", addresses), "rancher-ports"


def _sorted_out(names: Iterable[str]) -> tuple[list[str], list[str]]:
    """Addresses and names apart."""
    addresses: list[str] = []
    hosts: list[str] = []
    for one in names:
        (addresses if one[-1].isdigit() or ":" in one else hosts).append(one)
    return addresses, hosts
