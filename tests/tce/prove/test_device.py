"""One device against the intent: each kind of fault is found, with its line, packet and flow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tce.prove.device import Subjects, cut, explained, findings
from tce.prove.report import Finding
from tce.prove.smt import Solver
from tce.prove.table import Pool
from tce.read import formats
from tce.space.filter import Filter, Rule
from tce.space.header import FIELDS, Family, box, packet
from tests.tce.prove.rendered import EOS, RULESET, intent, rendered


def filters(file: str, format_: str, family: Family, point: str) -> Filter:
    text = rendered()[file].decode()
    found = formats.read(format_, text, file, intent().legs)
    return next(one for one in found if (one.family, one.point) == (family, point))


def found(its: Filter) -> list[Finding]:
    pool = Pool()
    subject = Subjects(intent(), pool).subject(its)
    return list(findings(subject, intent(), Solver(its.family, pool), 1))


@pytest.fixture(scope="module")
def forward() -> Filter:
    return filters(RULESET, "nftables", 4, "forward")


@pytest.fixture(scope="module")
def sent() -> Filter:
    return filters(EOS, "eos", 4, "in")


def test_what_is_rendered_has_no_faults(forward: Filter, sent: Filter) -> None:
    assert found(forward) == []
    assert found(sent) == []


def test_another_tenants_way_in_is_lateral_with_a_packet(forward: Filter) -> None:
    tenant = box(4, iif=2, oif=1, src=0x0A800009, dst=(0x0A5A0C00, 0x0A5A0CFF), proto=6, dport=22)
    rule = Rule(7, "accept a tenant", "accept", (tenant,))
    (one,) = found(replace(forward, rules=(rule, *forward.rules)))
    assert (one.property, one.line, one.family) == ("lateral", 7, 4)
    assert one.packet is not None
    assert one.packet.startswith("tcp 10.128.0.9:")


def test_what_is_not_declared_is_extra_and_names_the_flow_next_to_it(forward: Filter) -> None:
    place = next(n for n, rule in enumerate(forward.rules) if "123" in rule.text)
    rule = forward.rules[place]
    wide = box(4, **{**_ranges(rule), "dport": (123, 124)})
    rules = [*forward.rules]
    rules[place] = replace(rule, boxes=(wide,))
    (one,) = found(replace(forward, rules=tuple(rules)))
    assert (one.property, one.line, one.flow) == ("extra", rule.line, "ntp")
    assert one.packet is not None
    assert one.packet.endswith(":124")


def _ranges(rule: Rule) -> dict[str, tuple[int, int]]:
    return {field.value: rule.boxes[0][field] for field in FIELDS}


def test_what_is_declared_and_blocked_is_missing(forward: Filter, sent: Filter) -> None:
    for its in (forward, sent):
        place = next(n for n, rule in enumerate(its.rules) if "123" in rule.text)
        one = found(replace(its, rules=its.rules[:place] + its.rules[place + 1 :]))[0]
        assert (one.property, one.flow) == ("missing", "ntp")
        assert one.packet is not None
        assert "10.1.0.123:123" in one.packet


def test_a_rule_twice_is_dead_once(sent: Filter) -> None:
    rule = next(rule for rule in sent.rules if rule.action == "accept")
    (one,) = found(replace(sent, rules=(*sent.rules, replace(rule, line=999))))
    assert (one.property, one.line) == ("dead", 999)
    assert f"hidden by line {rule.line}" in one.message or "hidden by line" in one.message


def test_a_default_that_accepts_is_lateral_at_its_own_line(sent: Filter) -> None:
    its = replace(sent, default="accept", rules=())
    assert {(one.property, one.line) for one in found(its)} == {("lateral", sent.default_line)}


def test_a_device_that_takes_code_0_only_blocks_nothing(sent: Filter) -> None:
    narrow = tuple(
        replace(
            rule,
            boxes=tuple(
                box(4, **(_ranges(replace(rule, boxes=(one,))) | {"icmp": (one.ranges[7][0],) * 2}))
                if one.ranges[4] == (1, 1)
                else one
                for one in rule.boxes
            ),
        )
        for rule in sent.rules
    )
    assert found(replace(sent, rules=narrow)) == []


def test_a_table_is_cut_to_boxes(sent: Filter) -> None:
    pool = Pool()
    table = Subjects(intent(), pool).subject(sent).table
    left = cut(table, [box(4, proto=17).ranges])
    assert 0 < len(left.accepted) < len(table.accepted)
    assert len(left.dropped) == len(table.dropped)


def test_what_becomes_of_a_packet_is_explained(sent: Filter) -> None:
    said = explained(sent, packet(4, proto=6))
    assert said.startswith("drop: ")
    assert EOS in said
