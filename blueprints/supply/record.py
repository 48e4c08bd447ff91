"""``tutela.mirror.json``: what a mirrored model is, beside its files; schema ``tutela/mirror/v1``.

Written last: where it lies, all files lie. It may lie in a bucket, so whoever reads it reads
something hostile: capped, checked, and nothing of it is repeated where it is refused.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from blueprints.errors import ExpectedError

SCHEMA = "tutela/mirror/v1"
NAME = "tutela.mirror.json"
MAX_RECORD = 8 << 20
"""Bytes; some 50,000 files."""


class BadMirrorError(ExpectedError):
    """A record that cannot be understood."""

    kind = "bad record"


class _Part(BaseModel):
    # What a newer tutela adds is passed over.
    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True, strict=True)


_Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Text = Annotated[str, Field(min_length=1, max_length=2_000)]


class MirroredFile(_Part):
    """One file of a model."""

    path: Annotated[str, Field(min_length=1, max_length=1_024)]
    bytes: Annotated[int, Field(ge=0)]
    sha256: _Hash


class Mirror(_Part):
    """One record."""

    schema_: Literal["tutela/mirror/v1"] = Field(default="tutela/mirror/v1", alias="schema")
    repository: Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}$")]
    """On the hub: ORGANISATION/NAME."""
    revision: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
    licence: _Text
    source: _Text
    """Where it was read: ``s3://bucket/prefix/``, or ``folder``: of whose machine is nobody's
    business."""
    at: Annotated[AwareDatetime, Field(strict=False)]
    files: Annotated[tuple[MirroredFile, ...], Field(min_length=1, strict=False)]
    """Sorted by path."""
    excluded: Annotated[tuple[str, ...], Field(strict=False)] = ()
    """Patterns whose files were left where they were."""
    digest: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
    """Of the lines that ``sha256sum`` prints of the files, in order: :func:`digest_of`."""
    tool: str = ""

    def text(self) -> bytes:
        """As it is written."""
        said = self.model_dump(mode="json", by_alias=True)
        return json.dumps(said, indent=1, ensure_ascii=False).encode() + b"\n"


def digest_of(files: Iterable[MirroredFile]) -> str:
    """One digest of a model: of ``SHA256  PATH`` lines in order of their paths (UTF-8)."""
    lines = (f"{one.sha256}  {one.path}\n" for one in sorted(files, key=lambda one: one.path))
    return "sha256:" + hashlib.sha256("".join(lines).encode()).hexdigest()


def mirror_of(
    *,
    repository: str,
    revision: str,
    licence: str,
    source: str,
    at: datetime,
    files: Mapping[str, tuple[int, str]],
    excluded: Iterable[str],
    tool: str,
) -> Mirror:
    """A record from bytes and SHA-256 of each path. Raises BadMirrorError: it could not be read."""
    listed = tuple(
        MirroredFile(path=path, bytes=size, sha256=value)
        for path, (size, value) in sorted(files.items())
    )
    made = Mirror(
        repository=repository,
        revision=revision,
        licence=licence,
        source=source,
        at=at.astimezone(UTC),
        files=listed,
        excluded=tuple(excluded),
        digest=digest_of(listed),
        tool=tool,
    )
    if len(made.text()) > MAX_RECORD:
        raise BadMirrorError(f"{len(listed)} files are more than a record of a mirror takes")
    return made


def read_mirror(text: bytes) -> Mirror:
    """A record from its JSON. Raises BadMirrorError; the message repeats nothing of it."""
    if len(text) > MAX_RECORD:
        raise BadMirrorError(f"a record of a mirror of more than {MAX_RECORD} bytes")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadMirrorError("a record of a mirror that is not JSON") from error
    if not isinstance(value, dict) or value.get("schema") != SCHEMA:
        raise BadMirrorError(f"a record of another schema than {SCHEMA}")
    try:
        mirror = Mirror.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]["loc"]
        # Of the parts only those that are names of ours.
        where = ".".join(str(part) for part in first if re.fullmatch(r"[a-z0-9_]+", str(part)))
        raise BadMirrorError(f"a record whose {where} is not as it has to be") from None
    paths = [one.path for one in mirror.files]
    if len(set(paths)) < len(paths) or digest_of(mirror.files) != mirror.digest:
        raise BadMirrorError("a record whose digest is not the one of its files")
    return mirror
