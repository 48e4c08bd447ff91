"""YAML merged by what it says; laws on random documents, and cases as they come."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.update.merge_yaml import ADDED, BOTH, GONE, REMOVED, UNSURE, merge_yaml
from blueprints.update.merged import Labels, Merged
from blueprints.update.yaml_parser import parse
from blueprints.update.yaml_tree import NotForMerging
from tests.blueprints.update.yaml_cases import documents, edited, paths, read, written

LABELS = Labels()


def merged(base: str, new: str, user: str) -> Merged:
    return merge_yaml("f.yaml", base, new, user, LABELS)


def clean(base: str, new: str, user: str) -> str:
    result = merged(base, new, user)
    assert result.conflicts == ()
    return result.content.decode()


@st.composite
def three(draw: st.DrawFn, *, comments: bool) -> tuple[str, str, str]:
    base = draw(documents)
    new, user = draw(edited(base)), draw(edited(base))
    old = draw(written(base, comments=False))
    theirs = draw(written(new, comments=False))
    return old, theirs, draw(written(user, comments=comments))


class TestLaws:
    @given(three(comments=True))
    def test_without_a_new_version_the_users_file_stays_as_it_is(
        self, sides: tuple[str, str, str]
    ) -> None:
        base, _, user = sides
        assert clean(base, base, user) == user

    @given(three(comments=True))
    def test_without_edits_the_result_is_the_new_version(self, sides: tuple[str, str, str]) -> None:
        base, new, _ = sides
        assert clean(base, new, base) == new

    @given(three(comments=True))
    def test_what_both_made_alike_is_no_conflict(self, sides: tuple[str, str, str]) -> None:
        base, _, user = sides
        assert clean(base, user, user) == user

    @given(three(comments=False))
    def test_a_conflict_is_one_whichever_side_is_whose(self, sides: tuple[str, str, str]) -> None:
        base, new, user = sides
        assert bool(merged(base, new, user).conflicts) == bool(merged(base, user, new).conflicts)

    @given(three(comments=False))
    def test_whichever_side_is_whose_the_result_says_the_same(
        self, sides: tuple[str, str, str]
    ) -> None:
        base, new, user = sides
        one, other = merged(base, new, user), merged(base, user, new)
        if not one.conflicts:
            assert _unordered(read(one.content.decode())) == _unordered(
                read(other.content.decode())
            )

    @given(three(comments=True))
    def test_no_comment_of_the_user_is_lost(self, sides: tuple[str, str, str]) -> None:
        base, new, user = sides
        result = merged(base, new, user)
        if not result.conflicts:
            own = Counter(parse(user).comments)
            assert not own - Counter(parse(result.content.decode()).comments)

    @given(three(comments=True))
    def test_no_change_of_either_side_is_lost(self, sides: tuple[str, str, str]) -> None:
        result = merged(*sides)
        if result.conflicts:
            return
        base, new, user = (paths(read(side)) for side in sides)
        after = paths(read(result.content.decode()))
        for place in user.keys() | new.keys() | base.keys():
            changed = [
                side.get(place, _NOTHING)
                for side in (user, new)
                if side.get(place, _NOTHING) != base.get(place, _NOTHING)
            ]
            if len(changed) == 1 and not isinstance(changed[0], (dict, list)):
                assert after.get(place, _NOTHING) == changed[0], place

    @given(three(comments=True))
    def test_what_was_written_says_what_was_meant(self, sides: tuple[str, str, str]) -> None:
        assert UNSURE not in {conflict.reason for conflict in merged(*sides).conflicts}


_NOTHING = "nothing stands there"


def _unordered(data: object) -> object:
    if isinstance(data, dict):
        return sorted(((key, _unordered(value)) for key, value in data.items()), key=repr)
    if isinstance(data, list):
        return sorted((_unordered(item) for item in data), key=repr)
    return data


APP = """\
# Rendered by five 1.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  template:
    spec:
      containers:
      - name: main
        image: web:1
        env:
        - name: MODE
          value: plain
