import pytest

from blueprints.engine.blueprint import Copied
from blueprints.promote.copying import behind, check, is_downgrade, wanted
from blueprints.update.update import RefusedError
from tests.blueprints.promote.staged import PROMOTION

DATA = {
    "stages": {
        "test": {
            "versions": {"kernel": "v1.33.5+rke2r2", "parts": {"db": "1.10.0", "web": "2.0.0"}}
        },
        "stage": {
            "versions": {"kernel": "v1.33.5+rke2r1", "parts": {"db": "1.9.0", "old": "1.0.0"}}
        },
        "live": {"versions": {"kernel": "v1.33.5+rke2r1", "parts": {"db": "1.11.0"}}},
    }
}


def test_what_differs_is_copied_and_what_the_earlier_stage_has_not_stays() -> None:
    found = wanted(PROMOTION, DATA, "test", "stage", ())
    assert found.copied == (
        Copied(("kernel",), "v1.33.5+rke2r1", "v1.33.5+rke2r2"),
        Copied(("parts", "db"), "1.9.0", "1.10.0"),
        Copied(("parts", "web"), None, "2.0.0"),
    )
    assert found.staying == ("parts.old",)
    assert found.left == ()


@pytest.mark.parametrize(
    ("before", "after", "back"),
    [
        ("1.9.0", "1.10.0", False),
        ("1.10.0", "1.9.0", True),
        ("v1.33.5+rke2r2", "v1.33.5+rke2r1", True),
        ("1.0.0-rc.2", "1.0.0", False),
        (None, "1.0.0", False),
    ],
)
def test_versions_are_compared_as_versions(before: str | None, after: str, back: bool) -> None:
    assert is_downgrade(PROMOTION, Copied(("parts", "db"), before, after)) is back


def test_the_refusal_of_a_step_back_says_what_to_type() -> None:
    back = Copied(("parts", "db"), "1.10.0", "1.9.0")
    with pytest.raises(RefusedError, match=r"live runs something newer: parts\.db") as told:
        check(PROMOTION, [back], "live", allow_downgrade=False)
    assert "--allow-downgrade, if it is to go back" in told.value.__notes__
    check(PROMOTION, [back], "live", allow_downgrade=True)


def test_a_later_stage_that_is_newer_is_told() -> None:
    stages = ("test", "stage", "live")
    assert behind(PROMOTION, DATA, stages, "stage") == ("live", "stage", ("parts.db",))
    assert behind(PROMOTION, DATA, stages, "live") is None
