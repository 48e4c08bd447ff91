"""Which stage gets what from which: always from the one before, none is passed over."""

from collections.abc import Mapping
from typing import Any

from blueprints.engine import registry
from blueprints.engine.blueprint import Promotion
from blueprints.update.update import RefusedError
from blueprints.yamltext import quoted


def present(promotion: Promotion, data: Mapping[str, Any]) -> tuple[str, ...]:
    """The stages that a specification has, in the order of promotion."""
    return tuple(one for one in promotion.stages if mapping(data, promotion.at(one)))


def mapping(data: Mapping[str, Any], at: tuple[str, ...]) -> dict[str, Any]:
    """The mapping at a place; empty where there is none."""
    here: Any = data
    for key in at:
        here = here.get(key) if isinstance(here, dict) else None
    return here if isinstance(here, dict) else {}


def between(
    promotion: Promotion, stages: tuple[str, ...], to: str, source: str | None
) -> tuple[str, str]:
    """From which stage to which; raises :class:`RefusedError` for a way that there is not."""
    for name, option in ((to, "--to"), *(((source, "--from"),) if source else ())):
        if name not in promotion.stages:
            near = registry.nearest(name, promotion.stages)
            raise RefusedError(f"{option}: there is no environment {quoted(name)}{near}")
        if name not in stages:
            raise RefusedError(
                f"{option}: the specification has no {name}; it has {', '.join(stages) or 'none'}"
            )
    at = stages.index(to)
    if not at:
        raise RefusedError(
            f"{to} comes first: write its versions into the specification",
            "tutela blueprint update DIR --dry-run",
        )
    before = stages[at - 1]
    if source in (None, before):
        return before, to
    if source == to:
        raise RefusedError(f"--from and --to are both {to}; {to} follows {before}")
    what = "comes after it" if stages.index(source) > at else f"would pass over {before}"
    raise RefusedError(
        f"{to} gets what {before} runs: {source} {what}",
        f"tutela blueprint promote DIR --to {before if stages.index(source) < at else source}",
    )
