"""Which version of Kubernetes has what."""

import pytest

from blueprints.check.schemas.core import versions
from blueprints.check.schemas.policy import read
from blueprints.check.schemas.versions import history, installed, is_core


def test_versions_without_schemas_are_told_apart() -> None:
    assert installed(("1.33", "1.9", "1.31")) == (("1.31", "1.33"), ("1.9",))


@pytest.mark.parametrize(
    ("group", "own"),
    [
        ("", True),
        ("apps", True),
        ("rbac.authorization.k8s.io", True),
        ("policy", True),
        ("aps", True),
        ("argoproj.io", False),
        ("gateway.networking.k8s.io", False),
        ("kueue.x-k8s.io", False),
        ("metrics.k8s.io", False),
    ],
)
def test_own_groups_and_those_of_others(group: str, own: bool) -> None:
    assert is_core(group) is own


def test_what_is_said_to_be_removed_is_in_no_schema_from_then_on() -> None:
    from blueprints.check.schemas.core import load, order

    for entry, (since, _) in read("removed.yaml").items():
        api, kind = entry.split(" ")
        group, _, version = api.rpartition("/")
        for one in versions():
            if order(one) >= order(since):
                assert (group, version, kind) not in load(one).definitions


def test_what_became_of_a_kind() -> None:
    assert history(("batch", "v1beta1", "CronJob")).startswith("was removed in Kubernetes 1.25")
    assert history(("apps", "v1", "Deploymnt")) == "did you mean Deployment?"
    assert history(("apps", "v9", "Deployment")) == "write apps/v1"
    assert history(("apps", "v1", "Zzzzz")) == "Kubernetes has no such kind"