"""


class TestCases:
    def test_comments_blanks_indents_and_quotes_of_the_user_stay(self) -> None:
        user = APP.replace("  replicas: 2", "  # we measured\n\n  replicas:   '2'   # enough")
        ours = "            # ours\n            -   name: MODE\n                value: plain\n"
        user = user.replace("        - name: MODE\n          value: plain\n", ours)
        new = APP.replace("web:1", "web:2").replace("five 1", "five 2")
        assert clean(APP, new, user) == user.replace("web:1", "web:2").replace("five 1", "five 2")

    def test_items_are_followed_by_name_wherever_they_stand(self) -> None:
        new = APP.replace(
            "      containers:\n", "      containers:\n      - name: log\n        image: l\n"
        )
        new = new.replace("web:1", "web:2")
        user = APP + "      - name: mine\n        image: m\n"
        result = clean(APP, new, user)
        names = [item["name"] for item in read(result)["spec"]["template"]["spec"]["containers"]]
        assert names == ["log", "main", "mine"]
        assert "web:2" in result

    def test_documents_are_matched_by_what_they_are(self) -> None:
        one = "apiVersion: v1\nkind: {}\nmetadata:\n  name: a\nspec: {}\n"
        base = one.format("A", 1) + "---\n" + one.format("B", 1)
        new = one.format("C", 1) + "---\n" + one.format("B", 2) + "---\n" + one.format("A", 1)
        user = one.format("A", 7) + "---\n# ours\n" + one.format("B", 1)
        assert clean(base, new, user) == (
            one.format("C", 1) + "---\n# ours\n" + one.format("B", 2) + "---\n" + one.format("A", 7)
        )

    def test_a_document_that_the_user_added_stays(self) -> None:
        user = APP + "---\nkind: Mine\nmetadata:\n  name: x\n"
        new = APP.replace("web:1", "web:2") + "---\nkind: New\nmetadata:\n  name: y\n"
        result = clean(APP, new, user)
        assert result.count("---") == 2
        assert "kind: Mine" in result
        assert "kind: New" in result

    def test_a_key_that_the_user_deleted_stays_deleted(self) -> None:
        user = APP.replace("  replicas: 2\n", "")
        new = APP.replace("web:1", "web:2")
        assert clean(APP, new, user) == user.replace("web:1", "web:2")

    def test_items_of_a_plain_list_that_both_appended_are_both_in_it(self) -> None:
        base = "args:\n- --a\n- --b\n"
        assert clean(base, base + "- --c\n", base + "- --d\n") == base + "- --c\n- --d\n"
        changed = base.replace("--b", "--b=2")
        assert clean(base, changed, base + "- --d\n") == changed + "- --d\n"

    def test_the_same_item_added_with_another_value_is_a_conflict(self) -> None:
        base = "args:\n- --a\n"
        result = merged(base, base + "- --port\n- 80\n", base + "- --port\n- 81\n")
        assert [one.where for one in result.conflicts] == ["args[1]"]

    @pytest.mark.parametrize(
        ("new", "user", "reason", "where", "line"),
        [
            ("a: 2\nb: {c: 1}\n", "b: {c: 1}\na: 3\n", BOTH, "a", 2),
            ("b: {c: 1}\n", "a: 3\nb: {c: 1}\n", GONE, "a", 1),
            ("a: 2\nb: {c: 1}\n", "b: {c: 1}\n", REMOVED, "a", 0),
            ("a: 1\nb: {c: 1}\nd: 1\n", "a: 1\nb: {c: 1}\nd: 2\n", ADDED, "d", 3),
            ("a: 1\nb: {c: 2}\n", "a: 1\nb: {c: 3}\n", BOTH, "b", 2),
        ],
    )
    def test_conflicts_say_where_and_why(
        self, new: str, user: str, reason: str, where: str, line: int
    ) -> None:
        conflicts = merged("a: 1\nb: {c: 1}\n", new, user).conflicts
        assert [(one.reason, one.where, one.line) for one in conflicts] == [(reason, where, line)]

    def test_a_comment_on_what_the_new_version_drops_is_a_conflict(self) -> None:
        base = "a: 1\nb: 2\n"
        (conflict,) = merged(base, "b: 2\nc: 1\n", "a: 1  # ours\nb: 2\n").conflicts
        assert conflict.reason.endswith("what you commented on: # ours")

    def test_one_above_it_stays_where_it_stood(self) -> None:
        assert clean("a: 1\nb: 2\n", "b: 2\n", "# ours\na: 1\nb: 2\n") == "# ours\nb: 2\n"

    def test_markers_in_an_item_leave_whole_lines(self) -> None:
        base = "l:\n- name: a\n  x: 1\n"
        result = merged(base, base.replace("1", "2"), base.replace("1", "3"))
        assert result.content.decode() == (
            "l:\n- name: a\n<<<<<<< yours\n  x: 3\n||||||| old version\n  x: 1\n"
            "=======\n  x: 2\n>>>>>>> new version\n"
        )
        first = "l:\n- x: 1\n  name: a\n"
        result = merged(first, first.replace("1", "2"), first.replace("1", "3"))
        assert result.content.decode().startswith("l:\n-\n<<<<<<< yours\n  x: 3\n")

    def test_anchors_and_aliases_stay(self) -> None:
        base = "a: &x\n  b: 1\nc: *x\nd: 1\n"
        user = base.replace("d: 1", "d: 2")
        new = base.replace("b: 1", "b: 5")
        assert clean(base, new, user) == user.replace("b: 1", "b: 5")

    def test_an_alias_whose_anchor_goes_is_a_conflict(self) -> None:
        base = "a: &x 1\nd: 1\n"
        result = merged(base, "a: 1\nd: 1\n", base + "mine: *x\n")
        assert [one.reason for one in result.conflicts] == [UNSURE]

    def test_what_is_not_such_yaml_is_said(self) -> None:
        with pytest.raises(NotForMerging):
            merged("a: 1\n", "a: 2\n", "{{ a }}: {{ b }}\n{%\n")
