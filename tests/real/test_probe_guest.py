"""The rendered ruleset under a distribution's kernel, with real VLANs and a real tunnel.

A guest runs what this machine's kernel may lack: 802.1Q on a bridge that filters VLANs, and
WireGuard. The same packets have to have the same verdicts there.
"""

import subprocess
from collections.abc import Iterator
from datetime import date
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from blueprints.emit.yaml import yaml_text
from tce.probe.choose import Chooser, Probe
from tce.probe.lab import ACCEPT_ALL
from tce.probe.meaning import Meaning
from tce.probe.topology import read as topology
from tce.probe.trial import Everything, Trial
from tce.prove.intent import Intent, read_intent
from tce.render.network.nftables import ruleset
from tce.render.network.wireguard import files
from tce.space.header import Field
from tests.labs.guest import GuestLab
from tests.tce.intent.specifications import data, typed

pytestmark = pytest.mark.real

PACKETS = 300


def key() -> tuple[str, str]:
    private = subprocess.run(["wg", "genkey"], capture_output=True, text=True, check=True).stdout
    done = subprocess.run(
        ["wg", "pubkey"], input=private, capture_output=True, text=True, check=True
    )
    return private.strip(), done.stdout.strip()


class Story:
    """One guest for all tests: booting takes most of the time."""

    def __init__(self, folder: Path) -> None:
        keys = (key(), key())
        changes = {"vpn/public_key": keys[0][1], "vpn/peers/0/public_key": keys[1][1]}
        said, spec = data(changes), typed(changes)
        self.ruleset = ruleset(spec).encode()
        self.intent = read_intent(yaml_text([said]).decode(), "spec.yaml", date(2026, 11, 22))
        configurations = {one.path.rpartition("/")[2]: one.content.decode() for one in files(spec)}
        self.key = keys[1][1]
        self.links = {
            "vlans": {"tce0": said["vlan"]["id"], "up0": said["vlan"]["uplink"]},
            "strange": said["vlan"]["id"] + 1,
            "hosts_of_transit": "up0",
            "tunnel": {
                "leg": "wg0",
                "host": "hospital",
                "endpoint": said["vpn"]["peers"][0]["endpoint"],
                "uplink": said["gateway"]["uplink"][0],
                "configurations": [configurations["gateway.conf"], configurations["hospital.conf"]],
                "keys": [keys[0][0], keys[1][0]],
            },
        }
        self.lab = GuestLab(topology(said), folder, self.links)
        self.meaning = Meaning(self.intent)
        chooser = Chooser(self.intent, self.lab.topology, self.meaning.beginnings, 1)
        chosen = chooser.choose(PACKETS).probes
        self.probes = tuple(one for one in chosen if through_tunnel(one, self.intent))


def through_tunnel(probe: Probe, intent: Intent) -> bool:
    """Whether the lab carries it: WireGuard lets in only what the peer's networks are."""
    packet = probe.packet
    # A host of its own is there, and answers for itself.
    ends = [one for tunnel in intent.tunnels for one in tunnel.sources]
    if any(low <= packet[end] <= high for low, high in ends for end in (Field.SRC, Field.DST)):
        return False

    def of(field: Field, zone: str) -> bool:
        ranges = intent.zones[zone].addresses[packet.family]
        return any(low <= packet[field] <= high for low, high in ranges)

    if packet[Field.IIF] == intent.tunnel_leg:
        return of(Field.SRC, "hospital") and of(Field.DST, "tce")
    return packet[Field.OIF] != intent.tunnel_leg or of(Field.SRC, "tce")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    story = Story(tmp_path_factory.mktemp("guest"))
    with story.lab:
        yield story


def test_frames_stay_in_their_vlan_on_a_filtering_bridge_and_reach_it(story: Story) -> None:
    hosts = {host.name: host.leg for host in story.lab.topology.hosts if host.name != "hospital"}
    vlan = {name: story.links["vlans"][leg] for name, leg in hosts.items()}  # type: ignore[index]
    vlan |= {"stranger 1": story.links["strange"], "stranger 2": story.links["strange"]}
    heard = story.lab.shout()
    for name, its in vlan.items():
        assert set(heard[name]) == {other for other in vlan if other != name and vlan[other] == its}
    for tags in [(one,) for one in set(vlan.values())] + [(413, 412), (411, 412)]:
        for name, by in story.lab.shout(*tags).items():
            assert all(vlan[other] == vlan[name] for other in by), (tags, name)


def test_packets_have_the_verdicts_of_the_intent_also_through_vlans_and_tunnel(
    story: Story,
) -> None:
    lab = story.lab
    lab.load(ACCEPT_ALL)
    control = Trial(lab, Everything())
    assert control.run(story.probes, logs=False, forged=False).mismatches == []
    assert lab.load(story.ruleset)
    trial = Trial(lab, story.meaning, control.next)
    outcome = trial.run(story.probes, forged=False)
    assert outcome.mismatches == []
    assert outcome.wire > 100
    assert outcome.logged == outcome.counted
    assert outcome.logged > 100
    tunnelled = [one for one in story.probes if one.packet[Field.IIF] == story.intent.tunnel_leg]
    assert len(tunnelled) > 50


def test_the_tunnel_is_up_with_the_rendered_configuration(story: Story) -> None:
    name, peer, when = story.lab.tunnel().split()
    assert (name, peer) == ("wg0", story.key)
    assert int(when) > 0
    assert ip_address(story.links["tunnel"]["endpoint"]) not in ip_network("10.0.0.0/8")  # type: ignore[index]
