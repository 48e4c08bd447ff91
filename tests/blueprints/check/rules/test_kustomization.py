"""Kustomizations that do not meet what is there."""

from pathlib import Path

import pytest

from blueprints.check.rules import kustomization
from tests.blueprints.check.rules.asking import not_checked, told

HEAD = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
DEPLOYMENT = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n"
    "spec: {template: {spec: {containers: [{name: c, image: 'a.b/c:1'}]}}}\n"
)
GOOD = (
    HEAD + "resources: [a.yaml]\n"
    "images: [{name: a.b/c, newTag: '2'}]\n"
    "replicas: [{name: a, count: 2}]\n"
    "patches:\n"
    "  - {path: p.yaml}\n"
    "  - {target: {kind: Deployment, name: a.*}, patch: x}\n"
    "  - {target: {labelSelector: x=y}, patch: x}\n"
)


def files(text: str, **more: str) -> dict[str, str | bytes]:
    return {
        "k/kustomization.yaml": text,
        "k/a.yaml": DEPLOYMENT,
        "k/p.yaml": DEPLOYMENT,
        **{name.replace("__", "/") + ".yaml": content for name, content in more.items()},
    }


def test_what_fits_is_not_told(tmp_path: Path) -> None:
    assert told(kustomization, tmp_path, files(GOOD)) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[a.yaml]", "[a.yaml, b.yaml]", "there is no b.yaml here"),
        ("[a.yaml]", "[a.yaml, ../../x.yaml]", "there is no ../../x.yaml here"),
        ("name: a.b/c", "name: a.b/d", "no object has the image a.b/d"),
        ("{name: a, count", "{name: b, count", "no object is called b"),
        ("name: a.*", "name: b.*", "no object is meant by Deployment b.*"),
        ("kind: Deployment,", "kind: Deploymnt,", "no object is meant by Deploymnt a.*"),
        ("path: p.yaml", "path: q.yaml", "there is no q.yaml here"),
    ],
)
def test_what_is_not_there_is_told(old: str, new: str, words: str, tmp_path: Path) -> None:
    found = told(kustomization, tmp_path, files(GOOD.replace(old, new, 1)))
    assert any(words in one for one in found), found


def test_a_patch_file_is_for_an_object_that_is_there(tmp_path: Path) -> None:
    given = files(GOOD)
    given["k/p.yaml"] = DEPLOYMENT.replace("name: a}", "name: b}")
    assert told(kustomization, tmp_path, given) == [
        "k/kustomization.yaml:7: the patch is for Deployment b, which is not here"
    ]


def test_a_manifest_that_is_not_listed_is_told(tmp_path: Path) -> None:
    given = files(GOOD, k__b=DEPLOYMENT, k__deep__c=DEPLOYMENT, elsewhere=DEPLOYMENT)
    assert [one.split(": ")[0] for one in told(kustomization, tmp_path, given)] == [
        "k/b.yaml:1",
        "k/deep/c.yaml:1",
    ]


def test_what_lies_elsewhere_is_not_checked(tmp_path: Path) -> None:
    given = files(GOOD.replace("[a.yaml]", "[a.yaml, 'https://example.org/x?ref=1']"))
    assert told(kustomization, tmp_path / "1", given) == []
    assert not_checked(kustomization, tmp_path / "2", given) == [
        "https://example.org/x?ref=1 lies elsewhere and is not fetched"
    ]


def test_a_pattern_that_is_none_does_not_stop_the_check(tmp_path: Path) -> None:
    found = told(kustomization, tmp_path, files(GOOD.replace("name: a.*", "name: 'a['")))
    assert any("no object is meant" in one for one in found)


def test_a_pattern_that_takes_long_is_not_tried(tmp_path: Path) -> None:
    text = GOOD.replace("name: a.*", "name: '(a+)+b'").replace("name: a,", "name: a,")
    given = files(text)
    given["k/a.yaml"] = DEPLOYMENT.replace("name: a}", "name: " + "a" * 200 + "}")
    assert not any("is meant" in one for one in told(kustomization, tmp_path, given))


def test_a_file_that_does_not_say_what_it_is_is_told(tmp_path: Path) -> None:
    given = files(GOOD.replace("apiVersion: kustomize.config.k8s.io/v1beta1", "apiVersion: true"))
    assert told(kustomization, tmp_path, given) == [
        "k/kustomization.yaml:1: is no Kustomization by its kind"
    ]
