"""The prover's model and the kernel agree: random intents, rendered, loaded, and sent through."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from blueprints.emit.yaml import yaml_text
from blueprints.engine.spec import parse
from blueprints.yamltext import InvalidFileError
from tce.intent.spec import Specification
from tce.probe.choose import Chooser
from tce.probe.lab import ACCEPT_ALL, Lab
from tce.probe.meaning import Meaning
from tce.probe.topology import read as topology
from tce.probe.trial import Everything, Outcome, Trial
from tce.prove.intent import read_intent
from tce.read.formats import read
from tce.render.network.nftables import ruleset
from tce.space.filter import Filter, Point, decide
from tce.space.header import Field, Packet
from tests.tce.intent.specifications import BLUEPRINT, data
from tests.tce.probe.environment import needs_nft
from tests.tce.probe.intents import flows, intent

pytestmark = [pytest.mark.real, needs_nft]

TODAY = date(2026, 11, 22)
PACKETS = 300
INTENTS = 200


class Model:
    """What the proof takes the file to do."""

    def __init__(self, filters: tuple[Filter, ...]) -> None:
        self._filters = {(one.point, one.family): one for one in filters}

    def must(self, packet: Packet) -> str | None:
        point: Point = "forward" if packet[Field.OIF] else "input"
        action, rule = decide(self._filters[point, packet.family], packet)
        if action == "drop":
            return None
        return "the default" if rule is None else rule.text

    may = must


def wrong(outcome: Outcome) -> list[str]:
    return [f"{one.what}: {one.packet} ({one.why}, {one.flow})" for one in outcome.mismatches][:5]


def test_random_packets_are_forwarded_exactly_as_the_model_says_both_ways() -> None:
    seen = [(1, 0)]
    """The next number that is free, and how many packets passed."""

    @settings(
        max_examples=INTENTS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        # A smaller intent takes minutes to find, and says little more than the packets do.
        phases=(Phase.explicit, Phase.generate),
    )
    @given(flows())
    def check(some: list[dict[str, Any]]) -> None:
        said = intent(some)
        text = yaml_text([said])
        try:
            model = parse(text, "spec.yaml", BLUEPRINT).model
        except InvalidFileError:
            assume(False)
        assert isinstance(model, Specification)
        nft = ruleset(model)
        again = read_intent(text.decode(), "spec.yaml", TODAY)
        meaning = Meaning(again)
        probes = Chooser(again, lab.topology, meaning.beginnings, len(text)).choose(PACKETS).probes
        lab.load(ACCEPT_ALL)
        control = Trial(lab, Everything(), seen[-1][0])
        assert wrong(control.run(probes, logs=False)) == []
        lab.load(nft.encode())
        kernel = Trial(lab, Model(read("nftables", nft, "tce.nft", again.legs)), control.next)
        outcome = kernel.run(probes)
        assert wrong(outcome) == []
        lab.load(nft.encode())
        intended = Trial(lab, meaning, kernel.next)
        assert wrong(intended.run(probes)) == []
        seen.append((intended.next, outcome.wire))

    with Lab(topology(data())) as lab:
        check()
    assert len(seen) > INTENTS
    assert sum(passed for _, passed in seen) > 100 * INTENTS
