"""`tutela lineage export`: a lineage in the form of a provenance standard."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Literal

from blueprints.display import count, size, visible
from governance.lineage.graph import Graph
from governance.lineage.open import opened
from governance.lineage.show import Format, Shown
from governance.lineage.start import find_start
from governance.lineage.subgraph import everything, subgraph
from governance.lineage.write import openlineage, prov, rocrate, words
from governance.retention.write.whole import WriteError, write_whole
from governance.workspace.workspace import Workspace

MOST = 200_000
"""Claims of an export of everything, and nodes of any export."""


class Standard(StrEnum):
    """What is written."""

    PROV_JSON = "prov-json"
    OPENLINEAGE = "openlineage"
    RO_CRATE = "ro-crate"


@dataclass(frozen=True)
class Exported:
    """What was written."""

    standard: Standard
    as_of: datetime
    graph: Graph
    files: tuple[tuple[Path, int], ...]
    """Each file and its bytes."""
    doubts: tuple[str, ...]

    def __str__(self) -> str:
        nodes, edges = len(self.graph.nodes), len(self.graph.edges)
        lines = [f"Wrote {visible(str(path))} ({size(length)})" for path, length in self.files]
        lines.append(f"  {count(nodes)} nodes and {count(edges)} edges as {self.standard}")
        if self.graph.missing:
            missing = len(self.graph.missing)
            verb = "is" if missing == 1 else "are"
            lines.append(f"  {count(missing)} of the nodes {verb} not there")
        if self.graph.cycles:
            circles = len(self.graph.cycles)
            lines.append(f"  {count(circles)} {'circle' if circles == 1 else 'circles'}, kept")
        if self.graph.more or self.graph.cut:
            lines.append("  There is more than was taken.")
        for doubt in self.doubts:
            lines += words.wrapped(doubt)
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/lineage-export/v1``."""
        return {
            "schema": "tutela/lineage-export/v1",
            "standard": str(self.standard),
            "as_of": self.as_of.isoformat(),
            "start": self.graph.start,
            "nodes": len(self.graph.nodes),
            "edges": len(self.graph.edges),
            "missing": len(self.graph.missing),
            "cycles": len(self.graph.cycles),
            "cut": self.graph.cut or bool(self.graph.more),
            "files": [{"path": str(path), "bytes": length} for path, length in self.files],
            "doubts": list(self.doubts),
        }


def export(
    workspace: Workspace,
    name: str | None,
    *,
    standard: Standard,
    out: Path,
    now: datetime,
    direction: Literal["up", "down", "both"] = "both",
    depth: int | None = None,
    tool: str = "",
    progress: Callable[[str], None] = lambda _: None,
) -> Exported:
    """Write the lineage of what `name` means, or of everything, to a file (RO-Crate: a folder).

    The same claims, snapshots and time always give the same bytes. Raises NoSuchNodeError,
    AmbiguousNodeError, AmbiguousArtifactError, TooMuchError, NothingScannedError and WriteError.
    """
    progress("reading what the sources say")
    with opened(workspace, now) as found:
        if name is None:
            graph = everything(found.connection, most=MOST, md5_stores=found.md5_stores)
        else:
            graph = subgraph(
                found.connection,
                find_start(found.connection, name),
                direction,
                depth=depth,
                limit=MOST,
                most=MOST,
                md5_stores=found.md5_stores,
            )
    progress(f"writing {out.name}")
    files = write(graph, standard, out, now, tool=tool, doubts=found.doubts)
    return Exported(standard, now, graph, files, found.doubts)


def write(
    graph: Graph,
    standard: Standard,
    out: Path,
    now: datetime,
    *,
    tool: str = "",
    doubts: tuple[str, ...] = (),
) -> tuple[tuple[Path, int], ...]:
    """Write a graph; returns the files with their bytes. Raises WriteError."""
    if standard is Standard.PROV_JSON:
        return (_write(out, _json(prov.document(graph, now))),)
    if standard is Standard.OPENLINEAGE:
        lines = (_line(event) for event in openlineage.events(graph, now))
        return (_write(out, "".join(f"{line}\n" for line in lines)),)
    try:
        out.mkdir(exist_ok=True)
    except OSError as error:
        raise WriteError(f"cannot make the folder {out}: {error.strerror or error}") from error
    # A crate of everything has no picture: nobody could read it.
    with_picture = graph.start is not None and len(graph.nodes) <= _PICTURED
    files = [_write(out / rocrate.METADATA, _json(rocrate.crate(graph, now, preview=with_picture)))]
    if with_picture:
        page = Shown(now, graph, ("up", "down"), Format.HTML, None, doubts, tool)
        files.append(_write(out / rocrate.PREVIEW, page.drawn()))
    return tuple(files)


_PICTURED = 300
"""Nodes of a crate that has a preview."""


def _json(document: Mapping[str, object]) -> str:
    return json.dumps(document, indent=1, allow_nan=False) + "\n"


def _line(event: Mapping[str, object]) -> str:
    return json.dumps(event, separators=(",", ":"), allow_nan=False)


def _write(path: Path, text: str) -> tuple[Path, int]:
    content = text.encode("utf-8", "backslashreplace")

    def fill(file: BinaryIO) -> None:
        file.write(content)

    return path, write_whole(path, fill)
