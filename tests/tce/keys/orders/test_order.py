import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.signing import envelope
from tce.keys.errors import CustodyError
from tce.keys.orders.order import (
    PAYLOAD_TYPE,
    VERBS,
    moment,
    nonce,
    order,
    payload,
    read,
    time_of,
)
from tests.tce.keys.office import NOW, counting


def test_an_order_says_what_is_done_to_what_until_when() -> None:
    text = order("shred", "genomes", "hospital", "the study ended", NOW, counting())
    said = read(text)
    assert (said.verb, said.target, said.environment) == ("shred", "genomes", "hospital")
    assert time_of(said.expires) - time_of(said.created) == timedelta(days=7)
    assert envelope.read(text).keyids == ()


def test_two_orders_of_the_same_thing_are_two() -> None:
    random = counting()
    both = [read(order("shred", "x", "hospital", "why", NOW, random)) for _ in range(2)]
    assert both[0].nonce != both[1].nonce
    assert both[0].digest != both[1].digest


@pytest.mark.parametrize(
    ("verb", "target", "why", "lasts", "wrong"),
    [
        ("burn", "x", "why", 7, "nothing that is ordered"),
        ("shred", "", "why", 7, "target"),
        ("shred", "x", "", 7, "why"),
        ("shred", "x\x1b[2J", "why", 7, "target"),
        ("shred", "x", "why", 0, "1 to 31 days"),
        ("shred", "x", "why", 32, "1 to 31 days"),
    ],
)
def test_refuses_an_order_that_says_nothing(
    verb: str, target: str, why: str, lasts: int, wrong: str
) -> None:
    with pytest.raises(CustodyError, match=wrong):
        order(verb, target, "hospital", why, NOW, counting(), lasts=timedelta(days=lasts))


def test_refuses_what_is_signed_and_no_order() -> None:
    with pytest.raises(CustodyError, match="not an order"):
        read(envelope.sign(b"{}", "application/json", []))


def test_refuses_a_payload_that_could_be_read_in_two_ways() -> None:
    said = read(order("shred", "x", "hospital", "why", NOW, counting()))
    twice = said.text.replace(b'"verb": "shred"', b'"verb": "root",\n "verb": "shred"')
    assert json.loads(twice)["verb"] == "shred"
    with pytest.raises(CustodyError, match="two ways"):
        payload(twice)


@pytest.mark.parametrize("field", ["schema", "verb", "target", "nonce", "created", "expires"])
def test_refuses_a_payload_without_one_of_its_fields(field: str) -> None:
    said = json.loads(read(order("shred", "x", "hospital", "why", NOW, counting())).text)
    del said[field]
    with pytest.raises(CustodyError, match=f"the order's {field}"):
        payload(json.dumps(said).encode())


def test_refuses_a_time_that_no_calendar_has() -> None:
    text = read(order("shred", "x", "hospital", "why", NOW, counting())).text
    with pytest.raises(CustodyError, match="calendar"):
        payload(text.replace(moment(NOW).encode(), b"2027-02-30T09:30:00Z"))


@given(st.sampled_from(sorted(VERBS)), st.text(min_size=1, max_size=40), st.integers(1, 31))
def test_what_is_written_is_what_is_read(verb: str, target: str, days: int) -> None:
    try:
        text = order(verb, target, "hospital", "why", NOW, counting(), lasts=timedelta(days=days))
    except (CustodyError, UnicodeEncodeError):
        return
    assert read(text).target == target
    assert payload(read(text).text) == read(text)
    assert envelope.read(text).payload_type == PAYLOAD_TYPE


def test_a_nonce_is_26_letters_of_128_bits() -> None:
    assert len(nonce(counting())) == 26
    assert nonce(counting(1)) != nonce(counting(2))
