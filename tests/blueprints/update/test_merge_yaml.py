"""YAML merged by what it says; laws on random documents, and cases as they come."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from blueprints.update.merge_yaml import UNSURE, merge_yaml
from blueprints.update.merged import Labels, Merged
from blueprints.update.yaml_parser import parse
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
