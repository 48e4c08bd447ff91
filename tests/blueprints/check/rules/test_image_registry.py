"""Images from elsewhere."""

from pathlib import Path

import pytest

from blueprints.check.rules import image_registry
from tests.blueprints.check.rules.asking import told


@pytest.mark.parametrize(
    ("image", "registries", "good"),
    [
        ("registry.example.org/a/b:1", ("registry.example.org",), True),
        ("registry.example.org/a/b:1", ("registry.example.org/a",), True),
        ("registry.example.org/ab/b:1", ("registry.example.org/a",), False),
        ("registry.example.org.evil.org/a/b", ("registry.example.org",), False),
        ("nginx", ("docker.io",), True),
        ("nginx", ("registry.example.org",), False),
        ("registry.example.org:5000/a", ("registry.example.org",), False),
    ],
)
def test_an_image_comes_from_a_registry_of_the_settings(
    image: str, registries: tuple[str, ...], good: bool, tmp_path: Path
) -> None:
    head = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n"
    text = f"{head}  containers: [{{name: c, image: '{image}'}}]\n"
    found = told(image_registry, tmp_path, {"a.yaml": text}, registries=registries)
    assert (found == []) is good
