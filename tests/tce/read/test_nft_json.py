"""What a kernel said of the sample and of a rendered perimeter, against their texts.

``samples/gateway.json`` is what ``nft -j list ruleset`` (1.0.6) says once ``gateway.nft`` is
loaded; tests/real/test_read_nft.py loads it anew.
"""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tce.read.nft_json import element, read, verdict
from tce.read.nft_rules import Verdict
from tce.read.nftables import read as read_text
from tce.space.errors import NotModelledError
from tce.space.filter import Filter
from tests.tce.read.deciding import LEGS

SAMPLES = Path(__file__).parent / "samples"
SAID = (SAMPLES / "gateway.json").read_text()


def rules(*statements: object, more: tuple[object, ...] = ()) -> tuple[Filter, ...]:
    """Of a chain at forward with one rule, on one line as nft writes it."""
    place = {"family": "inet", "table": "t"}
    hook = {"type": "filter", "hook": "forward", "prio": 0, "policy": "drop"}
    objects = [
        {"metainfo": {"version": "1.0.6", "json_schema_version": 1}},
        {"table": {"family": "inet", "name": "t", "handle": 1}},
        {"chain": {**place, "name": "c", "handle": 1, **hook}},
        *more,
        {"rule": {**place, "chain": "c", "handle": 7, "expr": list(statements)}},
    ]
    return read(json.dumps({"nftables": objects}), "live.json", LEGS)


def match(left: object, right: object, op: str = "==") -> dict[str, object]:
    return {"match": {"op": op, "left": left, "right": right}}


def payload(protocol: str, field: str) -> dict[str, object]:
    return {"payload": {"protocol": protocol, "field": field}}


ACCEPT = {"accept": None}


def test_json_of_the_kernel_says_what_the_text_says() -> None:
    text = read_text((SAMPLES / "gateway.nft").read_text(), "gateway.nft", LEGS)
    live = read(SAID, "gateway.json", LEGS)

    def shown(found: tuple[Filter, ...]) -> list[object]:
        """Without lines; elements of a set in any order, as the kernel gives them."""
        return [
            (
                (one.family, one.point, one.default, one.logs),
                sorted(
                    (rule.action, sorted(box.ranges for box in rule.boxes)) for rule in one.rules
                ),
            )
            for one in found
        ]

    assert shown(live) == shown(text)


def test_a_rule_is_named_by_its_handle() -> None:
    (rule,) = rules(match(payload("tcp", "dport"), 22), ACCEPT)[0].rules
    assert rule.text.startswith("handle 7: [")
    assert rule.line == 1


def test_lines_are_those_of_a_file_that_was_made_readable() -> None:
    text = json.dumps(json.loads(SAID), indent=2)
    first = read(text, "live.json", LEGS)[0]
    assert text.split("\n")[first.default_line - 1].strip() == "{"
    assert '"chain"' in text.split("\n")[first.default_line]


@pytest.mark.parametrize(
    ("statements", "why"),
    [
        ([{"mangle": {}}, ACCEPT], "mangle"),
        ([{"xt": {"type": "match", "name": "x"}}], "xt"),
        ([{"dnat": {"addr": "10.0.0.1"}}], "dnat"),
        ([{"limit": {"rate": 5}}, ACCEPT], "under a limit"),
        ([ACCEPT, ACCEPT], "accept"),
        ([match({"meta": {"key": "mark"}}, 1)], "meta mark"),
        ([match({"ct": {"key": "state", "dir": "reply"}}, "new")], "dir"),
        ([match({"fib": {"result": "type"}}, "local")], "fib"),
        ([match(payload("tcp", "dport"), 22, ">"), ACCEPT], "'>'|>"),
        ([match(payload("tcp", "dport"), True), ACCEPT], "the value true"),
        ([match(payload("tcp", "dport"), {"set": []}), ACCEPT], "set"),
        ([match(payload("tcp", "flags"), "syn"), ACCEPT], "as a whole"),
        ([match(payload("tcp", "flags"), ["syn", "ecn"], "in"), ACCEPT], "ecn"),
        ([match(payload("tcp", "dport"), "@nowhere"), ACCEPT], "no set nowhere"),
        ([match(payload("tcp", "dport"), [22, 23]), ACCEPT], "22"),
        ([match(payload("ip", "frag-off"), 0), ACCEPT], "frag-off"),
        ([{"vmap": {"key": payload("tcp", "dport"), "data": {"set": []}}}], "vmap|set"),
        ([{"jump": {"target": "nowhere"}}], "no chain nowhere"),
        (["accept"], "accept"),
        ([match(payload("tcp", "dport"), {"range": [{"range": [1, 2]}, 3]})], "the value"),
        ([match({"concat": [{"concat": [payload("tcp", "dport")]}]}, 1)], "concat"),
    ],
)
def test_what_is_not_modelled_is_refused(statements: list[object], why: str) -> None:
    with pytest.raises(NotModelledError, match=why) as caught:
        rules(*statements)
    assert str(caught.value).startswith("live.json:1: ")


