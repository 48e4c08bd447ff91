from pathlib import Path

import pytest

from blueprints.check.cluster.deployments import deployments
from blueprints.check.cluster.parity import Own
from blueprints.check.repository import Repository

VALID = Path(__file__).parent.parent.parent / "invalid" / "environment-parity" / "valid"


@pytest.fixture(scope="module")
def own() -> Own:
    said = deployments(Repository(VALID))
    assert said is not None
    (one,) = (one for one in said.deployments if one.environment == "production")
    return Own(said, one)


def test_its_names_and_addresses_become_one(own: Own) -> None:
    assert own.named("production-inference and inference, not inferences") == (
        "{} and {}, not inferences"
    )
    assert own.named("https://10.21.0.10:6443") == "https://{}:6443"
    assert own.named("10.21.0.101") == "10.21.0.101"
    assert own.named("inference.production.k8s.example.org") == "{}"


@pytest.mark.parametrize("value", ["v1.33.5+rke2r1", "0.15.2", 8, "32Gi", 64, "256Gi", 16])
def test_what_is_specified_or_a_product_of_it_is_explained(own: Own, value: object) -> None:
    assert own.explains(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["debug", 7, "33Gi", None, True, ""])
def test_anything_else_is_not(own: Own, value: object) -> None:
    assert not own.explains(value)  # type: ignore[arg-type]


def test_items_are_known_by_name_or_by_what_they_say(own: Own) -> None:
    places = own.entries({"a": [{"name": "x", "b": 1}, "y"], "c": {"d": None}})
    assert set(places) == {("a", "[x]", "name"), ("a", "[x]", "b"), ("a", "[y]"), ("c", "d")}
    assert places["a", "[y]"].path == ("a", 1)
