import pytest

from tce.read.formats import READERS, read
from tce.space.errors import NotModelledError


def test_every_format_that_is_rendered_has_a_reader() -> None:
    assert set(READERS) == {"nftables", "nft-json", "eos", "ios", "junos"}


def test_a_format_without_a_reader_is_not_modelled() -> None:
    with pytest.raises(NotModelledError, match=r"a\.conf:1: the format nxos is not modelled"):
        read("nxos", "", "a.conf")


def test_every_reader_names_file_and_line_of_what_it_does_not_know() -> None:
    for name in READERS:
        with pytest.raises(NotModelledError, match=r"^some\.file:1: "):
            read(name, "something else entirely\n", "some.file")


def test_a_file_of_a_switch_that_filters_nothing_is_refused() -> None:
    for name in ("eos", "ios", "junos"):
        with pytest.raises(NotModelledError, match="nothing is filtered"):
            read(name, "", "leaf1.acl")