@pytest.mark.parametrize(
    "thing",
    [
        {"flowtable": {"family": "inet", "table": "t", "name": "f"}},
        {"ct helper": {"family": "inet", "table": "t", "name": "h"}},
        {"table": {"family": "bridge", "name": "b"}},
        {"table": {"family": "inet", "name": "b", "flags": "dormant"}},
        {"chain": {"family": "inet", "table": "t", "name": "p", "type": "nat", "hook": "input"}},
        {
            "chain": {
                "family": "inet",
                "table": "t",
                "name": "p",
                "type": "filter",
                "hook": "output",
            }
        },
        {"chain": {"family": "inet", "table": "t", "name": "p", "dev": "eth0"}},
        {"chain": {"family": "inet", "table": "x", "name": "p"}},
        {"set": {"family": "inet", "table": "t", "name": "s", "type": "mark", "timeout": 5}},
        {
            "set": {
                "family": "inet",
                "table": "t",
                "name": "s",
                "type": "mark",
                "flags": ["dynamic"],
            }
        },
        {"map": {"family": "inet", "table": "t", "name": "s", "type": "mark", "map": "mark"}},
        {"unheard": {"of": 1}},
        "accept",
    ],
)
def test_objects_that_are_not_modelled_are_refused(thing: object) -> None:
    with pytest.raises(NotModelledError, match=r"live\.json:1: "):
        rules(ACCEPT, more=(thing,))


@pytest.mark.parametrize(
    ("left", "right", "op", "boxes"),
    [
        ({"&": [payload("tcp", "flags"), ["fin", "syn"]]}, "syn", "==", ((8, 11),)),
        ({"&": [payload("tcp", "flags"), {"|": ["fin", "syn"]}]}, 0, "==", ((0, 3),)),
        (payload("tcp", "flags"), ["ack", "rst"], "in", ((16, 63),)),
        (payload("tcp", "flags"), ["ack", "rst"], "!", ((0, 15),)),
    ],
)
def test_flags_are_computed(
    left: object, right: object, op: str, boxes: tuple[tuple[int, int], ...]
) -> None:
    (rule,) = rules(match(left, right, op), ACCEPT)[0].rules
    assert rule.boxes[0].ranges[8] == boxes[0]


def test_elements_are_read_with_what_is_said_of_them() -> None:
    value = {"elem": {"val": {"concat": [{"prefix": {"addr": "10.0.0.0", "len": 8}}, 22]}}}
    assert element(value, 1, "f", maps=False).parts == ("10.0.0.0/8", "22")
    found = element([{"range": [1, 9]}, {"goto": {"target": "c"}}], 1, "f", maps=True)
    assert (found.parts, found.verdict) == (("1-9",), Verdict("goto", "c"))
    with pytest.raises(NotModelledError, match="timeout"):
        element({"elem": {"val": 1, "timeout": 5}}, 1, "f", maps=False)


def test_what_is_no_verdict_is_refused() -> None:
    with pytest.raises(NotModelledError, match="f:3: "):
        verdict({"queue": None}, 3, "f")


@pytest.mark.parametrize("text", ["", "{}", '{"nftables": [', '{"nftables": [{]}', "[1]"])
def test_what_is_not_nft_s_json_is_refused(text: str) -> None:
    with pytest.raises(NotModelledError, match=r"live\.json:1: "):
        read(text, "live.json")


@given(st.data())
def test_damaged_json_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(SAID)))
    end = data.draw(st.integers(start, min(len(SAID), start + 30)))
    put = data.draw(st.text('{}[]:,"19aenull ', max_size=8))
    try:
        found = read(SAID[:start] + put + SAID[end:], "live.json", LEGS)
    except NotModelledError as error:
        assert str(error).startswith("live.json:1")  # noqa: PT017
    else:
        assert len(found) == 4
