"""Devices that do not do the same."""

from __future__ import annotations

from dataclasses import replace

from tce.prove.agree import disagreements
from tce.prove.device import Subjects
from tce.prove.report import Finding
from tce.prove.smt import Solver
from tce.prove.table import Pool
from tce.read import formats
from tce.space.filter import Filter
from tests.tce.prove.rendered import EOS, IOS, JUNOS, RULESET, intent, rendered


def read(file: str, format_: str, device: str) -> list[Filter]:
    found = formats.read(format_, rendered()[file].decode(), file, intent().legs)
    return [replace(one, device=device) for one in found if one.family == 4]


def found(filters: list[Filter]) -> list[Finding]:
    pool = Pool()
    make = Subjects(intent(), pool)
    return list(disagreements(intent(), [make.subject(one) for one in filters], Solver(4, pool)))


def without(filters: list[Filter], word: str) -> list[Filter]:
    return [
        replace(one, rules=tuple(rule for rule in one.rules if word not in rule.text))
        for one in filters
    ]


def test_what_is_rendered_agrees() -> None:
    devices = [
        *read(RULESET, "nftables", "perimeter"),
        *read(EOS, "eos", "leaf1"),
        *read(IOS, "ios", "leaf2"),
        *read(JUNOS, "junos", "leaf3"),
    ]
    assert found(devices) == []


def test_a_switch_may_not_block_what_another_lets_pass() -> None:
    one = read(EOS, "eos", "leaf1")
    other = without(read(IOS, "ios", "leaf2"), "123")
    for devices in ([*one, *other], [*other, *one]):
        told = found(devices)
        assert {finding.target for finding in told} == {"leaf2"}
        assert {finding.property for finding in told} == {"agree"}
        assert EOS in told[0].message


def test_a_switch_may_not_block_what_the_gateway_lets_begin_nor_its_answers() -> None:
    router = read(RULESET, "nftables", "perimeter")
    told = found([*router, *without(read(EOS, "eos", "leaf1"), "ntp")])
    assert told == []
    told = found([*router, *without(read(EOS, "eos", "leaf1"), "eq 123")])
    assert {finding.message.split()[1] for finding in told} == {"(in)", "(out)"}
    assert all(RULESET in finding.message for finding in told)
    told = found([*router, *without(read(EOS, "eos", "leaf1"), "51820")])
    assert len(told) == 2
