"""Every field wrong in turn is told with its place, and the right name."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from blueprints import yamlfile
from blueprints.emit.yaml import yaml_text
from blueprints.kinds.sandbox.spec import Specification
from blueprints.yamltext import InvalidFileError
from tests.blueprints.kinds.sandbox.specifications import data, project, specification, typed

WHOLE = data(
    project(
        waldur="5c" * 16,
        data={
            "s3": [{"name": "era5", "bucket": "climate-era5"}],
            "volumes": [{"name": "shared", "size": "10Gi", "type": "filesystem"}],
            "scratch": {"sub_path": "climate/era5"},
        },
        network={
            "within": False,
            "egress": [{"name": "hub", "why": "models", "fqdn": "a.org", "ports": [443]}],
            "ingress": [{"name": "m", "why": "metrics", "namespace": "mon", "ports": [80]}],
        },
    )
)


def refused(said: Any) -> tuple[str, ...]:
    with pytest.raises(InvalidFileError) as caught:
        yamlfile.parse(Specification, yaml_text([said]).decode(), "s.yaml")
    return caught.value.messages


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        yield (*path, key)
        if isinstance(inner, dict | list):
            yield from places(inner, (*path, key))


PLACES = [path for path in places(WHOLE) if path != ("site", "images", "dex")]


def changed(path: tuple[Any, ...], value: Any) -> Any:
    said = copy.deepcopy(WHOLE)
    here = said
    for part in path[:-1]:
        here = here[part]
    here[path[-1]] = value
    return said


@pytest.mark.parametrize("path", PLACES, ids=lambda path: ".".join(map(str, path)))
@pytest.mark.parametrize("value", [{"a": 1}, [[]], "{{ x }}", -1, None, 1.5], ids=repr)
def test_a_value_of_the_wrong_kind_is_refused_with_its_line(
    path: tuple[Any, ...], value: Any
) -> None:
    if value == "{{ x }}" and path[-1] in ("title", "why"):
        return  # free text
    if value is None and path[-1] in ("waldur", "scratch", "fqdn"):
        return  # may be left out
    messages = refused(changed(path, value))
    assert all(one.startswith("s.yaml:") for one in messages)


def test_the_whole_specification_is_right() -> None:
    yamlfile.parse(Specification, yaml_text([WHOLE]).decode(), "s.yaml")


@pytest.mark.parametrize(
    ("path", "near"),
    [
        (("sites",), "site"),
        (("site", "argo_cd"), "argocd"),
        (("projects", 0, "quotas"), "quota"),
        (("projects", 0, "quota", "memroy"), "memory"),
        (("projects", 0, "data", "s3", 0, "buckets"), "bucket"),
        (("site", "identity", "realms"), "realm"),
    ],
)
def test_an_unknown_key_is_told_with_the_nearest_right_one(
    path: tuple[Any, ...], near: str
) -> None:
    (message,) = refused(changed(path, 1))
    assert f"did you mean '{near}'" in message or f'did you mean "{near}"' in message


@pytest.mark.parametrize(
    "path",
    [
        ("site",),
        ("projects",),
        ("site", "git"),
        ("site", "identity", "connector"),
        ("projects", 0, "groups"),
        ("projects", 0, "quota", "cpu"),
    ],
)
def test_a_missing_key_is_told(path: tuple[Any, ...]) -> None:
    said = copy.deepcopy(WHOLE)
    here = said
    for part in path[:-1]:
        here = here[part]
    del here[path[-1]]
    assert str(path[-1]) in refused(said)[0]


def test_a_site_without_a_project_is_nothing_to_render() -> None:
    (message,) = refused({**data(), "projects": []})
    assert "projects" in message


def test_a_problem_of_two_projects_is_told_at_the_second() -> None:
    text = specification(project("a"), project("b"), project("a", groups=project("c")["groups"]))
    with pytest.raises(InvalidFileError) as caught:
        yamlfile.parse(Specification, text, "s.yaml")
    line = int(str(caught.value).split(":")[1])
    assert "two projects of the name a" in str(caught.value)
    assert text.splitlines()[line - 1] == "- name: a"
    assert line > text.splitlines().index("- name: b") + 1


def test_nothing_can_be_changed_after_it_was_read() -> None:
    spec = typed(project())
    with pytest.raises(ValueError, match="frozen"):
        spec.projects[0].name = "other"
