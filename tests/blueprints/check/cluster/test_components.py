"""Known software."""

import re

import pytest

from blueprints.check.cluster.components import command_line, component_of, load, repository_of


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("docker.io/milvusdb/milvus:v2.6.8", "milvus"),
        ("mirror.example.org:5000/hub/milvusdb/milvus@sha256:00", "milvus"),
        ("library/postgres:17", "postgresql"),
        ("example.org/milvusdb/milvus-extra:1", None),
        ("", None),
    ],
)
def test_a_component_is_known_by_the_end_of_its_repository(image: str, name: str | None) -> None:
    found = component_of(image)
    assert (found.name if found else None) == name


def test_tag_and_digest_are_no_part_of_a_repository() -> None:
    assert repository_of("a.example.org:5000/b/c:1@sha256:00") == "a.example.org:5000/b/c"


@pytest.mark.parametrize("component", load(), ids=lambda one: str(one.name))
def test_every_pattern_is_one_and_no_image_is_of_two(component: object) -> None:
    one = next(entry for entry in load() if entry is component)
    patterns = (*one.words, *one.other_words, *one.env.values(), *one.other_env, *one.listens)
    for pattern in (*patterns, *one.probes.values()):
        re.compile(pattern)
    assert set(one.writes) <= set(one.mounts)
    assert one.why
    for image in one.images:
        assert component_of(f"registry.example.org/{image}:1") is one


def test_the_command_line_is_command_and_arguments() -> None:
    assert command_line({"command": ["a"], "args": ["b", 1]}) == ("a", "b")
