"""Kubernetes' own schemas, tightened."""

import time

import kubernetes_validate
import pytest

from blueprints.check.schemas import core
from blueprints.check.schemas.policy import read

NEWEST = core.versions()[-1]
MAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"a": "1"}}
DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "a"},
    "spec": {
        "selector": {"matchLabels": {"a": "b"}},
        "template": {
            "metadata": {"labels": {"a": "b"}},
            "spec": {"containers": [{"name": "c", "image": "i"}]},
        },
    },
}


@pytest.mark.parametrize("version", core.versions())
def test_every_kind_of_every_version_can_be_compiled(version: str) -> None:
    schemas = core.load(version)
    assert len(schemas.definitions) > 100
    for kind in schemas.definitions:
        assert schemas.validator(kind) is not None


def test_every_entry_of_what_is_added_meets_a_definition() -> None:
    names = {
        part
        for version in core.versions()
        for name in core.load(version).document["$defs"]
        for part in (name.rsplit(".", 1)[-1], ".".join(name.split(".")[-3::2]))
    }
    assert {name for name in read("core.yaml") if name not in names} == set()


def test_every_field_of_what_is_added_is_one_of_some_version() -> None:
    wrong = []
    for name, fields in read("core.yaml").items():
        last = name.rsplit(".", 1)[-1]
        known: set[str] = set()
        for version in core.versions():
            for defined, schema in core.load(version).document["$defs"].items():
                if defined.rsplit(".", 1)[-1] == last:
                    known |= set(schema.get("properties", {}))
        for field, value in fields.items():
            parts = value if field.startswith("$") and isinstance(value, list) else [field]
            wrong += [f"{name}.{part}" for part in parts if part[0] != "$" and part not in known]
    assert wrong == []


def test_a_kind_that_a_version_does_not_have_has_no_validator() -> None:
    assert core.load(NEWEST).validator(("batch", "v1beta1", "CronJob")) is None


def test_null_is_no_value() -> None:
    validator = core.load(NEWEST).validator(("", "v1", "ConfigMap"))
    assert validator is not None
    assert validator.is_valid(MAP)
    assert not validator.is_valid({**MAP, "data": None})


def test_what_practice_asks_for_is_required_only_then() -> None:
    claim = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "a"},
        "spec": {"podSelector": {}},
    }
    kind = ("networking.k8s.io", "v1", "NetworkPolicy")
    usual, strict = core.load(NEWEST), core.load(NEWEST, practice=True)
    assert usual.validator(kind).is_valid(claim)  # type: ignore[union-attr]
    assert not strict.validator(kind).is_valid(claim)  # type: ignore[union-attr]


def test_versions_are_in_the_order_of_numbers() -> None:
    assert core.order("1.9") < core.order("1.10")
    assert list(core.versions()) == sorted(core.versions(), key=core.order)


def test_it_is_at_least_three_times_as_fast_as_the_library() -> None:
    """Each manifest for one version, the schemas of both read before."""
    validator = core.load(NEWEST).validator(("apps", "v1", "Deployment"))
    assert validator is not None
    kubernetes_validate.validate(DEPLOYMENT, NEWEST, strict=True)
    started = time.perf_counter()
    for _ in range(3):
        kubernetes_validate.validate(DEPLOYMENT, NEWEST, strict=True)
    library = (time.perf_counter() - started) / 3
    started = time.perf_counter()
    for _ in range(300):
        assert validator.is_valid(DEPLOYMENT)
    ours = (time.perf_counter() - started) / 300
    assert ours * 3 < library
