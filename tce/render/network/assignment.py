"""``network/assignment.yaml``: what the provider gives the environment, for him to confirm.

A person at the provider's writes his name and the day into it and commits it by a merge request;
everything else in it is made from the specification.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.emit.yaml import yaml_text
from blueprints.engine.blueprint import File, Owner
from tce.render.network import switches
from tce.render.network.harvester import network_of
from tce.render.network.machines import machines, vlans

if TYPE_CHECKING:
    from tce.intent.spec import Specification

PATH = "network/assignment.yaml"
SCHEMA = "tutela/assignment/v1"
_HEADER = """\
What {provider} assigns to the environment {name}. Compare it with what
is installed, then write a name and a day under `confirmed`. The rest is made from spec.yaml.
"""


def files(spec: "Specification") -> Iterator[File]:
    """One file."""
    header = _HEADER.format(provider=spec.site.provider, name=spec.name)
    yield File(PATH, yaml_text([assignment(spec)], header), Owner.SHARED)


def assignment(spec: "Specification") -> dict[str, object]:
    """VLANs, prefixes, legs, machines, filters."""
    tags = dict(vlans(spec))
    return {
        "schema": SCHEMA,
        "environment": spec.name,
        "site": spec.site.name,
        "confirmed": {"by": "", "day": ""},
        "zones": {
            name: {
                "kind": zone.kind,
                "leg": zone.leg,
                **({"vlan": tags[name], "network": network_of(spec, name)} if name in tags else {}),
                "networks": list(zone.networks),
            }
            for name, zone in spec.zones.items()
        },
        "gateway": {
            "uplink": list(spec.gateway.uplink),
            "router": list(spec.gateway.router),
        },
        "tunnel": {
            "port": spec.vpn.port,
            "endpoints": [one.endpoint for one in spec.vpn.peers],
        },
        "filters": [
            {"switch": one.name, "interface": one.interface, "file": switches.path(one)}
            for one in spec.switches
        ],
        "machines": [
            {
                "name": machine.name,
                "interfaces": [
                    {"zone": one.zone, "mac": one.mac, "addresses": list(one.addresses)}
                    for one in machine.ports
                ],
            }
            for machine in machines(spec)
        ],
    }
