"""One object twice."""

from pathlib import Path

import pytest

from blueprints.check.rules import duplicate_object
from tests.blueprints.check.rules.asking import told

MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: x}\n"
HEAD = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"


def test_the_second_one_is_told_with_the_place_of_the_first(tmp_path: Path) -> None:
    files = {"a.yaml": MAP, "b/c.yaml": f"# c\n---\n{MAP}"}
    assert told(duplicate_object, tmp_path, files) == [
        "b/c.yaml:5: ConfigMap x/a stands here again (first in a.yaml:1)"
    ]


def test_a_namespace_from_kustomize_counts(tmp_path: Path) -> None:
    files = {
        "a/kustomization.yaml": HEAD + "namespace: x\nresources: [a.yaml]\n",
        "a/a.yaml": MAP.replace(", namespace: x", ""),
        "b.yaml": MAP,
    }
    assert len(told(duplicate_object, tmp_path, files)) == 1


@pytest.mark.parametrize(
    "files",
    [
        {"a.yaml": MAP, "b.yaml": MAP.replace("namespace: x", "namespace: y")},
        {"a.yaml": MAP, "b.yaml": MAP.replace("ConfigMap", "Secret")},
        {"overlays/dev/a.yaml": MAP, "overlays/prod/a.yaml": MAP},
        {"clusters/one/x/a.yaml": MAP, "clusters/two/x/a.yaml": MAP},
        {"models/a/s/kubernetes/a.yaml": MAP, "models/a/s/production-stack/manifests/a.yaml": MAP},
        {"models/a/s/kubernetes/a.yaml": MAP, "models/a/t/kubernetes/a.yaml": MAP},
        {
            "kustomization.yaml": HEAD + "resources: [a.yaml]\npatches: [{path: p.yaml}]\n",
            "a.yaml": MAP,
            "p.yaml": MAP,
        },
        {
            "a/a.yaml": MAP.replace(", namespace: x", ""),
            "b/a.yaml": MAP.replace(", namespace: x", ""),
        },
    ],
)
def test_others_patches_and_other_clusters_are_not_the_same(
    files: dict[str, str | bytes], tmp_path: Path
) -> None:
    assert told(duplicate_object, tmp_path, files) == []


def test_two_models_of_one_site_may_not_have_one_object(tmp_path: Path) -> None:
    files = {"models/a/s/kubernetes/x.yaml": MAP, "models/b/s/kubernetes/x.yaml": MAP}
    assert len(told(duplicate_object, tmp_path, files)) == 1
