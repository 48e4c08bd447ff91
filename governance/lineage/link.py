"""`tutela lineage link` and `unlink`: somebody signs how two things hang together."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from blueprints.display import visible
from governance.errors import GovernanceError
from governance.evidence.claim import Relation, place
from governance.evidence.links.link import (
    FOLDER,
    MAX_WORDS,
    RELEASED,
    Link,
    Release,
    new_link,
    new_release,
    plain,
    text_of,
)
from governance.evidence.links.source import read_links
from governance.evidence.record import node_of
from governance.pin.add import NotSaidError, signed
from governance.pin.target import find_target
from governance.snapshot.reader import latest
from governance.workspace.workspace import Workspace

_SHOWN = 5
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_VERBS = {Relation.NEEDS: "needs", Relation.NAMES: "stands for", Relation.MADE: "made"}


class NoSuchLinkError(GovernanceError):
    """No link, or more than one, is called so."""

    kind = "no such link"


@dataclass(frozen=True)
class Linked:
    """A link that was written."""

    link: Link
    file: Path

    def __str__(self) -> str:
        one = self.link
        lines = [f"{one.id}: {visible(line)}" for line in _said(one)]
        lines.append(f"  signed by {visible(one.by)}: {visible(one.reason)}")
        lines.append(f"  {visible(str(self.file))}")
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/lineage-linked/v1``."""
        return {
            "schema": "tutela/lineage-linked/v1",
            "link": plain(self.link),
            "record": str(self.file),
        }


@dataclass(frozen=True)
class Unlinked:
    """A release of a link that was written."""

    link: str
    was: Link | None
    """None where the link itself cannot be understood."""
    release: Release
    file: Path

    def __str__(self) -> str:
        lines = [f"{visible(self.link)} is released"]
        lines += [f"  it said: {visible(line)}" for line in (_said(self.was) if self.was else ())]
        lines.append(f"  signed by {visible(self.release.by)}: {visible(self.release.reason)}")
        lines.append(f"  {visible(str(self.file))}")
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/lineage-unlinked/v1``."""
        return {
            "schema": "tutela/lineage-unlinked/v1",
            "link": plain(self.was) if self.was else None,
            "release": plain(self.release),
            "record": str(self.file),
        }


def link(
    workspace: Workspace,
    start: str,
    to: str | None,
    *,
    relation: Relation,
    doi: str | None,
    release: str | None,
    licence: str | None,
    by: str | None,
    reason: str,
    now: datetime,
) -> Linked:
    """Sign that `start` needs, names or made `to`, or that it has a DOI, a release or a licence.

    What lies in a store has to be in the newest snapshots, so that a link is never to a slip of
    the pen. Raises NotSaidError, NoSuchArtifactError, AmbiguousArtifactError.
    """
    who, why = signed(by, reason)
    if to is None and not any((doi, release, licence)):
        raise NotSaidError(
            "nothing is said of FROM", "name TO as well", "--doi 10.5281/zenodo.1", "--release NAME"
        )
    published = node_of(doi) if doi else None
    if doi and (published is None or not published.startswith("doi:")):
        raise NotSaidError(f"--doi {visible(doi)} is no DOI", "--doi 10.5281/zenodo.1")
    said = new_link(
        start=_node(workspace, start),
        to=None if to is None else _node(workspace, to),
        relation=relation,
        doi=published.removeprefix("doi:") if published else None,
        release=_words("--release", release),
        licence=_words("--licence", licence),
        by=who,
        reason=why,
        at=now,
    )
    if said.from_ == said.to:
        raise NotSaidError("FROM and TO are the same thing")
    return Linked(said, _write(workspace, f"{said.id}.json", text_of(said)))


def unlink(
    workspace: Workspace, name: str, *, by: str | None, reason: str, now: datetime
) -> Unlinked:
    """Release the link with this id, or the only one that begins so.

    One that cannot be understood is released too. Raises NotSaidError, NoSuchLinkError.
    """
    who, why = signed(by, reason)
    links = {
        filed.name.removesuffix(".json"): filed.link
        for filed in read_links(workspace.folder, now)
        if filed.released is None
    }
    found = _one(name, list(links))
    said = new_release(found, by=who, reason=why, at=now)
    return Unlinked(
        found, links[found], said, _write(workspace, f"{found}{RELEASED}", text_of(said))
    )


def _node(workspace: Workspace, text: str) -> str:
    if _COMMIT.fullmatch(text):
        return f"commit:{text}"
    node = node_of(text, bare_hub=True)
    if node is not None and place(node) is None:
        return node
    return find_target(latest(workspace), node or text).uri


def _words(option: str, said: str | None) -> str | None:
    words = (said or "").strip()
    if len(words) > MAX_WORDS:
        raise NotSaidError(f"{option} has at most {MAX_WORDS} characters")
    return words or None


def _said(one: Link) -> list[str]:
    lines = [f"{one.from_} {_VERBS[Relation(one.as_)]} {one.to}"] if one.to else []
    lines += [f"DOI {one.doi} names {one.from_}"] if one.doi else []
    lines += [f"release {one.release} names {one.from_}"] if one.release else []
    return lines + ([f"{one.from_} has the licence {one.licence}"] if one.licence else [])


def _one(name: str, ids: Sequence[str]) -> str:
    found = [one for one in ids if one == name] or [
        one for one in ids if len(name) >= 4 and one.startswith(name)
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        there = [f"tutela lineage unlink {visible(one)}" for one in ids[:_SHOWN]]
        raise NoSuchLinkError(f"no link {visible(name)} is in force", *there)
    raise NoSuchLinkError(
        f"{len(found)} links are called {visible(name)}",
        *(f"tutela lineage unlink {visible(one)}" for one in found[:_SHOWN]),
    )


def _write(workspace: Workspace, name: str, text: str) -> Path:
    file = workspace.folder / FOLDER / name
    try:
        file.parent.mkdir(exist_ok=True)
        stream = file.open("x", encoding="utf-8")
    except FileExistsError as error:
        raise GovernanceError(f"there is a record {file} already") from error
    except OSError as error:
        raise GovernanceError(f"cannot write {file}: {error.strerror}") from error
    try:
        with stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        file.unlink(missing_ok=True)  # half a link would have to be taken for any
        raise GovernanceError(f"cannot write {file}: {error.strerror}") from error
    return file
