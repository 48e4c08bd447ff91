"""What no file shows and a person says by name: schema ``tutela/attested/v1``.

An in-toto statement about files of the repository, signed by the officer's own key. It ends on the
day that it says, and when one of its files changes.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from governance.signing import envelope
from governance.signing.errors import SigningError
from tce.evidence.errors import EvidenceError
from tce.evidence.gather import Broken, content, vouched
from tce.evidence.keys import Known
from tce.evidence.record import PAYLOAD_TYPE, STATEMENT

PREDICATE = "urn:tutela:attested:v1"
FOLDER = "evidence/attested"
LONGEST = timedelta(days=400)
"""What a person says holds for a year and a month at most."""

Line = Annotated[str, Field(min_length=1, max_length=400, pattern=r"^[^\x00-\x1f\x7f]+$")]


@dataclass(frozen=True)
class Attested:
    """What one person says."""

    file: str
    person: str
    says: str
    items: tuple[str, ...]
    """Of the crosswalk."""
    controls: tuple[str, ...]
    """``satre:1.2.04``: controls that no item speaks to."""
    on: date
    until: date
    """The last day on which it holds."""
    raw: bytes


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _Predicate(_Model):
    schema_: Annotated[Literal["tutela/attested/v1"], Field(alias="schema")]
    environment: Line
    person: Line
    says: Line
    items: list[Line]
    controls: list[Line]
    on: Line
    until: Line


class _Digest(_Model):
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Subject(_Model):
    name: Line
    digest: _Digest


class _Statement(_Model):
    type_: Annotated[Literal["https://in-toto.io/Statement/v1"], Field(alias="_type")]
    subject: Annotated[list[_Subject], Field(min_length=1)]
    predicate_type: Annotated[Literal["urn:tutela:attested:v1"], Field(alias="predicateType")]
    predicate: _Predicate


def statement(
    environment: str,
    person: str,
    says: str,
    items: Sequence[str],
    controls: Sequence[str],
    files: Mapping[str, str],
    on: date,
    until: date,
) -> bytes:
    """The payload: one text for one statement.

    Raises:
        EvidenceError: it is about nothing, or ends before it begins or later than is allowed.
    """
    if not items and not controls:
        raise EvidenceError("an attestation is about items or controls", "--item EV-LIM-01")
    if not on <= until <= on + LONGEST:
        raise EvidenceError(
            f"an attestation of {on} holds until {on + LONGEST} at the latest, and from that day on"
        )
    document = {
        "_type": STATEMENT,
        "subject": [
            {"name": name, "digest": {"sha256": digest}} for name, digest in sorted(files.items())
        ],
        "predicateType": PREDICATE,
        "predicate": {
            "schema": "tutela/attested/v1",
            "environment": environment,
            "person": person,
            "says": says,
            "items": list(items),
            "controls": list(controls),
            "on": on.isoformat(),
            "until": until.isoformat(),
        },
    }
    text = json.dumps(document, indent=1).encode() + b"\n"
    _parse(text)
    return text


def read(
    files: Sequence[Path],
    keys: Sequence[Known],
    environment: str,
    digests: Mapping[str, str],
    today: date,
) -> tuple[Attested | Broken, ...]:
    """What persons say, of these files; whatever does not hold is told with its reason."""
    return tuple(_one(file, keys, environment, digests, today) for file in files)


def _one(
    file: Path, keys: Sequence[Known], environment: str, digests: Mapping[str, str], today: date
) -> Attested | Broken:
    try:
        raw = content(file)
        said = _parse(envelope.read(raw).payload)
        on, until = _day(said.predicate.on), _day(said.predicate.until)
    except (SigningError, EvidenceError) as error:
        return Broken(file.name, str(error))
    own = said.predicate
    why = next(_against(said, raw, keys, environment, digests), None)
    if why is None and not on <= today <= until:
        why = f"holds from {on} to {until}"
    if why is not None:
        return Broken(file.name, why)
    return Attested(
        file.name, own.person, own.says, tuple(own.items), tuple(own.controls), on, until, raw
    )


def _against(
    said: _Statement,
    raw: bytes,
    keys: Sequence[Known],
    environment: str,
    digests: Mapping[str, str],
) -> Iterator[str]:
    own = said.predicate
    persons = [one for one in keys if one.person == own.person]
    if not persons:
        yield f"{own.person} is no officer of this environment"
    trust, _ = vouched(raw, PAYLOAD_TYPE, persons)
    if trust == "tampered":
        yield "was changed after it was signed"
    if trust != "signed":
        yield f"is not signed by {own.person}"
    if own.environment != environment:
        yield f"is about {own.environment}"
    for one in said.subject:
        if digests.get(one.name) != one.digest.sha256:
            yield f"older than what it is about: {one.name} changed since"


def _parse(payload: bytes) -> _Statement:
    try:
        return _Statement.model_validate_json(payload)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the statement"
        raise EvidenceError(f"not an attestation: {place}: {first['msg'].lower()}") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise EvidenceError(f"{text!r} is no day") from None
