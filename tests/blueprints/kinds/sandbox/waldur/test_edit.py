"""Changes in a specification's text, and nothing else in it."""

from __future__ import annotations

import difflib

import pytest

from blueprints.kinds.sandbox.spec import Waldur
from blueprints.kinds.sandbox.waldur.edit import edited, without_projects
from blueprints.kinds.sandbox.waldur.follow import Change
from blueprints.kinds.sandbox.waldur.portal import PortalError

RULES = Waldur(url="https://portal.example.org/api/")
TEXT = """\
# Ours.
blueprint: sandbox

projects:
  - name: climate # the first
    title: 'Old'
    members:
      - {name: ada, role: admin}
      # Came in spring.
      - {name: blaise, role: member}
    quota: {cpu: "64", gpu: 8}
  - name: protein
    title: Protein
    quota: {cpu: "8", gpu: 0}
# The end.
"""


def diff(*changes: Change, text: str = TEXT) -> list[str]:
    lines = difflib.unified_diff(text.split("\n"), edited(text, changes, RULES).split("\n"), n=0)
    return [line for line in lines if line[:3] not in ("---", "+++") and line[:2] != "@@"]


def test_no_change_changes_no_byte() -> None:
    assert edited(TEXT, [], RULES) == TEXT


def test_a_quota_is_one_line() -> None:
    assert diff(Change("climate", "quota changed", "cpu", "64", "32")) == [
        '-    quota: {cpu: "64", gpu: 8}',
        '+    quota: {cpu: "32", gpu: 8}',
    ]
    assert diff(Change("climate", "quota changed", "gpu", "8", "4")) == [
        '-    quota: {cpu: "64", gpu: 8}',
        '+    quota: {cpu: "64", gpu: 4}',
    ]


def test_a_member_is_one_line() -> None:
    assert diff(Change("climate", "member added", "emil", new="member")) == [
        '+      - {name: "emil", role: member}'
    ]
    assert diff(Change("climate", "role changed", "ada", "admin", "viewer")) == [
        "-      - {name: ada, role: admin}",
        "+      - {name: ada, role: viewer}",
    ]
    assert "-      - {name: blaise, role: member}" in diff(
        Change("climate", "member removed", "blaise", "member")
    )


def test_the_first_member_of_a_project_makes_the_list() -> None:
    assert diff(Change("protein", "member added", "ada", new="admin")) == [
        "+    members:",
        '+      - {name: "ada", role: admin}',
    ]


def test_an_end_is_marked_and_taken_back() -> None:
    marked = edited(TEXT, [Change("protein", "project ended", new="2026-11-22")], RULES)
    assert '    ended: "2026-11-22"\n' in marked
    back = edited(marked, [Change("protein", "project resumed", old="2026-11-22")], RULES)
    assert "ended" not in back
    assert "# The end." in back


def test_a_title_with_anything_in_it_stays_one_value() -> None:
    title = 'a "b" {{ c }}\n- name: evil # d'
    text = edited(TEXT, [Change("climate", "title changed", old="Old", new=title)], RULES)
    assert text.count("name: ") == TEXT.count("name: ") + 1
    assert '"a \\"b\\" {{ c }}\\n- name: evil # d"' in text


def test_a_proposal_changes_nothing() -> None:
    assert diff(Change("climate", "removal proposed")) == []


@pytest.mark.parametrize("empty", ["projects: []\n", "projects:\n  []\n"])
def test_the_first_project_makes_the_list(empty: str) -> None:
    text = f"blueprint: sandbox\n{empty}"
    made = edited(text, [Change("a", "project added", "5c" * 16, new="A")], RULES)
    assert '  - name: "a"\n' in made
    assert "groups: {admins: a-admins, members: a-members, viewers: a-viewers}" in made


def test_projects_are_taken_out_and_the_rest_stays() -> None:
    left = without_projects(TEXT)
    assert "projects: []" in left
    assert "# Ours." in left
    assert "climate" not in left


def test_a_text_without_projects_is_told() -> None:
    with pytest.raises(PortalError, match="no list of projects"):
        edited("blueprint: sandbox\n", [], RULES)


COMMENTED = """\
projects:
  - name: climate
    title: x
    members:
      - {name: ada, role: admin}
      - {name: blaise, role: member} # hi
    # about the quota
    quota: {cpu: "64"}
"""


def test_a_comment_below_the_members_stays_below_them() -> None:
    joined = Change("climate", "member added", "zed", new="admin")
    assert diff(joined, text=COMMENTED) == ['+      - {name: "zed", role: admin}']
    left = [Change("climate", "member removed", name) for name in ("ada", "blaise")]
    assert diff(left[1], text=COMMENTED) == ["-      - {name: blaise, role: member} # hi"]
    assert "    # about the quota\n    quota:" in edited(COMMENTED, left, RULES)
