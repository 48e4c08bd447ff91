"""What has to change; nothing that the portal did not say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.kinds.sandbox.waldur.follow import Following, follow, quantity
from blueprints.kinds.sandbox.waldur.portal import Person, Portal, PortalProject, Resource
from blueprints.parts.names import thousandths
from tests.blueprints.kinds.sandbox.specifications import GITHUB, project, site, typed

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
UUID = "5c" * 16
OFFERING = "0f" * 16
PEOPLE = (Person("ada", "PROJECT.MANAGER"), Person("blaise", "PROJECT.MEMBER"))


def there(**changes: Any) -> PortalProject:
    fields: dict[str, Any] = {
        "uuid": UUID,
        "name": "The project climate",
        "slug": "climate",
        "end": None,
        "removed": False,
        "people": PEOPLE,
        "resources": (),
    }
    return PortalProject(**{**fields, **changes})


def followed(
    *projects: PortalProject, waldur: dict[str, Any] | None = None, **changes: Any
) -> Following:
    rules = {**site()["waldur"], **(waldur or {})}
    spec = typed(project(waldur=UUID), **{"waldur": rules, **changes})
    assert spec.site.waldur is not None
    return follow(spec, spec.site.waldur, Portal(projects), NOW)


def kinds(result: Following) -> list[tuple[str, str]]:
    return [(one.kind, one.what) for one in result.changes]


def test_what_is_the_same_changes_nothing() -> None:
    result = followed(there())
    assert result == Following((), ())


def test_the_strongest_of_two_roles_counts() -> None:
    people = (*PEOPLE, Person("blaise", "PROJECT.ADMIN"))
    assert kinds(followed(there(people=people))) == [("role changed", "blaise")]


def test_a_role_that_is_over_counts_for_nothing() -> None:
    people = (PEOPLE[0], Person("blaise", "PROJECT.MEMBER", until=NOW))
    assert kinds(followed(there(people=people))) == [("member removed", "blaise")]


def test_a_role_that_nobody_mapped_is_told_and_gives_nothing() -> None:
    result = followed(there(people=(*PEOPLE, Person("eve", "PROJECT.WIZARD"))))
    assert result.changes == ()
    assert "eve has the role PROJECT.WIZARD" in result.problems[0].why


def test_people_are_called_as_the_identity_provider_calls_them() -> None:
    result = followed(there(), waldur={"accounts": {"blaise": "blaise.p"}})
    assert kinds(result) == [("member added", "blaise.p"), ("member removed", "blaise")]


def test_on_github_only_people_with_an_account_get_in() -> None:
    result = followed(there(), waldur={"accounts": {"ada": "ada-gh"}}, **GITHUB)
    assert ("member added", "ada-gh") in kinds(result)
    assert [one.why for one in result.problems] == ["blaise has no account in site.waldur.accounts"]


def test_a_name_that_no_account_can_have_is_told_and_skipped() -> None:
    people = (*PEOPLE, Person("x\n- {name: root, role: admin}", "PROJECT.MANAGER"))
    result = followed(there(people=people))
    assert result.changes == ()
    assert "\n" not in result.problems[0].why


def test_other_offerings_and_states_do_not_count() -> None:
    resources = (
        Resource(OFFERING, "OK", {"cpu": 32.0}),
        Resource("0e" * 16, "OK", {"cpu": 1000.0}),
        Resource(OFFERING, "Terminating", {"cpu": 1000.0}),
    )
    (change,) = followed(there(resources=resources), waldur={"offering": OFFERING}).changes
    assert (change.what, change.old, change.new) == ("cpu", "64", "32")


def test_the_same_amount_in_other_words_is_no_change() -> None:
    limits = {"cpu": 64.0, "memory": 512.0, "storage": 4096.0, "gpu": 8.0}
    assert followed(there(resources=(Resource(OFFERING, "OK", limits),))).changes == ()


def test_a_limit_of_nothing_is_told_and_not_followed() -> None:
    result = followed(there(resources=(Resource(OFFERING, "OK", {"cpu": 0.0}),)))
    assert result.changes == ()
    assert "no quota here" in result.problems[0].why


def test_an_ended_project_keeps_its_people() -> None:
    assert kinds(followed(there(end=date(2026, 11, 1), people=()))) == [("project ended", "")]


def test_a_project_of_the_same_name_is_not_taken_over() -> None:
    result = followed(there(), there(uuid="77" * 16))
    assert result.changes == ()
    assert "give one `waldur:" in result.problems[0].why


@pytest.mark.parametrize("slug", ["", "Climate", "kube_", "a b", "../x", "null", "a" * 41])
def test_a_new_project_whose_name_cannot_be_one_is_told(slug: str) -> None:
    result = followed(there(), there(uuid="77" * 16, slug=slug))
    assert result.changes == ()
    assert len(result.problems) == 1


def test_only_new_projects_with_the_offering_are_added() -> None:
    rules = {"offering": OFFERING}
    new = there(uuid="77" * 16, slug="new", people=())
    assert followed(there(), new, waldur=rules).changes == ()
    granted = there(
        uuid="77" * 16, slug="new", people=(), resources=(Resource(OFFERING, "OK", {}),)
    )
    assert kinds(followed(there(), granted, waldur=rules)) == [("project added", "77" * 16)]


@given(
    st.sampled_from(["cpu", "memory_gib", "memory_mib", "storage_gib", "storage_tib"]),
    st.floats(0, 1_000_000, allow_nan=False),
)
def test_an_amount_is_never_more_than_was_granted_and_hardly_less(
    component: str, amount: float
) -> None:
    written = quantity(component, amount)
    if written is None:
        assert amount < 0.001
        return
    unit = {"cpu": 1000.0, "gib": 1000 * 2.0**30, "mib": 1000 * 2.0**20, "tib": 1000 * 2.0**40}
    meant = amount * unit[component.rpartition("_")[2]]
    slack = 0.5001 if component == "cpu" else 1000 * 1024
    assert -slack <= thousandths(written[1]) - meant <= (slack if component == "cpu" else 0)


@pytest.mark.parametrize(
    ("component", "amount", "expected"),
    [
        ("cpu", 4.0, ("cpu", "4")),
        ("cpu", 1.5, ("cpu", "1500m")),
        ("memory_gib", 0.5, ("memory", "512Mi")),
        ("storage_tib", 2.0, ("storage", "2Ti")),
        ("gpu", 0.0, ("gpu", "0")),
        ("gpu", 0.5, None),
        ("pods", 0.0, None),
        ("pods", 10.0, ("pods", "10")),
    ],
)
def test_amounts_in_words_of_kubernetes(
    component: str, amount: float, expected: tuple[str, str] | None
) -> None:
    assert quantity(component, amount) == expected
