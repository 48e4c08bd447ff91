import re

from blueprints.engine.blueprint import Owner
from blueprints.parts import ci


def test_every_action_is_named_by_its_commit() -> None:
    for action in (ci.CHECKOUT, ci.PYTHON, ci.TOFU):
        assert re.fullmatch(r"[a-z-]+/[a-z-]+@[0-9a-f]{40}", action)
        assert action.partition("@")[0] in ci.PINS


def test_packages_are_quoted_for_the_shell() -> None:
    assert ci.install("a==1", "b[c]==2") == "python -m pip install --quiet a==1 'b[c]==2'"
    assert re.fullmatch(r"tutela\[check,waldur\]==[0-9.]+", ci.tool("waldur"))


def test_files_of_the_ci_are_people_s_too() -> None:
    made = ci.shared(".gitlab-ci.yml", {"stages": ["check"]}, "said")
    assert made.owner is Owner.SHARED
    assert made.content.startswith(b"# said\n---\nstages:\n")


def test_the_check_and_the_hook_look_at_the_whole_repository() -> None:
    assert "tutela check . --format github" in repr(ci.check("main"))
    assert "tutela check . --format gitlab" in repr(ci.gitlab_check([{"when": "always"}]))
    assert "'entry': 'tutela check . --no-history'" in repr(ci.pre_commit())
