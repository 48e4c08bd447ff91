import pytest

from tce.read.nft_special import flags_fit, offset_fits
from tce.read.nft_tokens import Stream
from tce.read.ranges import Ranges
from tce.space.errors import NotModelledError
from tce.space.header import FLAGS


def fits(text: str, *names: str) -> bool:
    found: Ranges = flags_fit(Stream(text, "f"))
    bits = sum(1 << (5 - FLAGS.index(name)) for name in names)
    return any(low <= bits <= high for low, high in found)


@pytest.mark.parametrize(
    ("text", "fit", "not_fit"),
    [
        ("syn", "syn ack", "ack"),
        ("syn,ack", "ack", "rst"),
        ("syn | ack", "syn", "fin"),
        ("! syn,ack", "rst", "syn"),
        ("& (fin | syn | rst | ack) == syn", "syn psh", "syn ack"),
        ("& (fin|syn) != syn", "fin syn", "syn"),
        ("& syn == 0", "ack", "syn"),
        ("& (fin | syn) == (fin | syn)", "fin syn ack", "syn"),
        ("syn / fin,syn,rst,ack", "syn urg", "syn rst"),
        ("!= syn / fin,syn", "ack", "syn"),
    ],
)
def test_flags_fit_as_the_kernel_computes_them(text: str, fit: str, not_fit: str) -> None:
    assert fits(text, *fit.split())
    assert not fits(text, *not_fit.split())


def test_a_value_that_its_mask_hides_fits_nothing() -> None:
    assert flags_fit(Stream("& syn == ack", "f")) == ()


@pytest.mark.parametrize("text", ["== syn", "!= syn", "{ syn }", "@s", "& ecn == ecn", "cwr"])
def test_flags_that_involve_ecn_are_refused(text: str) -> None:
    with pytest.raises(NotModelledError, match=r"f:1: (TCP flags compared|the TCP flag)"):
        flags_fit(Stream(text, "f"))


def test_an_offset_other_than_0_is_a_later_fragment() -> None:
    assert offset_fits(Stream("& 0x1fff != 0", "f")) == ((1, 1),)
    assert offset_fits(Stream("& 8191 == 0x0", "f")) == ((0, 0),)
    assert offset_fits(Stream("& 8191 0", "f")) == ((0, 0),)


@pytest.mark.parametrize("text", ["& 0x2000 != 0", "& 0x1fff != 5", "!= 0"])
def test_other_questions_about_fragments_are_refused(text: str) -> None:
    with pytest.raises(NotModelledError, match="f:1:"):
        offset_fits(Stream(text, "f"))
