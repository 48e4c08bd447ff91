"""What a source says, as tests want it."""

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq

from governance.evidence.gather import Gather
from governance.evidence.mlflow.source import MlflowSource
from governance.evidence.source import Asked, EvidenceSource
from governance.workspace.evidence import MlflowEntry

NOW = datetime(2026, 11, 22, tzinfo=UTC)
Row = Mapping[str, object]


@dataclass(frozen=True)
class Said:
    """All that was said."""

    claims: list[Row]
    notes: list[Row]
    problems: list[str]
    remarks: list[str]
    requests: int

    @property
    def edges(self) -> set[tuple[object, object, object]]:
        """Relation, holder and target of every claim; the name of the source left out."""
        return {
            (row["relation"], _short(row["holder"]), _short(row["target"])) for row in self.claims
        }

    def roots(self, root: str) -> set[object]:
        """The names of all roots of a kind."""
        return {row["root_name"] for row in self.claims if row["root"] == root}

    def notes_of(self, node: str, key: str) -> list[object]:
        """Texts, or numbers, that are noted of a node, sorted."""
        values = [
            row["number"] if row["text"] is None else row["text"]
            for row in self.notes
            if _short(row["node"]) == node and row["key"] == key
        ]
        return sorted(values, key=lambda value: (value is None, str(value)))

    def points(self, node: str, metric: str) -> set[tuple[object, object]]:
        """Step and number of a metric of a node."""
        return {
            (row["step"], row["number"])
            for row in self.notes
            if _short(row["node"]) == node and row["key"] == f"metric:{metric}"
        }

    def same(self) -> tuple[list[str], list[str]]:
        """Claims and notes in one order, to be compared."""
        return sorted(map(str, self.claims)), sorted(map(str, self.notes))


def _short(node: object) -> object:
    return str(node).removeprefix("mlflow:lab/")


def said_by(source: EvidenceSource, metrics: Iterable[str] = ()) -> Said:
    """Ask a source."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Gather(folder) as into:
            source.read(into, Asked(NOW, frozenset(metrics)))
        return Said(
            pq.read_table(folder / "claims.parquet").to_pylist(),
            pq.read_table(folder / "notes.parquet").to_pylist(),
            [problem.words for problem in into.problems],
            into.remarks,
            into.requests,
        )


def source(uri: str, base: Path = Path("/"), **entry: object) -> MlflowSource:
    """Return a source that is called `lab`."""
    return MlflowSource(MlflowEntry.model_validate({"uri": uri, "name": "lab", **entry}), base)


def read(uri: str, metrics: Iterable[str] = (), base: Path = Path("/"), **entry: object) -> Said:
    """Ask an MLflow that is called `lab`."""
    return said_by(source(uri, base, **entry), metrics)
