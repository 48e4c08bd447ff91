"""Lock files of OpenTofu's providers (`.terraform.lock.hcl`), and versions that constraints let in.

Source: OpenTofu's reference of the dependency lock file: an `h1:` hash is of one platform's
unpacked package, `zh:` hashes are of the archives of all platforms in one signed release.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from blueprints.check.tofu.reader import Block

NAME = ".terraform.lock.hcl"
_TERM = re.compile(r"\s*(=|!=|>=|<=|>|<|~>)?\s*v?(\d+(?:\.\d+)*)(-[0-9A-Za-z.-]+)?\s*\Z")


@dataclass(frozen=True)
class Locked:
    """One provider of a lock file."""

    source: str
    """`namespace/type`, without the registry."""
    line: int
    version: str
    hashes: tuple[str, ...]

    def count(self, scheme: str) -> int:
        """How many different hashes of a scheme such as `h1` it has."""
        return len({one for one in self.hashes if one.startswith(f"{scheme}:")})


def locked(top: Block) -> Iterator[Locked]:
    """Yield the providers of a lock file."""
    for block in top.of("provider"):
        hashes = block.value("hashes")
        version = block.value("version")
        yield Locked(
            plain(block.labels[0] if block.labels else ""),
            block.line,
            version if isinstance(version, str) else "",
            tuple(one for one in hashes if isinstance(one, str))
            if isinstance(hashes, list)
            else (),
        )


def plain(source: str) -> str:
    """A provider's source without the registry, in lower case."""
    return "/".join(source.lower().split("/")[-2:])


def lets_in(constraint: Any, version: str) -> bool:
    """Whether a constraint lets a version in; True for what is not understood."""
    own = _TERM.match(version)
    if not isinstance(constraint, str) or own is None or own[1]:
        return True
    wanted = _numbers(own[2])
    return all(_term(one, wanted) for one in constraint.split(","))


def reaches(constraint: str, version: str) -> bool:
    """Whether a constraint lets in this version or any later one; True for none at all."""
    wanted = _numbers(version)
    for text in constraint.split(","):
        term = _TERM.match(text)
        if term is None:
            continue
        said = _numbers(term[2])
        if term[1] == "~>":
            given = [int(one[:9]) for one in term[2].split(".")]
            edge = tuple([*given[:-2], given[-2] + 1]) if len(given) > 1 else None
            if edge is not None and wanted[: len(edge)] >= edge:
                return False
        elif (term[1] in (None, "=", "<=") and said < wanted) or (
            term[1] == "<" and said <= wanted
        ):
            return False
    return True


def pinned(constraint: Any) -> bool:
    """Whether a constraint lets one version in only."""
    term = _TERM.match(constraint) if isinstance(constraint, str) else None
    return term is not None and term[1] in (None, "=") and term[2].count(".") == 2


def _term(text: str, version: tuple[int, ...]) -> bool:
    term = _TERM.match(text)
    if term is None or term[3]:
        return True
    said = _numbers(term[2])
    if term[1] == "~>":
        given = [int(one[:9]) for one in term[2].split(".")]
        return version >= said and (
            len(given) < 2 or version[: len(given) - 1] == tuple(given[:-1])
        )
    return {
        "=": version == said,
        "!=": version != said,
        ">": version > said,
        "<": version < said,
        ">=": version >= said,
        "<=": version <= said,
    }[term[1] or "="]


def _numbers(text: str) -> tuple[int, ...]:
    found = [int(one[:9]) for one in text.split(".")[:4]]
    return tuple(found + [0] * (3 - len(found)))
