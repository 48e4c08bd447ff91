"""A source without contents says so for every read."""

import pytest

from governance.recognise.reading import NoReader, Unreadable


def test_a_listing_has_no_contents() -> None:
    with pytest.raises(Unreadable, match="a listing file has no contents"):
        NoReader().read("a/x", 0, 1)
