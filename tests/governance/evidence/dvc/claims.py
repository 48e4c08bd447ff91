"""Reads a source into memory, for tests."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq

from governance.evidence.dvc.manifests import Contents
from governance.evidence.dvc.source import DvcSource
from governance.evidence.gather import Gather
from governance.evidence.schema import CLAIMS, NOTES, Problem
from governance.evidence.source import Asked
from governance.workspace.evidence import DvcEntry

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass
class Said:
    """What a source said."""

    claims: list[dict[str, object]]
    notes: list[dict[str, object]]
    problems: list[Problem]
    as_of: datetime | None
    roots: set[tuple[str, str]] = field(init=False)
    """(ref, target) of each claim that is a root."""

    def __post_init__(self) -> None:
        self.roots = {
            (str(one["root_name"]), str(one["target"])) for one in self.claims if one["root"]
        }

    def targets(self, ref: str | None = None) -> set[str]:
        """Return what a ref needs by itself; of all refs, where none is named."""
        return {target for name, target in self.roots if ref in (None, name)}

    def reached(self, start: str) -> set[str]:
        """Return all that a node stands for (relation names), over any number of steps."""
        found, waiting = set(), [start]
        while waiting:
            node = waiting.pop()
            for one in self.claims:
                if one["relation"] == "names" and one["holder"] == node:
                    target = str(one["target"])
                    if target not in found:
                        found.add(target)
                        waiting.append(target)
        return found

    def digests(self) -> set[str]:
        """Return the MD5 of all that is kept by any ref, of folders and files in them alike."""
        kept = set()
        for target in self.targets():
            kept |= {target, *self.reached(target)}
        return {one.removeprefix("md5:") for one in kept if one.startswith("md5:")}

    def words(self, target: str) -> set[str]:
        """Return what the root claims on a target say."""
        return {str(one["words"]) for one in self.claims if one["target"] == target and one["root"]}


class NoContents:
    """Stores that hold nothing."""

    def read(self, uri: str, most: int) -> bytes | None:
        return None


def read_dvc(
    repo: Path,
    folder: Path,
    contents: Contents | None = None,
    *,
    owns: tuple[str, ...] = (),
    name: str = "data",
    lost: tuple[str, ...] = (),
) -> Said:
    """Read a repository as a source; `folder` is the workspace's."""
    into_folder = folder / "reading"
    into_folder.mkdir(parents=True, exist_ok=True)
    entry = DvcEntry(repo=str(repo), name=name, owns=owns, lost=lost)
    source = DvcSource(entry, folder, contents)
    with Gather(into_folder) as into:
        source.read(into, Asked(now=NOW))
    return Said(
        pq.read_table(into_folder / CLAIMS).to_pylist(),
        pq.read_table(into_folder / NOTES).to_pylist(),
        into.problems,
        into.as_of,
    )
