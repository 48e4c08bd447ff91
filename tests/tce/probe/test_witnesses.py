import pytest

from tce.probe.reach import Reach
from tce.probe.witnesses import witnesses
from tce.read.formats import read
from tce.space.header import Packet
from tests.tce.probe.environment import intent, meaning, perimeter, places


def of(text: str) -> list[Packet]:
    return list(witnesses(read("nftables", text, "tce.nft", intent().legs), intent()))


def test_a_file_that_does_what_it_should_has_none() -> None:
    assert of(perimeter().decode()) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (". 8200 comment", ". 8200-8201 comment"),
        ("10.90.12.10 . 6443", "10.90.12.11 . 6443"),
    ],
)
def test_a_fault_has_one_that_breaks_the_intent(before: str, after: str) -> None:
    text = perimeter().decode()
    assert before in text
    found = of(text.replace(before, after))
    assert found != []
    sendable = [one for one in found if Reach(places()).problem(one) is None]
    assert sendable != []
    assert any(meaning().may(one) is None or meaning().must(one) for one in sendable)
