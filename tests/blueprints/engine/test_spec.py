import datetime as dt
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from blueprints.engine import registry
from blueprints.engine.spec import MAX_BYTES, Loaded, digest, load, on_day, parse
from blueprints.errors import ExpectedError
from blueprints.yamlfile import InvalidFileError
from tests.blueprints.engine.small import SPEC, Garden, garden


def told(text: str | bytes) -> tuple[str, ...]:
    raw = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(InvalidFileError) as caught:
        parse(raw, "s.yaml", garden())
    return caught.value.messages


def test_a_right_specification_is_a_typed_value() -> None:
    loaded = parse(SPEC.encode(), "s.yaml", garden())
    assert isinstance(loaded.model, Garden)
    assert loaded.model.title == 'The "kitchen" garden: ${a} {{ b }} */'
    assert loaded.text == SPEC.encode()
    assert loaded.digest == digest(SPEC.encode())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("name: kitchen", "name: Kitchen", "s.yaml:3:1: name: string should match pattern"),
        ("name: kitchen", "name: [a]", "s.yaml:3:1: name: should be a valid string"),
        ("name: kitchen\n", "", 's.yaml:1:1: needs the key "name"'),
        ("name: kitchen", "nam: kitchen", 's.yaml:3:1: unknown key "nam"; did you mean "name"?'),
        ("name: kitchen", "name: a\nname: b", 's.yaml:4:1: key "name" stands here again'),
        ("name: kitchen", "name: 12", "s.yaml:3:1: name: should be a valid string"),
        ("  plants: 12", "  plants: 0", "s.yaml:7:3: beds[0].plants: should be greater than or"),
        ("  plants: 12", "  plants: 101", "s.yaml:7:3: beds[0].plants: should be less than or"),
        ("  plants: 12", "  plants: many", "s.yaml:7:3: beds[0].plants: should be a valid integer"),
        ("  plants: 12", "  plants: 1.5", "s.yaml:7:3: beds[0].plants: should be a valid integer"),
        ("  plants: 12", "  plnts: 1", 's.yaml:7:3: unknown key "plnts" in beds[0]; did you mean'),
        ("- name: roses", "- rose", "s.yaml:8:3: beds[1]: should be a valid dictionary"),
        ("- name: roses", "- {}", 's.yaml:8:3: beds[1] needs the key "name"'),
        ("- name: roses", "- name: ro\u200bses", "s.yaml:8:3: beds[1].name: string should match"),
        ("- name: roses", "- <<: {name: a}", 's.yaml:8:3: unknown key "<<" in beds[1]'),
        ("- name: roses", "- &a {name: a}\n- *a", "s.yaml:8:3: anchor &a is not allowed"),
        ("- name: roses", "- !!python/name:os.system x", "s.yaml:8:3: tag "),
        ("version: 2", "version: 3", "s.yaml:2:1: version: 3 of the blueprint garden is newer"),
        ("version: 2", "version: 0", "s.yaml:2:1: version: should be 2"),
        ("version: 2", "version: two", "s.yaml:2:1: version: should be 2"),
        ("version: 2\n", "", 's.yaml:1:1: needs the key "version"'),
        ("blueprint: garden\n", "", 's.yaml:1:1: needs the key "blueprint"; known: garden'),
        ("blueprint: garden", "blueprint: gardn", 'called "gardn"; did you mean "garden"?'),
        ("blueprint: garden", "blueprint: [a]", "s.yaml:1:1: blueprint: there is none called"),
        ("beds:", "soil: san\nbeds:", "'clay' or 'sand'; did you mean \"sand\"?"),
        ("beds:", "beds: }", "s.yaml:5:7: is not YAML"),
        ("beds:", "beds: \x07", "s.yaml:5:7: is not YAML: U+0007 is not allowed"),
        ("beds:", "%a b", "s.yaml:"),
        (SPEC, "", "s.yaml:1:1: is empty"),
        (SPEC, "- a", "s.yaml:1:1: has to be a mapping"),
        (SPEC, SPEC + "---\n" + SPEC, "s.yaml:9:1: only one YAML document is allowed"),
        (SPEC, "a: " + "[" * 99, "s.yaml:1:35: is nested deeper than 32 levels"),
    ],
)
def test_every_mistake_is_told_with_its_place(old: str, new: str, message: str) -> None:
    assert old in SPEC
    assert message in "\n".join(told(SPEC.replace(old, new)))


def test_all_mistakes_are_told_at_once_in_their_order() -> None:
    messages = told("blueprint: garden\nversion: 2\nbeds: [{name: A, plants: 0}, {nam: b}]\n")
    assert [message[: message.index(": ")] for message in messages] == [
        "s.yaml:1:1",
        "s.yaml:1:1",
        "s.yaml:3:9",
        "s.yaml:3:18",
        "s.yaml:3:30",
        "s.yaml:3:31",
    ]


def test_text_that_is_not_utf_8_is_told_with_its_place() -> None:
    assert told(b"blueprint: garden\ntitle: \xff") == ("s.yaml:2:8: is not UTF-8 text",)


def test_columns_count_characters() -> None:
    assert told("{title: é👍, nam: a, blueprint: garden, version: 2}")[1].startswith(
        "s.yaml:1:13: "
    )


def test_ten_megabytes_and_an_alias_bomb_cost_nothing() -> None:
    start = time.monotonic()
    assert told("a: " + "x" * 10_000_000) == (f"s.yaml:1:1: is larger than {MAX_BYTES} bytes",)
    bomb = ["a0: &a0 [x, x]"]
    bomb += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    assert told("\n".join(bomb)) == ("s.yaml:1:5: anchor &a0 is not allowed",)
    assert time.monotonic() - start < 2


def test_a_large_specification_is_read_quickly() -> None:
    beds = "".join(f"- name: bed-{i}\n  plants: 3\n" for i in range(1990))
    start = time.monotonic()
    loaded = parse(
        (SPEC + beds[:-1].replace("bed-0\n", "bed-x\n")).encode(),
        "s",
        garden(),
    )
    assert isinstance(loaded, Loaded)
    assert time.monotonic() - start < 2


def test_words_of_an_earlier_version_are_carried_over() -> None:
    old = SPEC.replace("version: 2", "version: 1").replace("name: kitchen", "label: kitchen")
    loaded = parse(old.encode(), "s.yaml", garden())
    assert isinstance(loaded.model, Garden)
    assert (loaded.model.name, loaded.model.version) == ("kitchen", 2)
    assert loaded.text == old.encode()


def test_an_installed_blueprint_is_found_by_its_name() -> None:
    blueprint = registry.named("sandbox")
    example = blueprint.folder / "examples" / "sandbox.yaml"
    assert load(example).blueprint is blueprint


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError, match=r"cannot read .*nothing.yaml: No such file"):
        load(tmp_path / "nothing.yaml")
    with pytest.raises(ExpectedError, match=r"cannot read .*: Is a directory"):
        load(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ExpectedError, match="is no file"):
        load(tmp_path / "pipe")


def test_what_is_over_is_told_at_its_place_and_nothing_before_its_day() -> None:
    day = dt.date(2026, 11, 22)

    def dated(model: object, today: dt.date) -> list[tuple[tuple[str | int, ...], str]]:
        return [(("beds", 1, "name"), "is over")] if today > day else []

    loaded = parse(SPEC.encode(), "s.yaml", replace(garden(), dated=dated))
    on_day(loaded, "s.yaml", day)
    with pytest.raises(InvalidFileError) as caught:
        on_day(loaded, "s.yaml", day + dt.timedelta(days=1))
    assert caught.value.messages == ("s.yaml:8:3: beds[1].name: is over",)
