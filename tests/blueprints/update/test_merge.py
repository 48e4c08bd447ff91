"""Which way a file is merged."""

import pytest

from blueprints.update.merge import is_yaml, merge
from blueprints.update.merged import Labels, Merged
from tests.blueprints.update.repositories import GIT


def merged(path: str, base: str, new: str, user: str) -> Merged:
    return merge(path, base.encode(), new.encode(), user.encode(), Labels(), GIT)


@pytest.mark.parametrize("path", ["f.yaml", "f.txt", "f"])
def test_a_side_that_changed_nothing_gives_the_other(path: str) -> None:
    assert merged(path, "a: 1\n", "a: 1\n", "a: 2 # mine\n").content == b"a: 2 # mine\n"
    assert merged(path, "a: 1\n", "a: 2\n", "a: 1\n").content == b"a: 2\n"


def test_yaml_is_merged_where_lines_would_clash() -> None:
    sides = "a: 1\nb: 1\n", "a: 2\nb: 1\n", "a: 1\nb: 2\n"
    assert merged("f.yaml", *sides).content == b"a: 2\nb: 2\n"
    assert merged("f.txt", *sides).conflicts


def test_a_template_of_a_chart_is_text() -> None:
    base = "{{- if .x }}\na: 1\n{{- end }}\n\nb: 2\n"
    result = merged("t.yaml", base, base.replace("2", "3"), base.replace("1", "9"))
    assert result.content == base.replace("2", "3").replace("1", "9").encode()


def test_markers_that_are_still_there_are_a_conflict() -> None:
    marked = "<<<<<<< yours\na: 1\n=======\na: 2\n>>>>>>> new\n"
    assert [one.reason for one in merged("f.yaml", "a: 0\n", "a: 2\n", marked).conflicts] == [
        "still has conflict markers in it"
    ]


@pytest.mark.parametrize(
    ("path", "yes"),
    [("a/b.yaml", True), ("b.yml", True), (".yamllint", True), ("yaml", False), ("a.json", False)],
)
def test_yaml_is_known_by_its_name(path: str, yes: bool) -> None:
    assert is_yaml(path) == yes
