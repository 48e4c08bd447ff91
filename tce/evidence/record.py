"""What a run leaves: schema ``tutela/record/v1``, inside an in-toto statement.

Source of facts: in-toto Statement v1 (github.com/in-toto/attestation, spec/v1), predicate
``test-result/v0.1``. Its consumers ignore fields that they do not know, so what tutela says besides
stands in the predicate under ``tutela``. Subjects are the files that the run read, by SHA-256: a
record is of those bytes and of no others, whatever their dates say.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tce.evidence.errors import EvidenceError

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://in-toto.io/attestation/test-result/v0.1"
SCHEMA = "tutela/record/v1"
LARGEST = 8 << 20
"""Bytes of a record that is still read."""

Level: TypeAlias = Literal["artefact", "emulated", "live"]
LEVELS: tuple[Level, ...] = ("artefact", "emulated", "live")
"""Of the files; of the same bytes in a machine that is not the one; of what runs. Never mixed."""
Verdict: TypeAlias = Literal["PASSED", "WARNED", "FAILED"]


@dataclass(frozen=True)
class Record:
    """One run of one test."""

    test: str
    """``prove``, ``probe``, ``check``: whose names the crosswalk uses."""
    environment: str
    level: Level
    ended: str
    """ISO 8601, UTC."""
    tool: str
    """Version of what ran."""
    files: Mapping[str, str]
    """Files of the repository that were read, with their SHA-256."""
    read_back: Mapping[str, str]
    """What devices say they run, read instead of their files: name and SHA-256."""
    passed: tuple[str, ...]
    """Single tests, such as ``lateral/perimeter``."""
    unsure: tuple[str, ...] = ()
    """Could not be looked at, or not wholly."""
    failed: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    """What spoke against it, a line each."""
    limits: tuple[str, ...] = ()
    """What the run says it does not show."""
    covers: tuple[str, ...] = ()
    """Patterns (``*`` crosses folders) of files that the run would have read, had they been there:
    one that was added since makes the record stale, as one that changed does."""

    @property
    def verdict(self) -> Verdict:
        """PASSED only where something passed and nothing else did not."""
        if self.failed or not self.passed:
            return "FAILED"
        return "WARNED" if self.unsure else "PASSED"

    def statement(self) -> bytes:
        """The payload: one text for one record."""
        subjects = [_resource(name, digest) for name, digest in sorted(self.files.items())]
        document = {
            "_type": STATEMENT,
            "subject": subjects,
            "predicateType": PREDICATE,
            "predicate": {
                "result": self.verdict,
                "configuration": [_resource(*one) for one in sorted(self.read_back.items())]
                or [one for one in subjects if one["name"] == "spec.yaml"],
                "passedTests": sorted(self.passed),
                "warnedTests": sorted(self.unsure),
                "failedTests": sorted(self.failed),
                "tutela": {
                    "schema": SCHEMA,
                    "test": self.test,
                    "environment": self.environment,
                    "level": self.level,
                    "ended": self.ended,
                    "tool": self.tool,
                    "readBack": dict(sorted(self.read_back.items())),
                    "found": list(self.found),
                    "limits": list(self.limits),
                    "covers": list(self.covers),
                },
            },
        }
        return json.dumps(document, indent=1, ensure_ascii=True).encode() + b"\n"


def _resource(name: str, digest: str) -> dict[str, object]:
    return {"name": name, "digest": {"sha256": digest}}


_Text = Annotated[str, Field(max_length=4096)]
_Names = Annotated[list[_Text], Field(max_length=100_000)]


class _Model(BaseModel):
    # Unknown fields are ignored, as in-toto asks of whoever reads.
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class _Digest(_Model):
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Resource(_Model):
    name: Annotated[str, Field(min_length=1, max_length=4096)]
    digest: _Digest


class _Own(_Model):
    schema_: Annotated[Literal["tutela/record/v1"], Field(alias="schema")]
    test: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=64)]
    environment: _Text
    level: Level
    ended: Annotated[str, Field(max_length=64)]
    tool: _Text
    read_back: Annotated[dict[str, str], Field(alias="readBack")]
    found: _Names
    limits: _Names
    covers: _Names


class _Predicate(_Model):
    result: Verdict
    passed: Annotated[_Names, Field(alias="passedTests")]
    warned: Annotated[_Names, Field(alias="warnedTests")]
    failed: Annotated[_Names, Field(alias="failedTests")]
    tutela: _Own


class _Statement(_Model):
    type_: Annotated[Literal["https://in-toto.io/Statement/v1"], Field(alias="_type")]
    subject: Annotated[list[_Resource], Field(min_length=1, max_length=100_000)]
    predicate_type: Annotated[str, Field(alias="predicateType")]
    predicate: _Predicate


def parse(payload: bytes) -> Record:
    """Return what a statement says.

    Raises:
        EvidenceError: it is no statement about a run of tutela's, or one that contradicts itself.
    """
    try:
        said = _Statement.model_validate_json(payload)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the statement"
        raise EvidenceError(f"not a record: {place}: {first['msg'].lower()}") from None
    if said.predicate_type != PREDICATE:
        raise EvidenceError(f"not a record: its predicate is {said.predicate_type}")
    own = said.predicate.tutela
    files = {one.name: one.digest.sha256 for one in said.subject}
    if len(files) != len(said.subject):
        raise EvidenceError("not a record: it names a file twice")
    record = Record(
        test=own.test,
        environment=own.environment,
        level=own.level,
        ended=own.ended,
        tool=own.tool,
        files=files,
        read_back=own.read_back,
        passed=tuple(said.predicate.passed),
        unsure=tuple(said.predicate.warned),
        failed=tuple(said.predicate.failed),
        found=tuple(own.found),
        limits=tuple(own.limits),
        covers=tuple(own.covers),
    )
    if record.verdict != said.predicate.result:
        raise EvidenceError(
            f"not a record: it says {said.predicate.result}, and its tests say {record.verdict}"
        )
    return record
