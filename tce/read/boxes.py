"""From what a rule asks of fields to the boxes that it fits."""

from collections.abc import Mapping
from itertools import product

from tce.read.ranges import Ranges
from tce.space.header import FAMILIES, FIELDS, Box, Family, Field, top

_ANY: Mapping[Family, tuple[tuple[Field, Ranges], ...]] = {
    family: tuple((one, ((0, top(one, family)),)) for one in FIELDS) for family in FAMILIES
}


def boxes(family: Family, needs: Mapping[Field, Ranges]) -> tuple[Box, ...]:
    """One for each choice of a range of each field; what is not asked is any."""
    each = [needs.get(one, whole) for one, whole in _ANY[family]]
    return tuple(Box(family, ranges) for ranges in product(*each))
