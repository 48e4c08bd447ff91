"""The portal's own client against a portal on this machine."""

from __future__ import annotations

import socket
from datetime import UTC, datetime

import pytest

from blueprints.kinds.sandbox.waldur import api
from blueprints.kinds.sandbox.waldur.portal import PortalError
from tests.blueprints.kinds.sandbox.waldur.conftest import CLIMATE, LIMITS, PROTEIN
from tests.blueprints.kinds.sandbox.waldur.portal_server import OFFERING, TOKEN, Waldur


def test_projects_people_and_limits_are_read_over_several_pages(portal: Waldur) -> None:
    portal.join(CLIMATE, "emil", "PROJECT.MEMBER", until="2027-01-01T00:00:00Z")
    read = {one.uuid: one for one in api.read(portal.url, TOKEN).projects}
    assert set(read) == {CLIMATE, PROTEIN}
    climate = read[CLIMATE]
    assert climate.slug == "climate"
    assert [one.username for one in climate.people] == ["ada", "blaise", "carla", "emil"]
    assert climate.people[3].until == datetime(2027, 1, 1, tzinfo=UTC)
    assert climate.resources[0].limits == LIMITS
    assert any("page=2" in path for path in portal.requests)


def test_projects_that_are_gone_are_asked_for_and_their_people_are_not(portal: Waldur) -> None:
    portal.projects[PROTEIN]["is_removed"] = True
    read = {one.uuid: one for one in api.read(portal.url, TOKEN).projects}
    assert read[PROTEIN].removed
    assert read[PROTEIN].people == ()
    assert not any("list_users" in path and PROTEIN[:8] in path for path in portal.requests)


def test_only_resources_of_the_offering_are_asked_for(portal: Waldur) -> None:
    api.read(portal.url, TOKEN, OFFERING)
    (asked, *_) = [path for path in portal.requests if "marketplace-resources" in path]
    assert "offering_uuid=" in asked
    assert "state=OK" in asked
    assert "Terminated" not in asked


def test_people_of_projects_that_are_nobodys_business_are_not_asked_for(portal: Waldur) -> None:
    portal.resources.pop()
    portal.add("77" * 16, "Elsewhere", "elsewhere")
    read = {one.uuid: one for one in api.read(portal.url, TOKEN, OFFERING, {PROTEIN}).projects}
    assert [one.username for one in read[PROTEIN].people] == ["dora"]
    assert len(read[CLIMATE].people) == 3
    assert not any("77777777" in path for path in portal.requests)


def test_the_token_is_in_no_address(portal: Waldur) -> None:
    api.read(portal.url, TOKEN)
    assert all(TOKEN not in path for path in portal.requests)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("short", "said that there are 3 users"),
        ("html", "does not understand"),
        ("500", "answered 500"),
        ("redirect", "answered 302"),
        ("no-list", "does not understand"),
    ],
)
def test_what_goes_wrong_is_one_line_without_the_token(
    portal: Waldur, fault: str, said: str
) -> None:
    portal.fault = fault
    with pytest.raises(PortalError) as caught:
        api.read(portal.url, TOKEN)
    assert said in str(caught.value)
    assert TOKEN not in str(caught.value)
    assert caught.value.__cause__ is None
    assert "\n" not in str(caught.value)


def test_a_portal_without_projects_is_not_believed(portal: Waldur) -> None:
    portal.projects.clear()
    with pytest.raises(PortalError, match="shows no project"):
        api.read(portal.url, TOKEN)


def test_a_portal_that_is_not_there_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/api/"
        with pytest.raises(PortalError, match="cannot read the portal"):
            api.read(url, TOKEN)


@pytest.mark.parametrize("token", ["", "a b", "a\nX: y", "é"])
def test_what_no_token_is_like_is_never_sent(portal: Waldur, token: str) -> None:
    with pytest.raises(PortalError, match="token"):
        api.read(portal.url, token)
    assert portal.requests == []
