"""What a source said, as plain values."""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from governance.evidence.gather import Gather
from governance.evidence.schema import CLAIMS, NOTES, Problem
from governance.evidence.source import Asked, EvidenceSource

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Said:
    """One reading."""

    claims: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    problems: list[Problem]
    remarks: list[str]
    as_of: datetime | None

    @property
    def needs(self) -> set[tuple[str, str]]:
        """Holder and target of every claim."""
        return {(row["holder"], row["target"]) for row in self.claims}

    @property
    def targets(self) -> set[str]:
        """What is needed by anybody."""
        return {row["target"] for row in self.claims}

    def noted(self, key: str) -> dict[str, Any]:
        """Node -> text (or number) of the notes with this key."""
        return {
            row["node"]: row["number"] if row["text"] is None else row["text"]
            for row in self.notes
            if row["key"] == key
        }

    @property
    def words(self) -> list[str]:
        """Words of its problems."""
        return [problem.words for problem in self.problems]


def said(source: EvidenceSource, now: datetime = NOW, metrics: Iterable[str] = ()) -> Said:
    """Ask a source, and read what it said back from disk."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Gather(folder) as into:
            source.read(into, Asked(now, frozenset(metrics)))
        return Said(
            pq.read_table(folder / CLAIMS).to_pylist(),
            pq.read_table(folder / NOTES).to_pylist(),
            into.problems,
            into.remarks,
            into.as_of,
        )
