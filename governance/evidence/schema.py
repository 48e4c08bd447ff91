"""The columns of claims and notes on disk, and of what the reading as a whole says."""

import hashlib
import re
from datetime import UTC, datetime
from typing import Annotated, Literal

import pyarrow as pa
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, NonNegativeInt

READING = "reading.json"
CLAIMS = "claims.parquet"
NOTES = "notes.parquet"
TIME = pa.timestamp("us", tz="UTC")

CLAIM_COLUMNS = pa.schema(
    [
        pa.field("relation", pa.string(), nullable=False),  # claim.Relation
        pa.field("holder", pa.string(), nullable=False),
        pa.field("target", pa.string(), nullable=False),
        # Null: the holder needs it, but is no reason by itself. Else a root of `roots.ROOTS`.
        pa.field("root", pa.string()),
        pa.field("root_name", pa.string()),  # what `mlflow.alias(GLOB)` is compared with
        pa.field("step", pa.int64()),  # relation newer only
        pa.field("since", TIME),  # when it was said, where the source knows
        pa.field("at", pa.string()),  # where it is said: ref:path, file:line, table
        pa.field("words", pa.string(), nullable=False),  # "alias production of model llama"
    ]
)
NOTE_COLUMNS = pa.schema(
    [
        pa.field("node", pa.string(), nullable=False),
        pa.field("key", pa.string(), nullable=False),  # claim.Key, or "tag:NAME", "metric:NAME"
        pa.field("text", pa.string()),
        pa.field("number", pa.float64()),
        pa.field("step", pa.int64()),
        pa.field("at", pa.string()),
    ]
)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


Moment = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.astimezone(UTC))]


class Problem(_Part):
    """Something that could not be read: whatever it may have needed is kept."""

    words: str
    within: str | None = None
    """A place (URI) that it can be about; null: everything."""


class FileRecord(_Part):
    """Digest and length of one file of a reading."""

    sha256: str
    bytes: NonNegativeInt


class Reading(_Part):
    """One source as it was read once; `reading.json` beside its claims."""

    schema_: Literal["tutela/evidence/v1"] = Field(default="tutela/evidence/v1", alias="schema")
    kind: str
    """mlflow, dvc, serving, jobs, .. (`kinds.KINDS`), or store: what a scan read in a bucket."""
    name: str
    place: str
    """What was asked, for people: a URI or path without credentials."""
    writers: str
    """Who could have written what it says, in words."""
    trusted: bool
    """False: it can only add reasons to keep."""
    asked: Moment
    """When it was asked."""
    as_of: Moment | None
    """Of what time the claims are; null: it has never answered."""
    complete: bool
    problems: tuple[Problem, ...] = ()
    problem_count: NonNegativeInt = 0
    """`problems` names the first of them."""
    remarks: tuple[str, ...] = ()
    """What is odd and no reason to doubt (a pointer to data that is not there)."""
    claims: NonNegativeInt = 0
    notes: NonNegativeInt = 0
    roots: tuple[str, ...] = ()
    """Kinds of roots that it answers for; empty: those of its kind."""
    metrics: tuple[str, ...] = ()
    """Metrics whose histories were read, where it has metrics."""
    requests: NonNegativeInt = 0
    tool_version: str = ""
    files: dict[str, FileRecord] = {}
    """The files beside `reading.json`, as they were written (`reading.write_reading`)."""


def default_name(place: str) -> str:
    """Return a name for a source that nobody named: readable, and the same for the same place."""
    words = re.sub(r"[^a-z0-9]+", "-", place.lower().rpartition("://")[2]).strip("-")
    return f"{words[-40:].strip('-') or 'source'}-{hashlib.sha256(place.encode()).hexdigest()[:6]}"


def moment_of(seconds: float) -> datetime | None:
    """Return seconds since 1970 as a time, or None where no clock can have meant them."""
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None
    return moment if 1990 <= moment.year <= 9999 else None
