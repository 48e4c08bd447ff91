"""Places that stand somewhere in a text: a command line, a script, a comment.

Nothing is run and no shell is imitated: where a place starts can be seen, where it ends cannot
(blanks, commas and colons are part of names), so every end that can be meant is taken. One place
too many only ever keeps more.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from governance.evidence.claim import MAX_TEXT, place

MOST_TEXT = 1_048_576
"""Characters that are read of one text."""
MOST_STARTS = 5_000
MOST_ENDS = 8
"""Ends of one place that are taken: of `/a:/b,/c` there are three."""
SHALLOWEST = 2
"""Folders of a path before a variable, so that it says enough: `/store/ml/$RUN`."""

# Also after -o, as in -o/path/of/log; not the slashes of https://host/path.
_START = re.compile(
    r"""(?:^|(?<=[\s=:,;'"`(\[{<>|&@])|(?<=\s-[A-Za-z])|(?<=^-[A-Za-z]))"""
    r"""(?!(?<=:)//)(?=(?:s3[an]?://|file:/|\.\./|/)[^\s'"`])""",
    re.IGNORECASE | re.MULTILINE,
)
_HARD_END = re.compile(r"""(?<!\\)['"`<>|&\x00-\x1f\x7f]""")
_SOFT_END = re.compile(r"(?<!\\) +|[,:;)\]}](?!//)")
_NEXT = re.compile(r"-|\(?[a-z0-9+.-]+:/|/|\.\./|$", re.IGNORECASE)
_PLACE = re.compile(r"s3[an]?://|file:/|\.\./|/", re.IGNORECASE)
_NOT_KNOWN = re.compile(r"[$*?\[{]")
_IGNORED = tuple(
    f"file:///{system}/"
    for system in (
        *("bin", "dev", "etc", "lib", "lib64", "proc", "sbin", "sys"),
        *("usr/bin", "usr/include", "usr/lib", "usr/lib64", "usr/sbin", "usr/share"),
    )
)
"""Where systems are installed, and nobody's data."""


@dataclass(frozen=True)
class Named:
    """What a text names."""

    places: tuple[str, ...] = ()
    """Nodes (`s3://bucket/key`, `file:///path`), in order, each once."""
    vague: tuple[str, ...] = ()
    """What looks like a place and cannot be known (`/$SCRATCH/run`)."""
    whole: bool = True
    """False: there was more than is read of one text."""


@dataclass
class _Found:
    places: dict[str, None] = field(default_factory=dict)
    vague: dict[str, None] = field(default_factory=dict)


def named(text: str, folder: str | None = None) -> Named:
    """Find the places that a text names.

    Args:
        text: anything; at most `MOST_TEXT` characters of it are read.
        folder: the absolute path that `../name` starts from; without it such names are left out.
    """
    found = _Found()
    whole = len(text) <= MOST_TEXT
    text = text[:MOST_TEXT]
    for count, start in enumerate(_START.finditer(text)):
        if count >= MOST_STARTS:
            whole = False
            break
        for end in _ends(text[start.end() : start.end() + MAX_TEXT]):
            _take(end, folder, found)
    return Named(tuple(found.places), tuple(found.vague), whole)


def path_node(path: str, folder: str | None = None) -> str | None:
    """Return the node of one whole path or URI, `..` resolved; None where it is no place.

    The root of the file system is none: everything lies in it.
    """
    scheme, separator, rest = path.partition("://")
    if separator and scheme.lower() in ("s3", "s3a", "s3n"):
        return place(f"s3://{rest}")
    if not separator and not path.lower().startswith("file:"):
        if not path.startswith("/"):
            if not folder or not folder.startswith("/"):
                return None
            path = f"{folder}/{path}"
        last = "/" if path.endswith("/") else ""
        path = posixpath.normpath(path).replace("//", "/") + last
    return place(path)


def _ends(rest: str) -> Iterator[str]:
    """Yield what a place that starts here can be, the shortest first."""
    hard = _HARD_END.search(rest)
    rest = rest[: hard.start()] if hard else rest
    count = 0
    for end in _SOFT_END.finditer(rest):
        if end.start() == 0:
            continue
        yield rest[: end.start()]
        count += 1
        blank = end.group().startswith(" ")
        if count >= MOST_ENDS or (blank and _NEXT.match(rest, end.end())):
            return
    yield rest


def _take(text: str, folder: str | None, found: _Found) -> None:
    text = re.sub(r"\\(.)", r"\1", text.removesuffix("\\"))
    for form in dict.fromkeys((text, text.rstrip(".!?"))):
        if not _PLACE.match(form):
            continue
        unknown = _NOT_KNOWN.search(form)
        if unknown:
            before = form[: form.rfind("/", 0, unknown.start()) + 1]
            node = path_node(before, folder)
            if node is None or (node.startswith("file:") and node.count("/") < SHALLOWEST + 3):
                found.vague[form] = None
            else:
                found.places[node] = None
        node = path_node(form, folder)
        if node and "$" not in node and not node.startswith(_IGNORED):
            found.places[node] = None
