"""`tutela lineage show`: what something was made from, and who needs it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Literal

from blueprints.display import size, visible
from governance.lineage.graph import Direction, Graph
from governance.lineage.licences import Licences, licences
from governance.lineage.open import opened
from governance.lineage.plain import SCHEMA, plain, plain_licences
from governance.lineage.start import find_start
from governance.lineage.subgraph import FAN, MOST_NODES, subgraph
from governance.lineage.write import licence_text, mermaid, svg, tree, words
from governance.retention.write.whole import write_whole
from governance.workspace.workspace import Workspace


class Format(StrEnum):
    """How a lineage is drawn."""

    TEXT = "text"
    MERMAID = "mermaid"
    SVG = "svg"
    HTML = "html"


_FAN = {Format.TEXT: 12, Format.MERMAID: 12, Format.SVG: 12, Format.HTML: 12}
_MOST = {Format.TEXT: 1_000, Format.MERMAID: 150, Format.SVG: 150, Format.HTML: 150}
"""Nodes that can still be read."""


@dataclass(frozen=True)
class Shown:
    """The lineage of one node."""

    as_of: datetime
    graph: Graph
    directions: tuple[Direction, ...]
    format: Format
    licences: Licences | None
    doubts: tuple[str, ...]
    """Sources that may know of more, in words; raw."""
    tool: str = ""
    out: Path | None = None

    def drawn(self) -> str:
        """What was asked for, as text in its format."""
        if self.format is Format.MERMAID:
            return mermaid.text(self.graph)
        if self.format is Format.SVG:
            return svg.text(self.graph)
        if self.format is Format.HTML:
            # The template engine is only needed here.
            from governance.lineage.write.html import render

            return render(self)
        if self.licences is not None:
            return licence_text.text(self.licences, self.graph)
        lines = [tree.text(self.graph, self.directions)]
        if self.doubts:
            said = [line for doubt in self.doubts for line in words.wrapped(doubt)]
            lines += ["", "Not everything is known", *said]
        return "\n".join(lines)

    def __str__(self) -> str:
        text = self.drawn()
        if self.out is None:
            return text
        length = len(text.encode("utf-8", "backslashreplace"))
        return f"Wrote {visible(str(self.out))} ({size(length)})"

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/lineage/v1``."""
        return {
            "schema": SCHEMA,
            "as_of": self.as_of.isoformat(),
            **plain(self.graph),
            "licences": None if self.licences is None else plain_licences(self.licences),
            "doubts": list(self.doubts),
            "file": None if self.out is None else str(self.out),
        }


def show(
    workspace: Workspace,
    name: str,
    *,
    now: datetime,
    direction: Literal["up", "down", "both"] = "both",
    depth: int | None = None,
    form: Format = Format.TEXT,
    out: Path | None = None,
    with_licences: bool = False,
    tool: str = "",
    progress: Callable[[str], None] = lambda _: None,
) -> Shown:
    """Walk from what `name` means (see `start.find_start`); with `out`, also write the file.

    `depth` is the number of levels, None for all. Raises NoSuchNodeError, AmbiguousNodeError,
    AmbiguousArtifactError, NothingScannedError and WriteError.
    """
    progress("reading what the sources say")
    with opened(workspace, now) as found:
        start = find_start(found.connection, name)
        progress("walking")
        if with_licences:
            # Whatever is not looked at is unknown: so everything is.
            fan, most, direction = FAN * 20, MOST_NODES * 2, "up"
        else:
            fan, most = _FAN[form], _MOST[form]
        graph = subgraph(
            found.connection,
            start,
            direction,
            depth=depth,
            limit=fan,
            most=most,
            md5_stores=found.md5_stores,
        )
    directions: tuple[Direction, ...] = ("up", "down") if direction == "both" else (direction,)
    inherited = licences(graph, found.doubts) if with_licences else None
    shown = Shown(now, graph, directions, form, inherited, found.doubts, tool, out)
    if out is not None:
        content = shown.drawn().encode("utf-8", "backslashreplace") + b"\n"

        def write(file: BinaryIO) -> None:
            file.write(content)

        write_whole(out, write)
    return shown
