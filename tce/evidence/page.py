"""The pack as one HTML file that loads nothing and runs nothing.

A content security policy allows exactly the one style sheet in the file, by its digest, and no
script. Every text passes `visible` and Jinja's escaping.
"""

import hashlib

import jinja2

from blueprints.display import count, visible
from blueprints.page import inline, part, templates
from tce.evidence.catalogue import FRAMEWORKS, frameworks
from tce.evidence.pack import DESIGNED, JUDGES, MEANING, RUNNING, Pack
from tce.evidence.record import LEVELS
from tce.evidence.typed import command

SPOKEN = ("shown in part", "not shown", "not asked", "attested", "open")
SHORT = 12
"""Hex digits of a digest that people are shown; evidence.json has them whole."""


def render(pack: Pack) -> str:
    """The page."""
    style = inline(part(__package__, "page.css"))
    known = [frameworks()[name] for name in FRAMEWORKS]
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            pack=pack,
            levels=LEVELS,
            counted={name: sum(name in one.levels for one in pack.judged) for name in LEVELS},
            meaning=MEANING,
            judges=JUDGES,
            asked=RUNNING if pack.running else DESIGNED,
            frameworks=[(one, list(pack.lines(one)), pack.counted(one)) for one in known],
            spoken=SPOKEN,
            limits=_limits(pack),
            digests={one.file: hashlib.sha256(one.raw).hexdigest() for one in pack.told},
            command=command,
            short=SHORT,
            style=style.text,
            style_hash=style.digest,
        )
    )


def _limits(pack: Pack) -> dict[str, list[str]]:
    """What the runs that are cited say they do not show, by test."""
    found: dict[str, list[str]] = {}
    for one in pack.judged:
        for shown in one.proofs:
            if shown.told is not None:
                name = f"{shown.proof.test} ({shown.proof.level})"
                found.setdefault(name, list(shown.told.record.limits))
    return {name: limits for name, limits in found.items() if limits}


def _environment() -> jinja2.Environment:
    environment = templates(__package__)
    environment.filters["visible"] = visible
    environment.filters["count"] = count
    return environment
