"""What a check of the repository has to know."""

from __future__ import annotations

from tests.blueprints.kinds.sandbox.specifications import objects, project, rendered, typed


def test_every_repository_is_where_its_content_lies() -> None:
    (said,) = objects(rendered(typed(project("a"), project("b"))), ".tutela-check.yaml")
    assert said["repositories"] == {
        "https://git.example.org/platform/sandboxes.git": ".",
        "https://git.example.org/sandboxes/a.git": "projects/a/repository",
        "https://git.example.org/sandboxes/b.git": "projects/b/repository",
    }
    assert said["registries"] == ["registry.example.org"]
    assert said["kubernetes"] == ["1.33"]


def test_the_namespaces_of_exceptions_are_known() -> None:
    into = {"name": "m", "why": "metrics", "namespace": "mon", "ports": [80]}
    (said,) = objects(rendered(typed(project(network={"ingress": [into]}))), ".tutela-check.yaml")
    assert "mon" in said["external"]["namespaces"]
