"""A link: the signed word of a person that one thing needs, stands for or made another.

A link is `links/<id>.json` in the workspace, its release `links/<id>.released.json` beside it.
Neither is ever changed. Whatever is wrong with one, it can only keep more: a link that cannot be
understood is a problem of the source, and a release that cannot be, or is dated in the future,
releases nothing.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from governance.evidence.claim import MAX_TEXT, Relation
from governance.evidence.errors import EvidenceError

LINK_SCHEMA = "tutela/link/v1"
RELEASE_SCHEMA = "tutela/link-release/v1"
FOLDER = "links"
RELEASED = ".released.json"
MAX_LINK = 64 * 1024
"""Bytes."""
MAX_WORDS = 1_000
"""Characters of a name or a reason."""
AS = (Relation.NEEDS, Relation.NAMES, Relation.MADE)
_ID = r"^link-[0-9a-f]{12}$"


class BadLinkError(EvidenceError):
    """A link or a release that cannot be understood; the message repeats nothing of it."""

    kind = "bad link"


def _sane(moment: datetime) -> datetime:
    if not 1990 <= moment.year < 9999:
        raise ValueError("is a time that no clock can have meant")
    return moment.astimezone(UTC)


Node = Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
Words = Annotated[str, Field(min_length=1, max_length=MAX_WORDS)]
Moment = Annotated[AwareDatetime, AfterValidator(_sane)]


class _Signed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    id: Annotated[str, Field(pattern=_ID)]
    by: Words
    reason: Words
    at: Moment
    digest: str


class Release(_Signed):
    """The signed word that a link is no longer so."""

    schema_: Literal["tutela/link-release/v1"] = Field(alias="schema")


class Link(_Signed):
    """One link. `from` and `to` are nodes (`claim`); text is foreign and raw."""

    schema_: Literal["tutela/link/v1"] = Field(alias="schema")
    from_: Annotated[Node, Field(alias="from")]
    to: Node | None
    as_: Annotated[Literal["needs", "names", "made"], Field(alias="as")]
    doi: Annotated[str, Field(pattern=r"^10\.[0-9]{4,9}/\S+$", max_length=MAX_TEXT)] | None
    release: Words | None
    licence: Words | None


@dataclass(frozen=True)
class Filed:
    """A link as it lies in a workspace: its file's name, and its release if it has one."""

    name: str
    link: Link | None
    problem: str | None = None
    """Why it cannot be understood, in words."""
    released: Release | None = None


def new_link(
    *,
    start: str,
    to: str | None,
    relation: Relation,
    doi: str | None,
    release: str | None,
    licence: str | None,
    by: str,
    reason: str,
    at: datetime,
) -> Link:
    """Return a new link; its id follows from what it says, to the microsecond."""
    said: dict[str, str | None] = {
        "schema": LINK_SCHEMA,
        "from": start,
        "to": to,
        "as": str(relation),
        "doi": doi,
        "release": release,
        "licence": licence,
        "by": by,
        "reason": reason,
        "at": at.astimezone(UTC).isoformat(),
    }
    record = {key: value and _utf8(value) for key, value in said.items()}
    record["id"] = "link-" + digest_of(record)[:12]
    return Link.model_validate({**record, "digest": digest_of(record)})


def new_release(link: str, *, by: str, reason: str, at: datetime) -> Release:
    """Return the release of the link with this id."""
    record: dict[str, str | None] = {
        "schema": RELEASE_SCHEMA,
        "id": link,
        "by": _utf8(by),
        "reason": _utf8(reason),
        "at": at.astimezone(UTC).isoformat(),
    }
    return Release.model_validate({**record, "digest": digest_of(record)})


def text_of(record: Link | Release) -> str:
    """Return a record as it is written down."""
    return json.dumps(plain(record), sort_keys=True, ensure_ascii=False) + "\n"


def plain(record: Link | Release) -> dict[str, str | None]:
    """Return a record for JSON."""
    said: dict[str, str | None] = record.model_dump(by_alias=True, mode="python")
    return {**said, "at": record.at.isoformat()}


def digest_of(record: Mapping[str, object]) -> str:
    """Return the sha256 over the canonical JSON of everything but `digest`."""
    rest = {key: value for key, value in record.items() if key != "digest"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def read_link(text: bytes, name: str) -> Link:
    """Return the link in a file `<id>.json`; raises BadLinkError."""
    try:
        link = Link.model_validate(_checked(text))
    except ValidationError as error:
        raise _wrong(error) from None
    _check_name(link.id, name.removesuffix(".json"))
    return link


def read_release(text: bytes, name: str, now: datetime) -> Release:
    """Return the release in a file `<id>.released.json`; raises BadLinkError."""
    try:
        release = Release.model_validate(_checked(text))
    except ValidationError as error:
        raise _wrong(error) from None
    if release.at > now:
        raise BadLinkError("it is dated in the future")
    _check_name(release.id, name.removesuffix(RELEASED))
    return release


def paired(texts: Mapping[str, bytes | str], now: datetime) -> list[Filed]:
    """Return every link among files (name -> content, or why there is none), by name.

    A release that is wrong leaves its link in force and is a problem of it. A link that is wrong
    and released is nobody's problem any more.
    """
    links: dict[str, Filed] = {}
    for name in sorted(texts):
        if not name.endswith(RELEASED):
            links[name] = _link(name, texts[name])
    for name in sorted(texts):
        if name.endswith(RELEASED):
            of = name.removesuffix(RELEASED) + ".json"
            links[of] = _released(links.get(of, Filed(of, None)), name, texts[name], now)
    return list(links.values())


def _link(name: str, text: bytes | str) -> Filed:
    if isinstance(text, str):
        return Filed(name, None, text)
    try:
        return Filed(name, read_link(text, name))
    except BadLinkError as error:
        return Filed(name, None, str(error))


def _released(filed: Filed, name: str, text: bytes | str, now: datetime) -> Filed:
    try:
        if isinstance(text, str):
            raise BadLinkError(text)
        return replace(filed, released=read_release(text, name, now), problem=None)
    except BadLinkError as error:
        return filed if filed.problem else replace(filed, problem=f"its release: {error}")


def _utf8(text: str) -> str:
    """A command line can hold bytes that are no text."""
    return text.encode("utf-8", "replace").decode()


def _checked(text: bytes) -> object:
    if len(text) > MAX_LINK:
        raise BadLinkError(f"it has more than {MAX_LINK} bytes")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadLinkError("it is not JSON") from error
    if isinstance(value, dict) and value.get("digest") != digest_of(value):
        raise BadLinkError("its digest does not match")
    return value


def _wrong(error: ValidationError) -> BadLinkError:
    first = error.errors(include_input=False, include_url=False)[0]["loc"]
    known = {field.alias or name for name, field in Link.model_fields.items()}
    if first and first[0] in known:
        return BadLinkError(f"{first[0]} is not as it has to be")
    return BadLinkError("it is no link that this version knows")


def _check_name(said: str, name: str) -> None:
    if not re.fullmatch(_ID, name) or said != name:
        raise BadLinkError("it is not called after its id")
