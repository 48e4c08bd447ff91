"""Whether what was read back of a render is the service that was meant."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from blueprints.service.facts import Facts

_NUMBER = re.compile(r"(\d+)")


@dataclass(frozen=True)
class Difference:
    """One fact that a render says otherwise; None: it does not say it at all."""

    fact: str
    meant: str | None
    found: str | None


def differences(meant: Facts, found: Facts, cannot: Mapping[str, str]) -> Iterator[Difference]:
    """Facts that differ, in the order in which a person would look: ``argv.2`` before ``argv.10``.

    ``cannot`` excuses what is missing in the render, never what it says otherwise.
    """
    for fact in sorted(meant.keys() | found.keys(), key=_order):
        said = found.get(fact)
        if said is None and why_not(fact, cannot) is not None:
            continue
        if meant.get(fact) != said:
            yield Difference(fact, meant.get(fact), said)


def why_not(fact: str, cannot: Mapping[str, str]) -> str | None:
    """Why a runtime cannot express a fact; a key ``env.*`` stands for all that begin so."""
    if fact in cannot:
        return cannot[fact]
    group = f"{fact.partition('.')[0]}.*"
    return cannot.get(group)


def _order(fact: str) -> tuple[tuple[bool, int, str], ...]:
    parts = _NUMBER.split(fact)
    return tuple((part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts)
