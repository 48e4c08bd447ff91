import pytest

from blueprints.engine.paths import InvalidPathError, check_path, check_paths


@pytest.mark.parametrize(
    "path",
    ["README.md", ".github/workflows/check.yaml", "projects/a/tofu/main.tf", "zürich/a b.md"],
)
def test_plain_paths_are_taken(path: str) -> None:
    assert check_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        *("", "/etc/passwd", "../a", "a/../b", "a/./b", "a//b", "a/", "a\nb", "a\x00b", "a\u202eb"),
        *("a\\b", "C:/a", "a:b", "a.", "a ", " a", "a./b", ".git/hooks/x", "a/.GIT/x", "git~1/x"),
        *("\ud800", "é" * 101, "a/" * 501 + "b"),
    ],
)
def test_what_leaves_the_repository_or_differs_between_machines_is_refused(path: str) -> None:
    with pytest.raises(InvalidPathError, match="a file cannot be called") as caught:
        check_path(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("paths", "problem"),
    [
        (["a", "b", "a"], "the file a comes twice"),
        (["docs/A.md", "docs/a.md"], "the file docs/a.md differs from docs/A.md in case only"),
        (["caf\u00e9", "cafe\u0301"], "in case only"),
        (["a", "a/b"], "a is a file and the folder of a/b"),
        (["x/a/b", "X/A"], "X/A is a file and the folder of x/a/b"),
    ],
)
def test_paths_that_cannot_lie_side_by_side_are_refused(paths: list[str], problem: str) -> None:
    with pytest.raises(InvalidPathError, match=problem):
        check_paths(paths)


def test_paths_that_can_are_taken() -> None:
    check_paths(["a", "b/a", "b/c/a", "ab"])
