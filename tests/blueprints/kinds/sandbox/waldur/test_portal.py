"""What a portal says, typed; what is not well formed is told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from blueprints.kinds.sandbox.waldur.portal import PortalError, PortalProject, project

SAID: dict[str, Any] = {"uuid": "5c" * 16, "name": "Climate", "slug": "climate"}
USER: dict[str, Any] = {"user_username": "ada", "role_name": "PROJECT.MANAGER"}
RESOURCE: dict[str, Any] = {"offering_uuid": "0f" * 16, "state": "OK", "limits": {"cpu": 4}}


def test_a_project_with_people_and_resources() -> None:
    made = project(
        {**SAID, "uuid": "5c5c5c5c-5c5c-5c5c-5c5c-5c5c5c5c5c5c", "end_date": "2027-01-31"},
        [{**USER, "expiration_time": "2026-12-01T00:00:00+01:00"}],
        [RESOURCE],
    )
    assert made.uuid == "5c" * 16
    assert made.end == date(2027, 1, 31)
    assert made.people[0].until == datetime(2026, 11, 30, 23, tzinfo=UTC)
    assert made.resources[0].limits == {"cpu": 4.0}


def test_days_of_grace_count() -> None:
    made = project({**SAID, "end_date": "2027-01-31", "effective_end_date": "2027-02-14"}, [], [])
    assert made.end == date(2027, 2, 14)


@pytest.mark.parametrize(
    ("end", "removed", "today", "expected"),
    [
        (None, False, date(2026, 1, 1), False),
        (date(2026, 1, 1), False, date(2026, 1, 1), False),
        (date(2026, 1, 1), False, date(2026, 1, 2), True),
        (None, True, date(2026, 1, 1), True),
    ],
)
def test_when_a_project_is_over(
    end: date | None, removed: bool, today: date, expected: bool
) -> None:
    assert PortalProject("5c" * 16, "a", "a", end, removed).ended(today) is expected


@pytest.mark.parametrize(
    ("said", "users", "resources"),
    [
        ({**SAID, "uuid": "x"}, [], []),
        ({**SAID, "name": 1}, [], []),
        ({**SAID, "name": ""}, [], []),
        ({**SAID, "slug": None}, [], []),
        ({**SAID, "is_removed": "no"}, [], []),
        ({**SAID, "end_date": "soon"}, [], []),
        (SAID, [{"role_name": "a"}], []),
        (SAID, [{**USER, "expiration_time": "soon"}], []),
        (SAID, [{**USER, "expiration_time": "2026-01-01T00:00:00"}], []),
        (SAID, [], [{**RESOURCE, "limits": [1]}]),
        (SAID, [], [{**RESOURCE, "limits": {"cpu": "many"}}]),
        (SAID, [], [{**RESOURCE, "limits": {"cpu": True}}]),
        (SAID, [], [{**RESOURCE, "limits": {"cpu": -1}}]),
        (SAID, [], [{**RESOURCE, "limits": {"cpu": float("nan")}}]),
        (SAID, [], [{**RESOURCE, "offering_uuid": None}]),
    ],
)
def test_what_cannot_be_read_is_an_error_that_shows_nothing_hidden(
    said: dict[str, Any], users: list[dict[str, Any]], resources: list[dict[str, Any]]
) -> None:
    with pytest.raises(PortalError):
        project(said, users, resources)


def test_what_the_portal_sent_is_shown_without_effects() -> None:
    with pytest.raises(PortalError) as caught:
        project({**SAID, "uuid": "\x1b[31m" + "x" * 500}, [], [])
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 200
