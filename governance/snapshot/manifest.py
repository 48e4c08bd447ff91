"""`manifest.json`: what a snapshot is a snapshot of, when, how completely, and its digests.

The digest is sha256 over the canonical JSON (sorted keys, no spaces, UTF-8) of all other fields,
which name the sha256 of each file: two snapshots with one digest are the same bytes.
"""

import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, NonNegativeInt

from governance.evidence.schema import CLAIMS, NOTES, READING

MANIFEST = "manifest.json"
OBJECTS = "objects.parquet"
ARTIFACTS = "artifacts.parquet"
EVIDENCE = "evidence"
"""The folder of what the scan read in the source itself; snapshots of before it have none."""
EVIDENCE_FILES = tuple(f"{EVIDENCE}/{name}" for name in (CLAIMS, NOTES, READING))
MAX_MANIFEST = 64 * 1024 * 1024
"""Bytes; a manifest with a hundred thousand gaps is still far smaller."""

ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Gap(_Part):
    """A place whose objects could not be listed. They are unknown, not gone."""

    prefix: str
    """What could not be listed, from the bucket's (or tree's) root; "" is all of it."""
    reason: str
    right: str | None = None
    """The right that was missing ("s3:ListBucket"), where that was the reason."""


class Skip(_Part):
    """A place that was left out on purpose: another mount, a file system's own snapshots."""

    prefix: str
    reason: str


class StoreRecord(_Part):
    """Which store was listed, so that it can be asked again. Never a secret."""

    identity: str
    """What artifact ids are made with: configured, else `host:port`, "aws" or "file"."""
    type: str = "generic"
    endpoint: str | None = None
    region: str | None = None
    profile: str | None = None
    path_style: bool = True
    ca_bundle: str | None = None
    checksum: str = "when_required"


class Counts(_Part):
    """Rows of `objects.parquet` by what they are, and rows of `artifacts.parquet`."""

    rows: NonNegativeInt = 0
    versions: NonNegativeInt = 0
    delete_markers: NonNegativeInt = 0
    uploads: NonNegativeInt = 0
    artifacts: NonNegativeInt = 0


class Bytes(_Part):
    """Logical bytes of current versions, noncurrent versions, unfinished uploads."""

    live: NonNegativeInt = 0
    noncurrent: NonNegativeInt = 0
    uploads: NonNegativeInt = 0
    allocated: NonNegativeInt | None = None
    """Bytes on disk, each hard-linked file once; POSIX only."""


class FileRecord(_Part):
    """Digest and length of one file of the snapshot."""

    sha256: str
    bytes: NonNegativeInt


class Manifest(_Part):
    """All that is known about a snapshot besides its rows."""

    schema_: Literal["tutela/snapshot/v1"] = Field(default="tutela/snapshot/v1", alias="schema")
    id: str = Field(pattern=f"^{ID.pattern}$")
    source: str
    """`s3://bucket/prefix` or `file:///path`, raw; of a listing file: what it lists."""
    listing: str | None = None
    """The listing file, where the source was one."""
    store: StoreRecord
    bucket: str
    """POSIX: the tree's absolute path."""
    prefix: str = ""
    started: Moment
    finished: Moment
    tool_version: str
    complete: bool
    gaps: tuple[Gap, ...] = ()
    skipped: tuple[Skip, ...] = ()
    skipped_count: NonNegativeInt = 0
    """How many places were left out; `skipped` names the first of them."""
    versions: Literal["all", "current", "unversioned"]
    uploads: Literal["listed", "not listed"]
    """A POSIX tree has none, so all of its are listed."""
    lower_bound: bool
    """True where something that takes space may be missing from the rows."""
    missing_rights: tuple[str, ...] = ()
    governance: str | None = None
    """The prefix under which tutela keeps its own records in this bucket; not in the rows."""
    notes: tuple[str, ...] = ()
    """What else the listing could not say, in words (a call that the store does not know)."""
    counts: Counts = Counts()
    bytes: Bytes = Bytes()
    files: dict[str, FileRecord] = {}
    digest: str = ""

    def sealed(self) -> Self:
        """Return the manifest with its digest filled in."""
        return self.model_copy(update={"digest": self.computed_digest()})

    def computed_digest(self) -> str:
        """Return the sha256 that `digest` must be, as hex."""
        rest = self.model_dump(mode="json", by_alias=True, exclude={"digest"})
        return hashlib.sha256(canonical(rest)).hexdigest()

    def as_json(self) -> dict[str, object]:
        """Return the manifest as it stands in the file."""
        return self.model_dump(mode="json", by_alias=True)

    def to_text(self) -> str:
        """Return the text of `manifest.json`."""
        return json.dumps(self.as_json(), indent=1, ensure_ascii=False) + "\n"


def canonical(value: object) -> bytes:
    """Return the one JSON text of a value that digests are taken over."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def snapshot_id(started: datetime, identity: str, source: str) -> str:
    """Return the id of a snapshot: its second in UTC and six digits of what was listed."""
    digest = hashlib.sha256(f"{identity}\n{source}".encode()).hexdigest()
    return f"{started.astimezone(UTC):%Y%m%dT%H%M%SZ}-{digest[:6]}"


def digest_of(path: Path) -> FileRecord:
    """Return length and sha256 of a file, read once in small pieces."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return FileRecord(sha256=digest.hexdigest(), bytes=file.tell())
