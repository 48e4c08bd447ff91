"""A page as one HTML file that loads nothing: its templates, and what stands in it unescaped.

The content security policy of such a page allows its style sheets and scripts by their digests and
nothing else; every other text passes Jinja's escaping.
"""

import base64
import hashlib
from dataclasses import dataclass
from importlib import resources

import jinja2
from markupsafe import Markup


@dataclass(frozen=True)
class Inline:
    """A style sheet or a script of this program, to stand in a page as it is."""

    text: Markup
    digest: Markup
    """As a content security policy names it: ``sha256-`` and base64."""


def inline(text: str) -> Inline:
    """What may stand in a page; never for text that comes from outside."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Inline(
        Markup(text),  # noqa: S704 - written here, not given
        Markup("sha256-") + Markup(digest),  # noqa: S704 - base64
    )


def part(package: str, name: str) -> str:
    """A file that lies beside the modules of a package."""
    return resources.files(package).joinpath(name).read_text(encoding="utf-8")


def templates(package: str) -> jinja2.Environment:
    """Templates of a package: all they are given is escaped, and must be given."""
    return jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=jinja2.FunctionLoader(lambda name: part(package, name)),
    )
