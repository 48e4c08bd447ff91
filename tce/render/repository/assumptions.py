"""``evidence/assumptions.yaml``: what no file shows and has to be true all the same.

Each entry says what is assumed, what happens where it is wrong, who can see to it, and how. Which
apply follows from the specification. Sources: the threat model of trusted environments, the
manuals of what is used.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from blueprints.engine.blueprint import File
from blueprints.parts.manifests import yaml_file

if TYPE_CHECKING:
    from tce.intent.spec import Specification

_HEADER = """\
What is taken for true without proof. To be read, and accepted by name, by the institution's
security officer; a report that leaves these out says more than was shown."""


@dataclass(frozen=True)
class Assumption:
    """Something that has to be true."""

    id: str
    assumed: str
    otherwise: str
    """What happens where it is wrong."""
    by: Literal["provider", "institution", "both"]
    """Who sees to it."""
    how: str


def files(spec: "Specification") -> Iterator[File]:
    """The register."""
    found = [vars(one) for one in assumptions(spec)]
    document = {"schema": "tutela/assumptions/v1", "environment": spec.name, "assumptions": found}
    yield yaml_file("evidence/assumptions.yaml", [document], _HEADER)


def assumptions(spec: "Specification") -> Iterator[Assumption]:
    """Those that this specification makes."""
    yield from _PROVIDER
    yield Assumption(
        "fabric",
        "no machine of the environment has a way to the high-speed network"
        if spec.fabric == "off"
        else f"the high-speed network is isolated: {spec.fabric}",
        "remote memory access goes around every VLAN, filter and policy named here",
        "provider",
        "contract; it is configured where neither this repository nor its proof is",
    )
    if spec.vcluster is not None:
        yield from _SUPERCOMPUTER
    yield from _NETWORK
    if spec.ipv6:
        yield _NEIGHBOURS
    yield from _CLUSTER
    yield from _CUSTODY


_PROVIDER = (
    Assumption(
        "data-in-use",
        "nobody at the provider reads the memory of running machines",
        "keys of disks, tokens, data and models are read from memory",
        "provider",
        "contract, two people for every access, logs; memory of these machines is not encrypted",
    ),
    Assumption(
        "management-controllers",
        "controllers of servers (BMC) and the hypervisor's consoles are used by nobody alone",
        "a machine is started from elsewhere, or its console taken over",
        "provider",
        "contract and logs; console logins are off in the guest",
    ),
    Assumption(
        "boot-image",
        "the image that machines first start from is what its digest says",
        "code of somebody else runs before the disk is encrypted",
        "both",
        "digest in the specification; host keys compared by two people at first contact",
    ),
    Assumption(
        "virtual-tpm",
        "no secret rests on the virtual TPM, which the provider can copy",
        "a copied machine has it",
        "institution",
        "disks are bound to Tang alone; `tutela check` refuses a binding to a TPM alone",
    ),
    Assumption(
        "cloned-disk",
        "Tang answers only while a start was announced",
        "a copied disk in the VLAN opens itself: Tang asks nobody who he is (tang#20)",
        "institution",
        "gates before Tang that officers open (keys/tang); openings compared with planned starts",
    ),
    Assumption(
        "switches-run-this",
        "switches run the files that were handed over, on the interfaces that these name",
        "the proof is of files that nobody runs",
        "both",
        "`tutela tce prove --live` on what switches say of themselves, each month",
    ),
    Assumption(
        "vlan-carried",
        "the VLAN is carried to the environment's machines and to nothing else",
        "a machine of somebody else stands inside, behind every filter",
        "provider",
        "network/assignment.yaml confirmed; there is no filter at machines (harvester#2260)",
    ),
    Assumption(
        "provider-clock",
        "time is right to the second where the provider gives it",
        "certificates and tokens are taken too long or not at all",
        "both",
        "the institution's own time servers beside it, and an alarm where they differ",
    ),
)
_SUPERCOMPUTER = (
    Assumption(
        "diskless-nodes",
        "nodes of the supercomputer keep nothing after a start and swap nowhere",
        "data lie on storage of the provider in clear",
        "provider",
        "images of nodes without disk and swap; read back by the roles before a node joins",
    ),
    Assumption(
        "partition",
        "the partition's nodes are the environment's alone while they are in it",
        "another tenant's job runs beside it, in the same zone",
        "provider",
        "the scheduler's reservation, named in network/assignment.yaml",
    ),
)
_NETWORK = (
    Assumption(
        "fragments",
        "the gateway's kernel puts fragments together before rules are asked",
        "a later fragment, which has no ports, is judged without them",
        "institution",
        "connection tracking, which the ruleset uses, does so; switches drop later fragments",
    ),
    Assumption(
        "extension-headers",
        "of IPv6 only what follows extension headers that a device walks is judged",
        "a packet is judged by another header than the one its receiver takes",
        "both",
        "the gateway walks them; on switches what is not understood falls to the last deny",
    ),
    Assumption(
        "connection-tracking",
        "the gateway's tracking of connections says truly what answers what",
        "a packet that belongs to no connection is taken for an answer",
        "institution",
        "helpers are off; what is invalid or untracked is dropped",
    ),
    Assumption(
        "gateway-output",
        "nobody but the institution runs programs on the gateway, whose own packets are free",
        "the gateway itself joins two zones",
        "institution",
        "no logins but by keys; `input` is closed but for what is declared",
    ),
    Assumption(
        "tunnel",
        "WireGuard's cryptography holds, and its private keys stay where they were made",
        "what passes the tunnel is read or forged",
        "institution",
        "keys made on both ends; rotated when an officer leaves",
    ),
    Assumption(
        "gateway-disk",
        "the disk of the gateway, which no Tang server can open for it, is copied by nobody",
        "its WireGuard key is read, and somebody else may be the environment to the institution",
        "both",
        "Tang refuses while no start was announced; the key is changed after an incident",
    ),
    Assumption(
        "names-by-address",
        "a declared address is who it is said to be, at its far end too",
        "a flow ends at somebody else",
        "institution",
        "owners of flows look at them again before they expire; TLS with the institution's CA",
    ),
)
_NEIGHBOURS = Assumption(
    "neighbours",
    "ARP and neighbour discovery are not forged within a VLAN, where no filter stands",
    "a machine in the VLAN takes the place of another",
    "both",
    "machines in it are the environment's own; TLS between them",
)
_CLUSTER = (
    Assumption(
        "nodes-of-the-network",
        "programs on the host's network are RKE2's, Cilium's, and kube-vip with the API's address",
        "they are nodes to every policy, not pods",
        "institution",
        "pod security and an admission policy refuse hostNetwork outside of kube-system",
    ),
    Assumption(
        "key-of-rke2",
        "the key that RKE2 makes for itself on a server's encrypted disk encrypts nothing",
        "secrets in etcd are read with what lies beside them",
        "institution",
        "each run of Ansible reads from the running API server which encryption it uses",
    ),
    Assumption(
        "first-contact",
        "the host that Ansible meets first at an address is the machine that was made for it",
        "somebody else's machine gets the tokens and joins",
        "institution",
        "host keys compared on the console by two people, or signed by the image",
    ),
    Assumption(
        "policies-of-rke2",
        "RKE2's CIS profile adds policies for kube-system that are not in this repository",
        "pods of kube-system reach each other, beside what is proved",
        "institution",
        "`kubectl get networkpolicies,ciliumnetworkpolicies -A -o yaml` proved as it is read back",
    ),
    Assumption(
        "control-plane-in-clear",
        "what control-plane nodes send each other from the host is encrypted by TLS, not by Cilium",
        "names of hosts and sizes show on the VLAN",
        "both",
        "Cilium leaves control-plane nodes out of node encryption; etcd and the API speak TLS",
    ),
    Assumption(
        "pods-as-nodes",
        "outside of the cluster a pod has the address of its node",
        "a flow from part of the zone holds for pods on those nodes only",
        "institution",
        "what may leave is said per workload by Cilium, per zone by the perimeter",
    ),
    Assumption(
        "way-in",
        "a program that is published asks itself who somebody is",
        "everybody whom a flow to the services lets in may use it",
        "institution",
        "by OpenID Connect at Dex; the way in ends TLS and speaks HTTP inside of the encryption",
    ),
)

_CUSTODY = (
    Assumption(
        "place-of-openbao",
        "OpenBao, Tang and the officers' machines stand where the provider has no access",
        "whoever reads their memory or disks has every key, and reads what the provider holds",
        "institution",
        "machines of the institution in rooms of its own; who enters them is written down",
    ),
    Assumption(
        "officers-together",
        "as many officers as are asked for never do together what the institution does not want",
        "they have the root, the escrow and every order",
        "institution",
        "officers of different units; ceremonies are signed, chained and read by somebody else",
    ),
    Assumption(
        "evidence-key",
        "whoever may use the key that signs records signs only what ran",
        "a record says that something ran which never did",
        "institution",
        "its use in OpenBao's audit log compared with the records; runs are repeated by others",
    ),
    Assumption(
        "tool",
        "this program, its solver and the kernel that packets are sent through do what they say",
        "something passes that should not have, and nothing shows it",
        "institution",
        "installed from a source that was verified; a second reading by somebody else's tools",
    ),
)
