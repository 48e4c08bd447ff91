from blueprints.kinds.cluster.openings import inside, zones
from blueprints.kinds.cluster.openings.opening import Opening
from tests.blueprints.kinds.cluster.specifications import typed


def found(**changes: object) -> list[Opening]:
    spec = typed({f"clusters/1/{key}": value for key, value in changes.items()})
    cluster = spec.clusters[1]
    place = zones.place(spec.site, "production", cluster, cluster.environments["production"])
    return list(inside.openings(place))


def test_members_of_etcd_speak_to_each_other_alone() -> None:
    members = [one for one in found() if "2379-2381" in map(str, one.ports)]
    master = "production-models/nodes/master"
    assert [(one.source.name, one.destination.name) for one in members] == [(master, master)]


def test_nodes_of_the_supercomputer_reach_masters_and_are_reached_by_the_overlay() -> None:
    to = {
        (one.destination.name.rpartition("/")[2], one.protocol, ",".join(map(str, one.ports)))
        for one in found()
        if one.source.flavour == "hpc"
    }
    overlay = {
        (pool, *what)
        for pool in ("master", "baseline", "gpu")
        for what in (("tcp", "4240"), ("icmp", ""), ("udp", "51871"))
    }
    joining = {(zone, "tcp", port) for zone in ("master", "api") for port in ("6443", "9345")}
    assert to == overlay | joining


def test_machines_that_rancher_makes_need_no_address_of_the_api() -> None:
    asking = {one.source.flavour for one in found() if one.destination.kind == "api"}
    assert asking == {"hpc"}


def test_node_ports_and_probes_of_the_own_node_are_open_nowhere() -> None:
    ports = {
        number
        for cni in ("cilium", "canal", "calico")
        for one in found(cni={"name": cni, "encryption": "none"})
        for ports in one.ports
        for number in (ports.first, ports.last)
    }
    assert not [one for one in ports if one >= 30000 and one != 51871]
    assert not ports & {9098, 9099, 179, 8443, 9443}


def test_every_choice_of_a_network_of_pods_is_known() -> None:
    for name in ("cilium", "canal", "calico"):
        for encryption in ("none", "wireguard"):
            if (name, encryption) != ("canal", "wireguard"):
                cni = {"name": name, "encryption": encryption}
                assert {one.component for one in found(cni=cni)} >= {name, "rke2"}
