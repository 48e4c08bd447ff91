"""Amounts of bytes as people write them."""

import pytest

from governance.sizes import parse_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("100TB", 100 * 10**12),
        ("1.5 TiB", 3 * 2**39),
        ("10 gb", 10**10),
        ("2k", 2000),
        ("7", 7),
        (5_000_000, 5_000_000),
        ("0.0000015 TB", 1500000),
        ("0", 0),
    ],
)
def test_decimal_and_binary_units_are_understood(text: str | int, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text", ["", "TB", "-1TB", "1 XB", "1ib", "1e3", "one TB", -1, True, "1,5TB"]
)
def test_anything_else_is_refused(text: str | int) -> None:
    with pytest.raises(ValueError, match="is not an amount of bytes"):
        parse_size(text)
