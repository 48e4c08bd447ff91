"""What has to change in a specification so that it says what the portal says. Pure.

Nothing here removes a project: one that is over is marked, and its removal proposed. A project
that the portal does not show is left as it is, since a token that lost its rights sees nothing
either.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from blueprints.display import visible
from blueprints.kinds.sandbox.waldur.portal import COUNTED, Portal, PortalProject
from blueprints.parts.names import (
    Account,
    FreeText,
    ProjectName,
    Quantity,
    thousandths,
)

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Project, Role, Site, Specification, Waldur

Kind = Literal[
    "project added",
    "project ended",
    "project resumed",
    "removal proposed",
    "title changed",
    "member added",
    "member removed",
    "role changed",
    "quota changed",
]
_RANK = {"viewer": 0, "member": 1, "admin": 2}
# Of each component: the key of the quota, and how an amount is written there.
_UNITS = {
    "memory_gib": ("memory", "Gi"),
    "memory_mib": ("memory", "Mi"),
    "storage_gib": ("storage", "Gi"),
    "storage_tib": ("storage", "Ti"),
}
_SMALLER = {"Ti": "Gi", "Gi": "Mi", "Mi": "Ki"}


_TITLE: TypeAdapter[str] = TypeAdapter(FreeText)
_PROJECT: TypeAdapter[str] = TypeAdapter(ProjectName)
_ACCOUNT: TypeAdapter[str] = TypeAdapter(Account)
_QUANTITY: TypeAdapter[str] = TypeAdapter(Quantity)
_NUMBER: TypeAdapter[str] = TypeAdapter(Annotated[str, Field(pattern="^[0-9]{1,5}$")])
_AMOUNTS = {
    "cpu": _QUANTITY,
    "memory": _QUANTITY,
    "storage": _QUANTITY,
    "gpu": _NUMBER,
    "pods": _NUMBER,
}


@dataclass(frozen=True, order=True)
class Change:
    """One thing that becomes different, of one project."""

    project: str
    kind: Kind
    what: str = ""
    """The person, or the key of the quota."""
    old: str = ""
    new: str = ""

    def __str__(self) -> str:
        shown = " ".join(part for part in (self.kind, visible(self.what)) if part)
        if self.old and self.new:
            return f"{shown}: {visible(self.old)} -> {visible(self.new)}"
        return f"{shown}: {visible(self.new or self.old)}" if self.new or self.old else shown


@dataclass(frozen=True, order=True)
class Problem:
    """Something of the portal that cannot be followed, and why."""

    project: str
    why: str


@dataclass(frozen=True)
class Following:
    """What to change, sorted, and what to look at."""

    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]


@dataclass
class _Notes:
    changes: list[Change]
    problems: list[Problem]

    def change(
        self, project: str, kind: Kind, what: str = "", old: str = "", new: str = ""
    ) -> None:
        self.changes.append(Change(project, kind, what, old, new))

    def problem(self, project: str, why: str) -> None:
        self.problems.append(Problem(project, why))


def follow(spec: "Specification", rules: "Waldur", portal: Portal, now: datetime) -> Following:
    """Compare; `rules` say how the portal's words are taken (``site.waldur``)."""
    notes = _Notes([], [])
    known = {one.uuid: one for one in portal.projects}
    followed = {(one.waldur or "").replace("-", ""): one for one in spec.projects}
    for project in spec.projects:
        if project.waldur is None:
            continue
        there = known.get(project.waldur.replace("-", ""))
        if there is None:
            notes.problem(project.name, "the portal does not show it; left as it is")
        else:
            _compare(notes, spec.site, rules, project, there, now)
    names = {one.name for one in spec.projects}
    for there in sorted(portal.projects, key=lambda one: (one.slug, one.uuid)):
        if there.uuid not in followed and not there.ended(now.astimezone(UTC).date()):
            _add(notes, spec.site, rules, there, now, names)
    return Following(tuple(sorted(notes.changes)), tuple(sorted(notes.problems)))


