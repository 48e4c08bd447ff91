"""Which model files are of, at which revision, under which licence: said and found must agree."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pydantic import TypeAdapter, ValidationError

from blueprints.service.model import Commit, HubName
from blueprints.supply import hub
from blueprints.supply.place import Folder, PlaceError, Source
from blueprints.supply.record import Mirror


@dataclass(frozen=True)
class Claimed:
    """What somebody says of a model; None: as its files say."""

    repository: str | None = None
    revision: str | None = None
    licence: str | None = None


NOTHING: Final = Claimed()


@dataclass(frozen=True)
class Expected:
    """What it is."""

    repository: str
    revision: str
    licence: str
    digests: Mapping[str, str] = field(default_factory=dict)
    """Path to SHA-256 (64 digits) or the digest of Git's blob (40)."""
    remarks: tuple[str, ...] = ()


def whose(
    source: Source, claimed: Claimed, files: Mapping[str, int], record: Mirror | None
) -> Expected:
    """Put together what is said, what the record beside the files says, and what they say.

    Raises PlaceError: something is missing or contradicts, or the files are not the record's.
    """
    folder = hub.said(source.path) if isinstance(source, Folder) else hub.Said()
    digests = dict(folder.digests)
    if record is not None:
        digests |= _recorded(source, files, record)
    repository = _one(
        "repository",
        "--repository ORGANISATION/NAME",
        source,
        {
            "you": claimed.repository,
            "its record": record.repository if record else None,
            "its folder": folder.repository,
        },
    )
    revision = _one(
        "revision",
        "--revision COMMIT",
        source,
        {
            "you": claimed.revision,
            "its record": record.revision if record else None,
            "its folder": folder.revision,
        },
    )
    for kind, value, option in (
        (HubName, repository, "repository"),
        (Commit, revision, "revision"),
    ):
        try:
            TypeAdapter(kind).validate_python(value)
        except ValidationError as error:
            why = error.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")
            raise PlaceError(f"--{option} {value}: {why}") from None
    card = hub.licence(source, files)
    chosen = claimed.licence or (record and record.licence) or card
    if not chosen:
        raise PlaceError(
            f"nothing in {source.uri} says under which licence it is", "--licence TEXT"
        )
    remarks = []
    if card and card.strip().lower() != chosen.strip().lower():
        remarks.append(f"its card names the licence {card}")
    if not hub.has_licence(files):
        remarks.append("no text of a licence lies with it")
    return Expected(repository, revision, chosen, digests, tuple(remarks))


def _recorded(source: Source, files: Mapping[str, int], record: Mirror) -> dict[str, str]:
    listed = {one.path: one for one in record.files}
    for path, amount in files.items():
        if path not in listed:
            raise PlaceError(f"{path} in {source.uri} is not in its record")
        if listed[path].bytes != amount:
            raise PlaceError(f"{path} in {source.uri} has {amount} bytes, and not as recorded")
    return {path: listed[path].sha256 for path in files}


def _one(what: str, option: str, source: Source, said: Mapping[str, str | None]) -> str:
    found = {who: value for who, value in said.items() if value}
    if not found:
        raise PlaceError(f"nothing says which {what} {source.uri} is of", option)
    (who, value), *others = found.items()
    for other, another in others:
        if another != value:
            raise PlaceError(f"{source.uri} is of {what} {value} says {who}, and {other} {another}")
    return value
