import json
from pathlib import Path

import pytest

from blueprints.errors import ExpectedError
from tce.probe.vlan import NATIVE, Frame, Port, _frames, _hearers, _ports, _wrong, declared, probe
from tests.tce.intent.specifications import ALPS, data

SAID = {"hospital": 412, "hospital-transit": 411}
PORTS = _ports(SAID, SAID)


def test_each_network_has_the_vlan_that_the_institution_declared() -> None:
    assert declared(data(), tuple(SAID)) == SAID
    alps = data(example=ALPS)
    own = alps["vlan"]["cluster_network"]
    found = declared(alps, (own, f"{own}-transit", f"{own}-gpu"))
    assert list(found.values()) == [alps["vlan"][key] for key in ("id", "uplink", "workers")]


def test_a_network_that_is_in_no_declared_vlan_is_an_error() -> None:
    with pytest.raises(ExpectedError, match="hospital-gpu is in no VLAN that is declared"):
        declared(data(), ("hospital-gpu",))


def test_somebody_else_has_the_vlans_next_in_number_also_where_one_is_rendered_wrongly() -> None:
    tenants = {
        port.tag for port in _ports({**SAID, "hospital": 413}, SAID) if "tenant" in port.name
    }
    assert tenants == {410, 413}
    assert {port.tag for port in PORTS if "tenant" in port.name} == {410, 413}


def test_frames_are_untagged_tagged_and_double_tagged_from_every_port() -> None:
    frames = tuple(_frames(PORTS, [411, 412], 1))
    assert {one.sender for one in frames} == {port.name for port in PORTS}
    assert {len(one.tags) for one in frames} == {0, 1, 2}
    # VLAN hopping: the trunk's untagged VLAN outside, another inside.
    assert (NATIVE, 412) in {one.tags for one in frames}
    assert len({one.number for one in frames}) == len(frames)


def test_a_frame_that_another_vlan_hears_is_wrong_however_it_is_tagged() -> None:
    frame = Frame(1, "hospital 1", (411, 412), None)
    (found,) = _wrong(PORTS, [frame], {1: ("hospital 2", "tenant 413 1")})
    assert found.what == "passed"
    assert "heard in VLAN 413" in found.packet


def test_an_untagged_frame_has_to_be_heard_by_its_own_vlan() -> None:
    everybody = Frame(1, "hospital 1", (), None)
    assert _hearers(everybody, PORTS) == ["hospital 2"]
    assert _hearers(Frame(1, "hospital 1", (), "tenant 413 1"), PORTS) == []
    (found,) = _wrong(PORTS, [everybody], {})
    assert found.what == "blocked"
    assert list(_wrong(PORTS, [everybody], {1: ("hospital 2",)})) == []


def test_whether_a_switch_takes_a_tagged_frame_from_a_host_is_its_own_matter() -> None:
    tagged = Frame(1, "hospital 1", (412,), None)
    assert list(_wrong(PORTS, [tagged], {})) == []
    assert list(_wrong(PORTS, [tagged], {1: ("hospital 2",)})) == []


def test_half_of_the_ports_are_as_rendered_and_half_as_declared() -> None:
    wrong = _ports({**SAID, "hospital": 413}, SAID)
    assert Port("hospital 1", 1, 413, 412) in wrong
    assert Port("hospital 2", 2, 412, 412) in wrong


def test_a_trunk_is_in_no_vlan(tmp_path: Path) -> None:
    folder = tmp_path / "network" / "harvester"
    folder.mkdir(parents=True)
    trunk = {
        "kind": "NetworkAttachmentDefinition",
        "metadata": {"name": "hospital"},
        "spec": {"config": '{"type": "bridge", "vlanTrunk": [{"minID": 1, "maxID": 4094}]}'},
    }
    (folder / "networks.yaml").write_text(json.dumps(trunk))
    with pytest.raises(ExpectedError, match="without one VLAN"):
        probe(tmp_path, data(), 1, "")
    (folder / "networks.yaml").write_text("a: [")
    with pytest.raises(ExpectedError, match="not valid YAML"):
        probe(tmp_path, data(), 1, "")
    (folder / "networks.yaml").write_text("a: 1")
    with pytest.raises(ExpectedError, match="has no NetworkAttachmentDefinition"):
        probe(tmp_path, data(), 1, "")
