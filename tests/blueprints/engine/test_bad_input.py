"""Every blueprint's example with each of its fields wrong in turn, and with hostile text in it.

A mistake is told with its place; text that is taken arrives intact and does nothing on its way.
"""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pygohcl
import pytest
import yaml

from blueprints.emit.yaml import yaml_text
from blueprints.engine import registry
from blueprints.engine.render import render
from blueprints.engine.spec import load, parse
from blueprints.errors import ExpectedError
from blueprints.yamlfile import InvalidFileError
from tests.blueprints.kinds.cluster import specifications as clusters
from tests.blueprints.kinds.inference import specifications as services
from tests.prove import ALL
from tests.tce.intent import specifications as environments

Path_ = tuple[str | int, ...]


def firsts(value: Any) -> Any:
    """The same with one entry in each list: the others are like it."""
    if isinstance(value, dict):
        return {key: firsts(item) for key, item in value.items()}
    return [firsts(item) for item in value[:1]] if isinstance(value, list) else value


def example_of(name: str) -> Path:
    """The file that `blueprint spec` prints."""
    blueprint = registry.named(name)
    return blueprint.folder / "examples" / f"{blueprint.example or name}.yaml"


SMALL = {
    "cluster": clusters.small(),
    "inference": services.small(),
    "tce": environments.small(),
}
"""Of a blueprint whose example is nothing whole any more with the first of each list alone."""
EXAMPLES = {
    name: SMALL.get(name) or firsts(load(example_of(name)).data) for name in registry.names()
}
EVERY = 1 if ALL else 3
"""Every third field; `make prove` takes all of them."""
SLOW = {"tce": 3}
"""Of the fields of a blueprint that renders most, a third of that by default."""
PLACED = re.compile(r"s\.yaml:[0-9]+:[0-9]+: \S")
# Seven times 191 is what an interpreter would make of them.
HOSTILE = (
    "{{ 7 * 191 }}",
    "${7 * 191}",
    "%{ if true }1337%{ endif }",
    "$(expr 7 \\* 191)",
    "\"; 'x: y",
    "a\nb: 1337",
    "*/ <!-- # //",
    "<<: *a",
    "é👍\u202e",
)


def step(name: str) -> int:
    """Of how many fields one is taken."""
    return EVERY * (SLOW.get(name, 1) if EVERY > 1 else 1)


def places(value: object, path: Path_ = ()) -> Iterator[tuple[Path_, object]]:
    """Every value of a specification."""
    yield path, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, (*path, index))


def changed(data: object, path: Path_, value: object) -> Any:
    if not path:
        return value
    copy: Any = deepcopy(data)
    here = copy
    for part in path[:-1]:
        here = here[part]
    here[path[-1]] = value
    return copy


def mistakes(data: Any) -> tuple[str, ...]:
    try:
        parse(yaml_text([data]), "s.yaml")
    except InvalidFileError as error:
        return error.messages
    return ()


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_shortened_example_is_right(name: str) -> None:
    assert mistakes(EXAMPLES[name]) == ()


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_unknown_key_anywhere_is_told_with_its_place(name: str) -> None:
    data = EXAMPLES[name]
    free = []
    for path, value in places(data):
        if isinstance(value, dict):
            told = mistakes(changed(data, path, {**value, "no-such-key": 1}))
            free += [path] if not told else []
            assert not told or all(map(PLACED.match, told)), (path, told)
    # Maps whose keys are the user's take any; a number is wrong in them only by its kind.
    assert len(free) <= 3, free


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_key_that_comes_twice_is_told_with_its_place(name: str) -> None:
    text = example_of(name).read_text()
    for line in re.findall(r"^[a-z_]+:.*$", text, re.MULTILINE):
        with pytest.raises(InvalidFileError, match=r"s\.yaml:\d+:1: key .* stands here again"):
            parse(f"{text}\n{line}\n".encode(), "s.yaml")


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_value_of_another_kind_is_told_with_its_place(name: str) -> None:
    data = EXAMPLES[name]
    wrong: tuple[object, ...] = ([], {"a": {}}, -1, 10**30, True, "", "x" * 5000)
    taken = []
    for path, value in list(places(data))[1 :: step(name)]:
        for other in wrong:
            if type(other) is type(value) and other:
                continue
            told = mistakes(changed(data, path, other))
            assert all(map(PLACED.match, told)), (path, other, told)
            assert max(map(len, told), default=0) < 600, (path, told)
            if not told and isinstance(value, (dict, list)) and not isinstance(other, (dict, list)):
                taken.append((path, other))
    assert taken == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_key_that_is_missing_is_told_with_its_place(name: str) -> None:
    data = EXAMPLES[name]
    needed = 0
    for path, value in places(data):
        if isinstance(value, dict):
            for key in value:
                less = {one: item for one, item in value.items() if one != key}
                told = mistakes(changed(data, path, less))
                assert all(map(PLACED.match, told)), (path, key, told)
                needed += bool(told)
    assert needed > 5


@pytest.mark.parametrize("name", EXAMPLES)
def test_hostile_text_is_refused_or_arrives_intact(name: str) -> None:
    data = EXAMPLES[name]
    plain = rendered(data)
    taken = 0
    texts = [path for path, value in places(data) if isinstance(value, str)]
    free = [path for path in texts if path[-1] == "title"]
    for path in dict.fromkeys([*texts[:: step(name)], *free]):
        for text in HOSTILE:
            wrong = changed(data, path, text)
            told = mistakes(wrong)
            assert all(map(PLACED.match, told)), (path, text, told)
            if not told:
                taken += 1
                for file, content in rendered(wrong).items() - plain.items():
                    arrives_intact(file, content.decode(), text)
    assert taken > 0  # some text of every specification is the user's own


def rendered(data: Any) -> dict[str, bytes]:
    loaded = parse(yaml_text([data]), "s.yaml")
    return {file.path: file.content for file in render(loaded.blueprint, loaded.model)}


def arrives_intact(file: str, content: str, text: str) -> None:
    """The file reads as what it is, and what it holds of the text is all of it."""
    assert "1337" in text or "1337" not in content, (file, text)
    values: list[object] = []
    if file.endswith((".yaml", ".yml")) and "/templates/" not in file:
        values = list(yaml.load_all(content, Loader=yaml.CSafeLoader))
    elif file.endswith(".json"):
        values = [json.loads(content)]
    elif file.endswith((".tf", ".hcl")):
        values = [pygohcl.loads(content)]
    for leaf in (leaf for value in values for _, leaf in places(value)):
        if isinstance(leaf, str) and leaf.startswith("---\n"):
            arrives_intact("inside.yaml", leaf, text)  # a file in a ConfigMap
        elif isinstance(leaf, str) and ("7 * 191" in leaf or "1337" in leaf):
            assert text in leaf, (file, text)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_merge_key_an_alias_and_a_tag_are_told_with_their_place(name: str) -> None:
    text = example_of(name).read_text()
    for more in ("<<: {a: 1}", "more: &a 1", "more: !!str 1", "more: !!python/name:os.system x"):
        with pytest.raises(ExpectedError) as caught:
            parse(f"{text}\n{more}\n".encode(), "s.yaml")
        assert PLACED.match(str(caught.value))
