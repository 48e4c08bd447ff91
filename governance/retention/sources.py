"""Where the figures of a report come from, and what each source could not say."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import duckdb
import pyarrow as pa

from governance.snapshot.reader import Snapshot
from governance.snapshot.schema import TIME
from governance.workspace.config import ProjectConfig


@dataclass(frozen=True)
class Gap:
    """A prefix that a scan could not list, and why."""

    prefix: str
    reason: str


@dataclass(frozen=True)
class Source:
    """One snapshot as a report needs it (from its manifest)."""

    snapshot: str
    uri: str
    finished: datetime
    store: str
    """Identity of the store; "file" for a POSIX tree."""
    type: str
    """aws, vast, ceph, seaweedfs, generic or file."""
    complete: bool
    versions: str
    """all, current (the right to list old ones is missing) or unversioned."""
    uploads: str
    lower_bound: bool
    missing_rights: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = field(default=())

    def as_json(self) -> dict[str, object]:
        """The entry of `snapshots` in a report."""
        return {
            "id": self.snapshot,
            "source": self.uri,
            "finished": self.finished.isoformat(),
            "store": self.store,
            "store_type": self.type,
            "complete": self.complete,
            "versions": self.versions,
            "uploads": self.uploads,
            "lower_bound": self.lower_bound,
            "missing_rights": list(self.missing_rights),
            "gaps": [{"prefix": gap.prefix, "reason": gap.reason} for gap in self.gaps],
        }


def source_of(snapshot: Snapshot, project: ProjectConfig | None) -> Source:
    """What a report says of a snapshot; of a project's report, no place that is not its own.

    A gap outside the project's prefixes is only counted: its name is another project's.
    """
    manifest = snapshot.manifest
    base = f"file://{manifest.bucket.rstrip('/')}/"
    if not manifest.source.startswith("file:"):
        base = f"s3://{manifest.bucket}/"
    gaps = [
        Gap(gap.prefix, gap.reason)
        if project is None or touches(base + gap.prefix, project)
        else Gap("a place outside this project", gap.reason)
        for gap in manifest.gaps
    ]
    return Source(
        snapshot=manifest.id,
        uri=manifest.source,
        finished=manifest.finished,
        store=manifest.store.identity,
        type="file" if manifest.source.startswith("file:") else manifest.store.type,
        complete=manifest.complete,
        versions=manifest.versions,
        uploads=manifest.uploads,
        lower_bound=manifest.lower_bound,
        missing_rights=manifest.missing_rights,
        gaps=tuple(dict.fromkeys(gaps)),
    )


def touches(uri: str, project: ProjectConfig) -> bool:
    """Tell whether a place holds something of a project, or lies in what is the project's."""
    return any(overlap(uri, prefix) for prefix in project.prefixes)


def overlap(one: str, other: str) -> bool:
    """Tell whether one of two folders (URIs) lies in the other, or is it."""
    one, other = one.rstrip("/") + "/", other.rstrip("/") + "/"
    return one.startswith(other) or other.startswith(one)


def inside(uri: str, project: ProjectConfig) -> bool:
    """Tell whether a place is the project's own: `s3://b/run` does not take in `s3://b/run-2`."""
    folder = uri.rstrip("/") + "/"
    return any(folder.startswith(prefix.rstrip("/") + "/") for prefix in project.prefixes)


_COLUMNS = pa.schema(
    [
        pa.field("snapshot", pa.string()),
        pa.field("store", pa.string()),
        pa.field("type", pa.string()),
        pa.field("versions", pa.string()),
        pa.field("finished", TIME),
    ]
)


def register(connection: duckdb.DuckDBPyConnection, sources: Sequence[Source]) -> None:
    """Make the table `sources` (snapshot, store, type, versions, finished)."""
    table = pa.Table.from_pylist(
        [{name: getattr(source, name) for name in _COLUMNS.names} for source in sources],
        schema=_COLUMNS,
    )
    connection.register("_sources", table)
    connection.execute("CREATE OR REPLACE TEMP TABLE sources AS SELECT * FROM _sources")
    connection.unregister("_sources")


def cautions(sources: Sequence[Source]) -> tuple[str, ...]:
    """In words, what the sources could not say; foreign text in it is not escaped."""
    said: list[str] = []
    for source in sources:
        if not source.complete:
            gaps = "; ".join(f"{gap.prefix or 'everything'}: {gap.reason}" for gap in source.gaps)
            said.append(
                f"the listing of {source.uri} is incomplete ({gaps or 'it was cut short'}), "
                "so everything in it is kept"
            )
        if source.lower_bound:
            said.append(f"sizes in {source.uri} are lower bounds: {_unseen(source)}")
    return tuple(said)


def _unseen(source: Source) -> str:
    """What a listing may have missed although it was not cut short."""
    if source.missing_rights:
        rights = ", ".join(source.missing_rights)
        noun = "right" if len(source.missing_rights) == 1 else "rights"
        return f"without the {noun} {rights} not everything is listed"
    unseen = []
    if source.versions == "current":
        unseen.append("old versions")
    if source.uploads != "listed":
        unseen.append("unfinished uploads")
    return f"{' and '.join(unseen) or 'something'} could not be listed"
