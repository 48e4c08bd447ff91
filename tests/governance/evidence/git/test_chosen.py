import pytest

from blueprints.formats.git.repository import Ref
from governance.evidence.git.chosen import chosen

NAMES = (
    *("HEAD", "refs/heads/main", "refs/heads/old/x", "refs/tags/v1", "refs/remotes/origin/main"),
    *("refs/stash", "refs/stash@{1}", "refs/exps/a/b", "worktrees/w/HEAD"),
)
REFS = [Ref(name, "a" * 40) for name in NAMES]


@pytest.mark.parametrize(
    ("globs", "names"),
    [
        (
            ["*"],
            {
                *("refs/heads/main", "refs/heads/old/x", "refs/tags/v1"),
                *("refs/remotes/origin/main", "refs/exps/a/b"),
            },
        ),
        (["refs/heads/*"], {"refs/heads/main", "refs/heads/old/x"}),
        (["refs/heads/main", "refs/tags/*"], {"refs/heads/main", "refs/tags/v1"}),
        (["refs/stash*"], {"refs/stash", "refs/stash@{1}"}),
        (["HEAD"], {"HEAD"}),
        (["main"], set()),
        ([], set()),
    ],
)
def test_a_glob_means_whole_names(globs: list[str], names: set[str]) -> None:
    assert {ref.name for ref in chosen(REFS, globs)} == names
