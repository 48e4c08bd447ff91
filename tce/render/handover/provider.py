"""``handover/provider.md``: all that the provider installs, and what he must not be given.

Everything on it may be known to the provider; nothing on it is a secret, and no field of it comes
from one.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from blueprints.display import visible
from blueprints.engine.blueprint import File
from tce.intent.flows import Allowed, allowed
from tce.render.network import assignment, switches
from tce.render.network.harvester import FOLDER, network_of
from tce.render.network.machines import Machine, machines, vlans

if TYPE_CHECKING:
    from tce.intent.spec import Specification, Switch

PATH = "handover/provider.md"
_HEAD = """\
# What {provider} installs for {name}

For {contact}. Nothing here is a secret and nothing here asks for one: whoever runs hosts, switches
and storage may read it, and every file that it names. Made from `spec.yaml`: change it there.

In this order: VLANs, filters, machines. Then confirm it in `{assignment}` and send back what the
switches run, which is compared with these files (`tutela tce prove --live`).
"""
_VLANS = """\
## 1. VLANs

All of them tagged (802.1Q), none native, none on a trunk that does not need it. No switch and no
host has an address in the environment's own VLAN{workers}.
"""
_HARVESTER = """\
On Harvester `{harvester}`, as its administrator: `kubectl apply -f {folder}/cluster-network.yaml
-f {folder}/networks.yaml`. The ClusterNetwork `{network}` carries these VLANs and nothing else.
Nobody but {namespace} may attach machines to them.
"""
_FILTERS = """\
## 2. Filters

Where the transit zone is routed, both families, both directions. How each is loaded without a
moment in which nothing is filtered stands at the top of its file. The lists' names end with a
digest of their lines; nothing else may be bound to the interface. Source addresses are checked
(RFC 2827): nobody else sends from these prefixes, and they are not announced to anybody else.
"""
_MACHINES = """\
## 3. Machines

`kubectl apply -f {folder}/machines.yaml`. They start from the image `{image}`; its storage class
is taken to be `longhorn-{short}`. Each has its VLANs and no other network: no management network,
no SR-IOV, no passed-through device of the fabric. Disks are encrypted by the machines themselves.
"""
_NEVER = """\
## Never

- No Rancher of the provider's imports the cluster; nobody of the provider's has a kubeconfig.
- No volume encryption by Harvester: its passphrase would lie with the provider.
- No key, token or password in cloud-init, in a Secret of Harvester or in a ticket.
- No snapshot of memory, no live migration to a host of another tenant, no console without a call
  to {institution} ({to}) before it.
- No mirror port, tap or flow export with payloads on these VLANs.

## What is asked of the provider besides

- Tell {to} before firmware, hypervisor or switch configuration changes where these VLANs are.
- Keep logs of consoles, of snapshots and of changes to these filters for a year.
- A machine that is given back has its volumes deleted, with all snapshots and backups of them.
"""


def files(spec: "Specification") -> Iterator[File]:
    """One file."""
    yield File(PATH, sheet(spec).encode())


def sheet(spec: "Specification") -> str:
    """The page."""
    kinds = [zone.kind for zone in spec.zones.values()]
    both = " and in that of its nodes" if "workers" in kinds else ""
    image = spec.harvester.image
    parts = [
        _HEAD.format(
            provider=spec.site.provider,
            name=spec.name,
            contact=spec.site.contact,
            assignment=assignment.PATH,
        ),
        _VLANS.format(workers=both),
        _table(("VLAN", "zone", "network", "carried to"), _vlans(spec)),
        _HARVESTER.format(
            harvester=spec.harvester.name,
            folder=FOLDER,
            network=spec.vlan.cluster_network,
            namespace=f"the namespace `{spec.vlan.namespace}`",
        ),
        _FILTERS,
        _table(("switch", "interface", "file"), map(_filter, spec.switches)),
        "What passes them, from the side that begins; answers and ICMP's errors come back:\n",
        _table(("from", "to", "open", "flow", "why"), _passes(allowed(spec))),
        *(["All of IPv6 is dropped.\n"] if not spec.ipv6 else []),
        _MACHINES.format(folder=FOLDER, image=image, short=image.rpartition("/")[2]),
        _table(("machine", "CPUs", "memory", "disks", "VLANs: addresses"), _machines(spec)),
        _NEVER.format(institution=spec.institution.name, to=spec.institution.contact),
    ]
    return "\n".join(parts)


def _vlans(spec: "Specification") -> Iterator[Sequence[str]]:
    ends = {
        "tce": "hosts that run its machines",
        "transit": "the gateway's host, the switches below",
        "workers": "the gateway's host, the supercomputer's edge",
    }
    for zone, tag in vlans(spec):
        yield str(tag), zone, f"`{network_of(spec, zone)}`", ends[spec.zones[zone].kind]


def _filter(one: "Switch") -> Sequence[str]:
    return one.name, f"`{one.interface}`", f"`{switches.path(one)}`"


def _passes(every: Iterable[Allowed]) -> Iterator[Sequence[str]]:
    for one in every:
        if one.switched:
            ports = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in one.ports)
            yield (
                _few(map(str, one.sources)),
                _few(map(str, one.destinations)),
                f"{one.protocol} {ports or 'echo'}",
                one.name,
                one.why,
            )


def _few(texts: Iterable[str]) -> str:
    """The internet alone is dozens of networks; the files have them all."""
    every = list(texts)
    more = f" and {len(every) - 4} more" if len(every) > 4 else ""
    return ", ".join(every[:4]) + more


def _machines(spec: "Specification") -> Iterator[Sequence[str]]:
    for one in machines(spec):
        ports = "; ".join(f"{port.zone}: {', '.join(port.addresses)}" for port in one.ports)
        yield one.name, str(one.cpu), one.memory, _disks(one), ports


def _disks(machine: Machine) -> str:
    return machine.root if machine.data is None else f"{machine.root}, {machine.data} (blank)"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(text: str) -> str:
    return visible(text).replace("|", "\\|")
