"""What a portal says: projects, the roles of people in them, the limits of their resources.

The words are those of Waldur's API (``/api/projects/``, ``/api/projects/UUID/list_users/``,
``/api/marketplace-resources/``), also in an export. What a portal sends is not believed to be
well formed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from blueprints.display import visible
from blueprints.errors import ExpectedError

COUNTED = ("OK", "Updating", "Erred", "Creating")
"""States in which a resource's limits are granted."""


class PortalError(ExpectedError):
    """What the portal said cannot be used; nothing was changed."""

    kind = "portal"


@dataclass(frozen=True)
class Person:
    """Somebody with a role in a project."""

    username: str
    role: str
    """In the portal's words."""
    until: datetime | None = None


@dataclass(frozen=True)
class Resource:
    """Something that was granted to a project."""

    offering: str
    state: str
    limits: Mapping[str, float]
    """Component type -> amount."""


@dataclass(frozen=True)
class PortalProject:
    """A project as the portal knows it."""

    uuid: str
    """32 hexadecimal digits."""
    name: str
    slug: str
    end: date | None
    """The last day, grace included; None without end."""
    removed: bool
    people: tuple[Person, ...] = ()
    resources: tuple[Resource, ...] = ()

    def ended(self, today: date) -> bool:
        """Whether the project is over; its last day still belongs to it."""
        return self.removed or (self.end is not None and self.end < today)


@dataclass(frozen=True)
class Portal:
    """Everything that was asked for; never a part of it."""

    projects: tuple[PortalProject, ...] = field(default=())


def project(
    said: Mapping[str, object],
    users: Iterable[Mapping[str, object]],
    resources: Iterable[Mapping[str, object]],
) -> PortalProject:
    """A project from three answers; raises :class:`PortalError` for what cannot be read."""
    uuid = _uuid(said.get("uuid"), "a project")
    where = f"project {uuid}"
    removed = said.get("is_removed", False)
    if not isinstance(removed, bool):
        raise PortalError(f"{where}: is_removed is neither true nor false")
    return PortalProject(
        uuid=uuid,
        name=_text(said, "name", where),
        slug=_text(said, "slug", where, needed=False),
        end=_day(said.get("effective_end_date") or said.get("end_date"), where),
        removed=removed,
        people=tuple(_person(one, where) for one in users),
        resources=tuple(_resource(one, where) for one in resources),
    )


def _person(said: Mapping[str, object], where: str) -> Person:
    until = said.get("expiration_time")
    moment: datetime | None = None
    if until is not None:
        try:
            moment = datetime.fromisoformat(str(until))
        except ValueError:
            raise PortalError(f"{where}: expiration_time {_shown(until)} is no time") from None
        if moment.tzinfo is None:
            raise PortalError(f"{where}: expiration_time {_shown(until)} has no time zone")
    return Person(
        username=_text(said, "user_username", where),
        role=_text(said, "role_name", where),
        until=moment,
    )


def _resource(said: Mapping[str, object], where: str) -> Resource:
    limits = said.get("limits") or {}
    if not isinstance(limits, Mapping):
        raise PortalError(f"{where}: the limits of a resource are no mapping")
    amounts: dict[str, float] = {}
    for name, amount in limits.items():
        if isinstance(amount, bool) or not isinstance(amount, int | float) or not amount >= 0:
            raise PortalError(f"{where}: limit {_shown(name)} is {_shown(amount)}, not an amount")
        amounts[str(name)] = float(amount)
    return Resource(
        offering=_uuid(said.get("offering_uuid"), f"{where}: a resource's offering"),
        state=_text(said, "state", where),
        limits=amounts,
    )


def _uuid(value: object, what: str) -> str:
    try:
        return UUID(str(value)).hex
    except ValueError:
        raise PortalError(f"{what} has the uuid {_shown(value)}, which is none") from None


def _text(said: Mapping[str, object], key: str, where: str, *, needed: bool = True) -> str:
    value = said.get(key, "" if not needed else None)
    if not isinstance(value, str) or (needed and not value):
        raise PortalError(f"{where}: {key} is {_shown(value)}, not text")
    return value


def _day(value: object, where: str) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise PortalError(f"{where}: the end {_shown(value)} is no date") from None


def _shown(value: object) -> str:
    text = visible(str(value))
    return text if len(text) <= 60 else f"{text[:59]}…"
