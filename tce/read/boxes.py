"""From what a rule asks of fields to the boxes that it fits."""

from collections.abc import Iterable, Mapping
from itertools import product

from tce.read.ranges import Ranges
from tce.space.header import FIELDS, Box, Family, Field, top


def boxes(family: Family, needs: Mapping[Field, Ranges]) -> tuple[Box, ...]:
    """One for each choice of a range of each field; what is not asked is any."""
    each: Iterable[Ranges] = (needs.get(one, ((0, top(one, family)),)) for one in FIELDS)
    return tuple(Box(family, ranges) for ranges in product(*each))
