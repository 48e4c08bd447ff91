"""Environments: declared where they are used, and tried in the order of promotion."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.kinds.cluster.rules.estate import Estate
from blueprints.parts.refuse import Place, Problem

if TYPE_CHECKING:
    from blueprints.kinds.cluster.spec import Versions

ORDER = ("development", "tds", "production")
_NUMBERS = re.compile(r"v?([0-9]+)\.([0-9]+)\.([0-9]+)(?:-([0-9A-Za-z.-]+))?(?:\+rke2r([0-9]+))?")


def problems(estate: Estate) -> Iterator[Problem]:
    """Every environment that is used and not there, and every version that was not tried before."""
    declared = estate.spec.environments
    for placed in estate.placed:
        if placed.environment not in declared:
            yield (
                placed.at,
                f"nobody says what {placed.environment} runs; add environments."
                f"{placed.environment} with its versions",
            )
    tried = [one for one in ORDER[:-1] if one in declared]
    if "production" in declared and tried:
        before = tried[-1]
        yield from _untried(before, declared[before].versions, declared["production"].versions)


def _untried(before: str, earlier: "Versions", production: "Versions") -> Iterator[Problem]:
    at: Place = ("environments", "production", "versions")
    pairs: list[tuple[Place, str, str, str | None]] = [
        ((*at, "kubernetes"), "Kubernetes", production.kubernetes, earlier.kubernetes)
    ]
    for component, version in production.components.items():
        place: Place = (*at, "components", component)
        pairs.append((place, component, version, earlier.components.get(component)))
    for place, name, version, other in pairs:
        if other is not None and order(version) > order(other):
            yield (
                place,
                f"{version} of {name} is newer than in {before} ({other}): "
                f"production runs what ran there first; change {before} and promote it",
            )


def order(
    version: str,
) -> tuple[tuple[int, int, int], bool, tuple[tuple[int, int | str], ...], int]:
    """A key that sorts versions as SemVer 2.0 does, releases of RKE2 behind.

    Raises ValueError for what is no version; the types of a specification let none through.
    """
    found = _NUMBERS.fullmatch(version)
    if found is None:
        raise ValueError(f"{version} is not a version")
    major, minor, patch, before, release = found.groups()
    parts: tuple[tuple[int, int | str], ...] = tuple(
        (0, int(one)) if one.isdigit() else (1, one) for one in (before or "").split(".") if one
    )
    return (int(major), int(minor), int(patch)), before is None, parts, int(release or 0)
