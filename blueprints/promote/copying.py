"""What a promotion copies from one stage to the next, and what it must not."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from blueprints.engine import registry
from blueprints.engine.blueprint import Copied, Promotion
from blueprints.promote.stages import mapping
from blueprints.update.update import RefusedError

At = tuple[str, ...]


@dataclass(frozen=True)
class Wanted:
    """What is to be copied, and what is not."""

    copied: tuple[Copied, ...]
    staying: tuple[str, ...]
    """Names that only the later stage has: nobody tested another value for them."""
    left: tuple[str, ...]
    """Names that differ too and were not asked for."""


def wanted(
    promotion: Promotion, data: Mapping[str, Any], source: str, to: str, only: Collection[str]
) -> Wanted:
    """Compare two stages of a specification.

    Raises :class:`RefusedError` for a name in `only` that the earlier stage does not have.
    """
    theirs = dict(_values(promotion, data, source))
    ours = dict(_values(promotion, data, to))
    names = {".".join(at): at for at in theirs}
    for name in only:
        if name not in names:
            raise RefusedError(f"--only: {source} has no {name}{registry.nearest(name, names)}")
    differing = [at for at in theirs if ours.get(at) != theirs[at]]
    taken = [at for at in differing if not only or ".".join(at) in only]
    return Wanted(
        tuple(Copied(at, ours.get(at), theirs[at]) for at in taken),
        tuple(".".join(at) for at in ours if at not in theirs),
        tuple(".".join(at) for at in differing if at not in taken),
    )


def check(
    promotion: Promotion, copied: Collection[Copied], to: str, *, allow_downgrade: bool
) -> None:
    """Raise :class:`RefusedError` for a step back nobody asked for, or one that must not be."""
    back = [one for one in copied if is_downgrade(promotion, one)]
    if back and not allow_downgrade:
        named = ", ".join(f"{one.name} {one.before} -> {one.after}" for one in back)
        raise RefusedError(
            f"{to} runs something newer: {named}",
            "--only NAME, for what goes forward",
            "--allow-downgrade, if it is to go back",
        )
    for one in copied:
        for why in promotion.objections(one):
            raise RefusedError(f"{one.name} {one.before} -> {one.after}: {why}")


def is_downgrade(promotion: Promotion, one: Copied) -> bool:
    """Whether the later stage would go back."""
    if one.before is None:
        return False
    return bool(promotion.order(one.after) < promotion.order(one.before))


def behind(
    promotion: Promotion, data: Mapping[str, Any], stages: tuple[str, ...], to: str
) -> tuple[str, str, tuple[str, ...]] | None:
    """The stage after `to`, where it runs something newer than `to` does; and what."""
    at = stages.index(to) + 1
    if at == len(stages):
        return None
    ours = dict(_values(promotion, data, to))
    newer = tuple(
        ".".join(place)
        for place, value in _values(promotion, data, stages[at])
        if place in ours and promotion.order(value) > promotion.order(ours[place])
    )
    return (stages[at], to, newer) if newer else None


def _values(promotion: Promotion, data: Mapping[str, Any], stage: str) -> Iterator[tuple[At, str]]:
    there = mapping(data, promotion.at(stage))
    for pattern in promotion.copied:
        yield from _below(there, pattern, ())


def _below(there: Any, pattern: At, at: At) -> Iterator[tuple[At, str]]:
    if not pattern:
        if isinstance(there, str):
            yield at, there
        return
    if isinstance(there, dict):
        keys = list(there) if pattern[0] == "*" else [pattern[0]]
        for key in keys:
            if key in there:
                yield from _below(there[key], pattern[1:], (*at, key))
