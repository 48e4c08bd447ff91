"""Custom resources against their real definitions."""

from pathlib import Path

import pytest
import yaml

from blueprints.check.rules import crd_schema
from blueprints.errors import ExpectedError
from tests.blueprints.check.places import write
from tests.blueprints.check.rules.asking import not_checked, told

SCHEMA = {
    "type": "object",
    "properties": {
        "spec": {
            "type": "object",
            "required": ["size", "tier"],
            "x-kubernetes-validations": [
                {"rule": "self.size > 0 || self.tier == 'none'", "message": "size is needed"},
                {"rule": "self.size >= oldSelf.size", "message": "must not shrink"},
                {"rule": "isURL(self.tier)", "message": "odd"},
            ],
            "properties": {
                "size": {"type": "integer"},
                "tier": {"type": "string", "default": "large"},
                "port": {"x-kubernetes-int-or-string": True},
                "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
            },
        }
    },
}
CRD = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "buckets.example.org"},
    "spec": {
        "group": "example.org",
        "names": {"kind": "Bucket"},
        "versions": [{"name": "v1", "served": True, "schema": {"openAPIV3Schema": SCHEMA}}],
    },
}
BUCKET = "apiVersion: example.org/v1\nkind: Bucket\nmetadata: {name: a}\nspec: "


@pytest.fixture
def crds(tmp_path: Path) -> Path:
    return write(tmp_path / "crds", {"bucket.yaml": yaml.safe_dump(CRD)})


@pytest.mark.parametrize("spec", ["{size: 1}", "{size: 1, port: http, free: {a: {b: 1}}}"])
def test_defaults_are_written_in_first(spec: str, crds: Path, tmp_path: Path) -> None:
    assert told(crd_schema, tmp_path, {"a.yaml": BUCKET + spec}, crds=crds) == []


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("{sise: 1}", "Bucket a: spec has no field sise"),
        ('{size: "1"}', "spec.size"),
        ("{size: 1, port: {a: 1}}", "spec.port"),
        ("{size: 0}", "a.yaml:4: Bucket a: spec: size is needed"),
    ],
)
def test_what_does_not_fit_is_told(spec: str, words: str, crds: Path, tmp_path: Path) -> None:
    found = told(crd_schema, tmp_path, {"a.yaml": BUCKET + spec}, crds=crds)
    assert any(words in one for one in found), found


def test_rules_that_cannot_be_evaluated_are_not_checked(crds: Path, tmp_path: Path) -> None:
    (reason,) = not_checked(crd_schema, tmp_path, {"a.yaml": BUCKET + "{size: 1}"}, crds=crds)
    assert reason.startswith("Bucket: rule isURL(self.tier) ")


def test_definitions_of_the_repository_count_but_their_rules_are_not_run(tmp_path: Path) -> None:
    files = {"crd.yaml": yaml.safe_dump(CRD), "a.yaml": BUCKET + "{size: 0}"}
    assert told(crd_schema, tmp_path / "1", files) == []
    reasons = not_checked(crd_schema, tmp_path / "2", files)
    assert len(reasons) == 2
    assert all("give its definition with --crds DIR" in one for one in reasons)
    files["a.yaml"] = BUCKET + "{sise: 0}"
    assert told(crd_schema, tmp_path / "3", files) != []


def test_a_folder_without_definitions_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError, match="no definition of a custom resource"):
        told(crd_schema, tmp_path, {"a.yaml": "a: 1"}, crds=write(tmp_path / "none", {}))
    with pytest.raises(ExpectedError, match="no such folder"):
        told(crd_schema, tmp_path, {"a.yaml": "a: 1"}, crds=tmp_path / "gone")


def test_a_file_that_cannot_be_read_is_not_checked(crds: Path, tmp_path: Path) -> None:
    write(crds, {"broken.json": "{"})
    reasons = not_checked(crd_schema, tmp_path, {"a.yaml": "a: 1"}, crds=crds)
    assert [one.split(":")[0] for one in reasons] == ["broken.json in --crds cannot be read"]
