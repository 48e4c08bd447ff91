import pytest
from pydantic import ValidationError

from tests.blueprints.service.models import image


@pytest.mark.parametrize("path", ["vllm/vllm-openai", "a", "docker.io/vllm/vllm-openai"])
def test_a_path_is_what_stands_behind_the_registry(path: str) -> None:
    assert image(path=path).path == path


@pytest.mark.parametrize(
    "path",
    ["", "/a", "a/", "a//b", "A/b", "a:b", "a@b", "../a", "a b", "$(id)", "a:v1@sha256:00"],
)
def test_neither_tags_nor_tricks_are_part_of_it(path: str) -> None:
    with pytest.raises(ValidationError):
        image(path=path)


@pytest.mark.parametrize("upstream", ["vllm/vllm-openai", "a/b:", "docker.io/a/b@sha256:00"])
def test_where_it_came_from_is_named_with_its_tag(upstream: str) -> None:
    with pytest.raises(ValidationError):
        image(upstream=upstream)
