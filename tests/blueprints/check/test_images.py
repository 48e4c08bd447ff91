"""Names of images."""

from pathlib import Path

import pytest

from blueprints.check.images import Reference, read, uses
from tests.blueprints.check.places import repository

HEX = "7d1a54127b222502f5b79b5fb0803061152a44f92b37e23c6527baf665d4da9a"


@pytest.mark.parametrize(
    ("image", "parts"),
    [
        ("nginx", ("docker.io", "library/nginx", "", "")),
        ("nginx:1.29", ("docker.io", "library/nginx", "1.29", "")),
        ("team/app", ("docker.io", "team/app", "", "")),
        ("ghcr.io/team/app:1", ("ghcr.io", "team/app", "1", "")),
        ("localhost:5000/app", ("localhost:5000", "app", "", "")),
        (f"a.b/c:1@sha256:{HEX}", ("a.b", "c", "1", f"sha256:{HEX}")),
        (f"a.b/c@sha256:{HEX}", ("a.b", "c", "", f"sha256:{HEX}")),
    ],
)
def test_a_reference_is_taken_apart(image: str, parts: tuple[str, str, str, str]) -> None:
    assert read(image) == Reference(*parts)


@pytest.mark.parametrize(
    ("digest", "pinned", "example"),
    [
        (f"sha256:{HEX}", True, False),
        (f"sha256:{HEX[:-1]}", False, False),
        (f"sha512:{HEX}", False, False),
        ("sha256:" + "0" * 63 + "7", True, True),
        ("sha256:" + "ab" * 32, True, True),
        ("sha256:" + "0123456789abcdef" * 4, True, False),
    ],
)
def test_digests_and_those_that_are_made_up(digest: str, pinned: bool, example: bool) -> None:
    reference = read(f"a.b/c@{digest}")
    assert (reference.pinned, reference.example) == (pinned, example)


def test_images_of_pods_volumes_custom_resources_and_kustomizations_are_found(
    tmp_path: Path,
) -> None:
    repo = repository(
        tmp_path,
        {
            "pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n"
            "  initContainers: [{name: i, image: a/i}]\n"
            "  containers: [{name: c, image: a/c}, {name: d}]\n"
            "  volumes: [{name: v, image: {reference: a/v}}]\n",
            "own.yaml": "apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: t}\n"
            "spec: {image: a/t, deep: [{imageName: a/u}], title: a/no}\n",
            "kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1beta1\n"
            "kind: Kustomization\nimages: [{name: x, newName: a/x, newTag: '1'}]\n",
        },
    )
    found = {use.image: use for use in uses(repo)}
    assert set(found) == {"a/i", "a/c", "a/v", "a/t", "a/u", "a/x:1"}
    assert found["a/c"].who == "Pod p: container c"
    assert found["a/c"].line == 6
