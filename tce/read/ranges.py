"""Sets of whole numbers as sorted ranges that neither touch nor overlap; both ends are in them."""

from collections.abc import Iterable, Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import TypeAlias

from tce.space.header import FLAGS, Family, Field, Range, top

Ranges: TypeAlias = tuple[Range, ...]


def union(ranges: Iterable[Range]) -> Ranges:
    """All that any of them holds."""
    found: list[Range] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            if high > found[-1][1]:
                found[-1] = (found[-1][0], high)
        else:
            found.append((low, high))
    return tuple(found)


def meet(one: Ranges, other: Ranges) -> Ranges:
    """What both hold."""
    if len(one) == len(other) == 1:
        low, high = max(one[0][0], other[0][0]), min(one[0][1], other[0][1])
        return ((low, high),) if low <= high else ()
    found = ((max(a, c), min(b, d)) for a, b in one for c, d in other if a <= d and c <= b)
    return union(found)


def rest(ranges: Iterable[Range], highest: int) -> Ranges:
    """What of 0 to the highest none of them holds."""
    found: list[Range] = []
    start = 0
    for low, high in union(ranges):
        if low > start:
            found.append((start, low - 1))
        start = high + 1
    if start <= highest:
        found.append((start, highest))
    return tuple(found)


def every(field: Field, family: Family) -> Ranges:
    """All values of a field."""
    return ((0, top(field, family)),)


def address(text: str, family: Family) -> int:
    """One address; raises ValueError for what is none of the family."""
    try:
        return int(IPv4Address(text) if family == 4 else IPv6Address(text))
    except AddressValueError as error:
        raise ValueError(f"{text} is no IPv{family} address") from error


def prefix(text: str, family: Family) -> Range:
    """``10.0.0.0/8``, or an address; bits after the prefix are not looked at, as devices do."""
    start, slash, length = text.partition("/")
    bits = 32 if family == 4 else 128
    if slash and not (length.isascii() and length.isdigit() and int(length) <= bits):
        raise ValueError(f"/{length} is no length of an IPv{family} prefix")
    free = bits - (int(length) if slash else bits)
    low = address(start, family) >> free << free
    return low, low | ((1 << free) - 1)


def flag_ranges(fits: Iterable[int]) -> Ranges:
    """Values of TCP's flags, as ranges of the field."""
    return union((value, value) for value in fits)


def flag_bits(names: Iterable[str]) -> int:
    """The value whose bits are these flags; raises ValueError for a flag that has no field."""
    bits = 0
    for name in names:
        if name not in FLAGS:
            raise ValueError(f"the TCP flag {name} is not modelled")
        bits |= 1 << (len(FLAGS) - 1 - FLAGS.index(name))
    return bits


def flags_where(mask: int, value: int) -> Ranges:
    """All sets of flags that under the mask are the value."""
    return flag_ranges(bits for bits in range(1 << len(FLAGS)) if bits & mask == value)


def flags_any(mask: int) -> Ranges:
    """All sets of flags with at least one of the mask's."""
    return flag_ranges(bits for bits in range(1 << len(FLAGS)) if bits & mask)


def wildcard(value: int, loose: int, bits: int = 32) -> Iterator[Range]:
    """All numbers that equal the value where the loose mask has a 0 bit; exact, any mask.

    A mask whose loose bits are not all at the end stands for 2**n ranges, n being how many of them
    lie before a fixed one; raises ValueError beyond 4096 ranges.
    """
    tail = 0
    while tail < bits and loose >> tail & 1:
        tail += 1
    scattered = [bit for bit in range(tail, bits) if loose >> bit & 1]
    if len(scattered) > 12:
        raise ValueError(f"a wildcard mask with {len(scattered)} scattered bits is not modelled")
    fixed = value & ~loose
    for choice in range(1 << len(scattered)):
        low = fixed
        for place, bit in enumerate(scattered):
            low |= (choice >> place & 1) << bit
        yield low, low | ((1 << tail) - 1)