def _compare(
    notes: _Notes,
    site: "Site",
    rules: "Waldur",
    project: "Project",
    there: PortalProject,
    now: datetime,
) -> None:
    name = project.name
    today = now.astimezone(UTC).date()
    if there.ended(today):
        if project.ended is None:
            notes.change(name, "project ended", new=(there.end or today).isoformat())
        else:
            notes.change(name, "removal proposed", old=f"over since {project.ended}")
        return
    if project.ended is not None:
        notes.change(name, "project resumed", old=project.ended)
    if there.name != project.title and _is(notes, name, _TITLE, there.name, "title"):
        notes.change(name, "title changed", old=project.title, new=there.name)
    before = {one.name: one.role for one in project.members}
    after = _people(notes, site, rules, name, there, now)
    for person in sorted(before.keys() | after.keys()):
        if person not in after:
            notes.change(name, "member removed", person, old=before[person])
        elif person not in before:
            notes.change(name, "member added", person, new=after[person])
        elif before[person] != after[person]:
            notes.change(name, "role changed", person, before[person], after[person])
    quota = {key: str(value) for key, value in project.quota}
    for key, amount in _limits(notes, rules, name, there):
        if quota[key] != amount and thousandths(quota[key]) != thousandths(amount):
            notes.change(name, "quota changed", key, quota[key], amount)


def _add(
    notes: _Notes,
    site: "Site",
    rules: "Waldur",
    there: PortalProject,
    now: datetime,
    names: set[str],
) -> None:
    if rules.offering is not None and not _counted(rules, there):
        return
    name = there.slug
    if name in names:
        notes.problem(
            name,
            f"the portal has a project of this name too; give one `waldur: {there.uuid}`",
        )
        return
    if not _is(notes, name, _PROJECT, name, "slug"):
        return
    if not _is(notes, name, _TITLE, there.name, "title"):
        return
    names.add(name)
    notes.change(name, "project added", there.uuid, new=there.name)
    for person, role in sorted(_people(notes, site, rules, name, there, now).items()):
        notes.change(name, "member added", person, new=role)
    for key, amount in _limits(notes, rules, name, there):
        notes.change(name, "quota changed", key, new=amount)


def _people(
    notes: _Notes,
    site: "Site",
    rules: "Waldur",
    name: str,
    there: PortalProject,
    now: datetime,
) -> dict[str, "Role"]:
    """Everybody with a role that counts, by the name at the identity provider."""
    found: dict[str, Role] = {}
    for person in there.people:
        role = rules.roles.get(person.role)
        if role is None:
            notes.problem(
                name,
                f"{visible(person.username)} has the role {visible(person.role)}, which is none of"
                " site.waldur.roles",
            )
            continue
        if person.until is not None and person.until <= now:
            continue
        account = rules.accounts.get(person.username)
        if account is None and site.identity.connector == "github":
            notes.problem(
                name,
                f"{visible(person.username)} has no account in site.waldur.accounts",
            )
            continue
        account = account or person.username
        if not _is(notes, name, _ACCOUNT, account, "user name"):
            continue
        if account not in found or _RANK[role] > _RANK[found[account]]:
            found[account] = role
    return found


def _counted(rules: "Waldur", there: PortalProject) -> list[dict[str, float]]:
    wanted = (rules.offering or "").replace("-", "")
    return [
        dict(one.limits)
        for one in there.resources
        if one.state in COUNTED and wanted in ("", one.offering)
    ]


def _limits(
    notes: _Notes, rules: "Waldur", name: str, there: PortalProject
) -> Iterator[tuple[str, str]]:
    """The quota's keys that the portal limits; several resources add up."""
    together: dict[str, float] = {}
    for limits in _counted(rules, there):
        for component, amount in limits.items():
            if component in rules.components:
                together[component] = together.get(component, 0.0) + amount
    for component, amount in sorted(together.items()):
        meant = rules.components[component]
        written = quantity(meant, amount)
        if written is None:
            notes.problem(name, f"{component} is limited to {amount:g}, which is no quota here")
        elif _is(notes, name, _AMOUNTS[written[0]], written[1], f"limit of {component}"):
            yield written


def _is(notes: _Notes, project: str, kind: TypeAdapter[str], value: str, what: str) -> bool:
    """Whether the portal's word can stand in a specification; else it is told."""
    try:
        kind.validate_python(value)
    except ValidationError as error:
        said = error.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")
        notes.problem(project, f"the portal's {what} {visible(value)[:60]!r}: {said}")
        return False
    return True


def quantity(component: str, amount: float) -> tuple[str, str] | None:
    """A limit as (key of the quota, amount); None where nothing would be left of it."""
    if component in ("gpu", "pods"):
        if amount != int(amount) or (component == "pods" and amount < 1):
            return None
        return component, str(int(amount))
    if component == "cpu":
        cores, rest = divmod(round(amount * 1000), 1000)
        if not cores and not rest:
            return None
        return "cpu", f"{cores * 1000 + rest}m" if rest else str(cores)
    key, unit = _UNITS[component]
    while amount != int(amount) and unit in _SMALLER:
        amount, unit = amount * 1024, _SMALLER[unit]
    return (key, f"{int(amount)}{unit}") if int(amount) else None
