"""One packet, device by device: the verdict, the rule, the reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tce.explain.explain import Explanation, explain, of_scene
from tce.explain.packet import NotAPacketError, parse
from tce.explain.scene import Scene, read
from tests.tce.environments import RULESET, TODAY, edited, environment


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return read(environment(tmp_path_factory.mktemp("explain") / "hospital"), TODAY)


@pytest.fixture(scope="module")
def alps(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return read(environment(tmp_path_factory.mktemp("explain") / "alps", "alps"), TODAY)


def told(scene: Scene, text: str) -> Explanation:
    return of_scene(scene, text, parse(text))


def verdicts(one: Explanation) -> dict[str, str]:
    return {step.device: step.verdict for step in one.steps}


def test_a_declared_flow_through_the_tunnel_is_the_perimeter_s_alone(hospital: Scene) -> None:
    one = told(hospital, "tcp 10.200.4.7 > 10.90.12.10:6443")
    assert one.verdict == "accept"
    assert one.exit_code == 0
    assert verdicts(one) == {"perimeter": "accept", **dict.fromkeys(leaves(), "not seen")}
    assert one.reasons == (
        "kubectl: administrators use the Kubernetes API "
        "(platform team of the hospital, until 2027-11-30)",
    )
    perimeter = one.steps[0]
    file, _, line = perimeter.at.rpartition(":")
    assert file == RULESET
    written = (hospital.folder / RULESET).read_text().splitlines()[int(line) - 1]
    assert "10.90.12.10 . 6443" in written
    assert "10.90.12.10 . 6443" in perimeter.rule


def leaves() -> tuple[str, ...]:
    return ("leaf1", "leaf2", "leaf3")


def test_what_passes_the_transit_zone_is_seen_by_switches_in_its_direction(hospital: Scene) -> None:
    there = told(hospital, "udp 10.90.12.64:5000 > 10.1.0.123:123")
    assert [(step.device, step.point) for step in there.steps] == [
        ("perimeter", "forward"),
        *((leaf, "in") for leaf in leaves()),
    ]
    assert set(verdicts(there).values()) == {"accept"}
    back = told(hospital, "udp 10.1.0.123:123 > 10.90.12.64:5000 established")
    assert [step.point for step in back.steps] == ["out", "out", "out", "forward"]
    assert set(verdicts(back).values()) == {"accept"}
    assert back.reasons[0].startswith("answers of ntp: the provider's time")


def test_ipv6_is_explained_as_ipv4_is(hospital: Scene) -> None:
    one = told(hospital, "udp [2001:db8:90:12::7]:1 > [2001:db8:1::123]:123")
    assert set(verdicts(one).values()) == {"accept"}
    assert told(hospital, "udp [2001:db8:90:12::7]:1 > [2001:db8:1::124]:123").verdict == "drop"


def test_another_tenant_is_dropped_by_every_device_and_told_why(hospital: Scene) -> None:
    one = told(hospital, "tcp 10.128.4.7 > 10.90.12.10:6443")
    assert set(verdicts(one).values()) == {"drop"}
    assert one.reasons == ("nothing joins the environment and another tenant",)
    assert one.exit_code == 0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("tcp 10.200.4.7 > 10.90.12.10:6444", "kubectl is not it: its ports are 6443"),
        ("tcp 10.200.5.7 > 10.90.12.10:6443", "10.200.5.7 is not among its sources"),
        ("udp 10.200.4.7 > 10.90.12.10:6443", "kubectl is not it: it is tcp"),
        ("tcp 10.200.4.7 > 10.90.12.10:6443 flags ack", "it does not begin with such a packet"),
        ("tcp 172.28.0.1 > 10.90.12.10:6443", "no flow of IPv4 goes from fabric to tce"),
        ("udp 10.1.0.123 > 10.90.12.7:123", "ntp goes the other way, and only answers come back"),
        ("tcp 192.168.0.1 > 10.90.12.10:6443", "192.168.0.1 is in no zone"),
        ("tcp 10.90.12.7 > 10.200.0.10:22 established", ""),
    ],
)
def test_what_is_dropped_says_which_flow_is_the_nearest(
    hospital: Scene, text: str, reason: str
) -> None:
    one = told(hospital, text)
    assert any(reason in said for said in one.reasons), one.reasons


def test_the_tunnel_itself_is_for_the_gateway(hospital: Scene) -> None:
    one = told(hospital, "udp 198.51.100.10:51820 > 192.0.2.2:51820")
    assert one.leg_out == "the gateway"
    assert [step.point for step in one.steps] == ["out", "out", "out", "input"]
    assert one.verdict == "accept"


def test_nodes_of_the_supercomputer_pass_the_perimeter_only(alps: Scene) -> None:
    one = told(alps, "tcp 10.91.24.11 > 10.91.20.11:9345")
    assert verdicts(one) == {
        "perimeter": "accept",
        **dict.fromkeys(("edge1", "edge2", "edge3"), "not seen"),
    }
    assert one.reasons == ("opening-rke2",)


def test_what_stays_behind_a_leg_passes_nothing(hospital: Scene) -> None:
    one = told(hospital, "tcp 10.90.12.7 > 10.90.12.8:22")
    assert one.verdict == "not seen"
    assert {step.rule for step in one.steps} == {"it stays behind tce0"}


def test_what_no_zone_has_comes_from_outside_and_is_dropped(hospital: Scene) -> None:
    one = told(hospital, "tcp 192.168.0.7 > 192.168.0.8:22")
    assert set(verdicts(one).values()) == {"drop"}
    assert one.reasons[0] == "192.168.0.7 is in no zone, and nobody routes it to the internet"


def test_a_leg_may_be_named_and_has_to_be_there(hospital: Scene) -> None:
    one = told(hospital, "tcp 10.200.4.7 > 10.90.12.10:6443 in up0")
    assert one.verdict == "drop"
    with pytest.raises(NotAPacketError, match="the gateway has no leg up1; it has tce0, up0, wg0"):
        told(hospital, "tcp 10.200.4.7 > 10.90.12.10:6443 in up1")


def test_an_edit_that_opens_more_is_told(tmp_path: Path) -> None:
    folder = environment(tmp_path / "hospital")
    edited(
        folder, RULESET, "10.200.4.0/24 . 10.90.12.10 . 6443", "10.200.0.0/16 . 10.90.12.10 . 6443"
    )
    one = explain(folder, "tcp 10.200.9.7 > 10.90.12.10:6443", TODAY)
    assert one.verdict == "accept"
    assert one.exit_code == 3
    assert one.steps[0].wrong
    assert "NOT what the specification says: tutela tce prove" in str(one)


def test_an_edit_that_opens_another_leg_is_told(tmp_path: Path) -> None:
    folder = environment(tmp_path / "hospital")
    rule = "ct state established counter accept"
    edited(folder, RULESET, rule, f'{rule}\n\t\toifname "tce0" tcp dport 6443 counter accept')
    one = explain(folder, "tcp 10.200.4.7 > 10.90.12.10:6443", TODAY)
    assert one.verdict == "accept"
    assert one.exit_code == 3
    assert any(text.startswith("in up0 out tce0: accepted at") for text in one.elsewhere)


def test_a_device_that_is_not_understood_is_no_verdict(tmp_path: Path) -> None:
    folder = environment(tmp_path / "hospital")
    (folder / RULESET).write_text("table inet x {\n chain y {\n  magic\n }\n}\n")
    one = explain(folder, "tcp 10.200.4.7 > 10.90.12.10:6443", TODAY)
    assert one.verdict == "not understood"
    assert one.exit_code == 3
    assert one.steps[0].at.startswith(f"{RULESET}:")


def test_it_reads_as_text_and_as_data(hospital: Scene) -> None:
    one = told(hospital, "tcp 10.200.4.7 > 10.90.12.10:6443")
    lines = str(one).splitlines()
    assert lines[0] == "tcp 10.200.4.7:40000 > 10.90.12.10:6443 flags syn: arrives"
    assert lines[1] == "  from  hospital (institution), behind wg0"
    assert all(len(line) <= 100 for line in lines)
    data = json.loads(json.dumps(one.as_json()))
    assert data["schema"] == "tutela/explain/v1"
    assert data["from"] == {"zone": "hospital", "kind": "institution", "leg": "wg0"}
    assert [step["verdict"] for step in data["steps"]] == ["accept"] + ["not seen"] * 3
