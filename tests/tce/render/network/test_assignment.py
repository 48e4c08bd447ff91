from __future__ import annotations

import yaml

from blueprints.engine.blueprint import Owner
from tce.render.network.assignment import PATH, assignment, files
from tests.tce.intent.specifications import ALPS, typed


def test_people_write_into_it_and_it_stays_theirs() -> None:
    (file,) = files(typed())
    assert (file.path, file.owner) == (PATH, Owner.SHARED)
    assert yaml.safe_load(file.content) == assignment(typed())


def test_it_says_vlans_and_prefixes_of_every_zone() -> None:
    spec = typed(example=ALPS)
    found = yaml.safe_load(next(files(spec)).content)
    assert found["confirmed"] == {"by": "", "day": ""}
    assert {name: zone.get("vlan") for name, zone in found["zones"].items()} == {
        **dict.fromkeys(spec.zones),
        "tce": 422,
        "transit": 421,
        "gpu": 424,
    }
    assert all(found["zones"][name]["networks"] == one.networks for name, one in spec.zones.items())


def test_it_says_which_filter_goes_where() -> None:
    assert assignment(typed())["filters"] == [
        {"switch": "leaf1", "interface": "Vlan411", "file": "network/switches/leaf1.eos"},
        {"switch": "leaf2", "interface": "Vlan411", "file": "network/switches/leaf2.ios"},
        {"switch": "leaf3", "interface": "irb.411", "file": "network/switches/leaf3.junos"},
    ]
