"""Definitions of custom kinds from a folder and from the repository."""

import json
from pathlib import Path

import pytest
import yaml

from blueprints.check.schemas.crds import definitions
from tests.blueprints.check.places import repository, write

SCHEMA = {"type": "object", "properties": {"spec": {"type": "object"}}}


def crd(kind: str, version: str = "v1", *, served: bool = True) -> dict[str, object]:
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "spec": {
            "group": "example.org",
            "names": {"kind": kind},
            "versions": [
                {"name": version, "served": served, "schema": {"openAPIV3Schema": SCHEMA}}
            ],
        },
    }


def test_crds_lists_of_them_and_catalogues_are_read(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "crds",
        {
            "a.yaml": yaml.safe_dump_all([crd("One"), {"kind": "Other"}, crd("Two")]),
            "deep/b.json": json.dumps({"kind": "List", "items": [crd("Three")]}),
            "argoproj.io/application_v1alpha1.json": json.dumps(SCHEMA),
            "ray.io_raycluster_v1.json": json.dumps(SCHEMA),
            "values.schema.json": json.dumps(SCHEMA),
            "old.yaml": yaml.safe_dump(crd("Four", served=False)),
        },
    )
    found = definitions(folder, repository(tmp_path / "repo", {}))
    assert len(found) == 5
    for kind in ("One", "Two", "Three"):
        assert ("example.org", "v1", kind) in found
    assert ("argoproj.io", "v1alpha1", "Application") in found
    assert ("ray.io", "v1", "RayCluster") in found
    assert ("example.org", "v1", "Four") not in found


def test_those_of_the_repository_come_second_and_are_not_trusted(tmp_path: Path) -> None:
    folder = write(tmp_path / "crds", {"a.yaml": yaml.safe_dump(crd("One"))})
    both = yaml.safe_dump_all([crd("One"), crd("Two")])
    found = definitions(folder, repository(tmp_path / "repo", {"crds.yaml": both}))
    one, two = (found.get(("example.org", "v1", kind)) for kind in ("One", "Two"))
    assert one is not None
    assert one.trusted
    assert two is not None
    assert not two.trusted


@pytest.mark.parametrize("text", ["{", "a: [", "&a [*a, *a]", "!!python/object:x.y {}"])
def test_what_cannot_be_read_is_told(text: str, tmp_path: Path) -> None:
    name = "broken.json" if text == "{" else "broken.yaml"
    text = text if text == "{" else f"# CustomResourceDefinition\n{text}\n"
    files = {"a.yaml": yaml.safe_dump(crd("One")), name: text}
    found = definitions(write(tmp_path / "crds", files), repository(tmp_path / "repo", {}))
    assert [file for file, _ in found.problems] in ([name], [])
    assert len(found) == 1


def test_patterns_that_cannot_be_read_are_left_out_and_told(tmp_path: Path) -> None:
    one = crd("One")
    text = yaml.safe_dump(one).replace("type: object", "type: object\n            pattern: '('", 1)
    folder = write(tmp_path / "crds", {"a.yaml": text})
    found = definitions(folder, repository(tmp_path / "repo", {})).get(("example.org", "v1", "One"))
    assert found is not None
    assert found.left_out == ("(",)
    assert found.validator.is_valid({"spec": {}})
