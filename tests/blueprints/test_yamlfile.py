"""YAML files as typed values; mistakes are told as ``file:line: what is wrong``."""

from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, field_validator

from blueprints.errors import ExpectedError
from blueprints.yamlfile import InvalidFileError, check, load, load_bytes, parse, read


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Days(Strict):
    type: Literal["days"]
    days: int = Field(ge=0)


class Steps(Strict):
    type: Literal["steps"]
    every_steps: int


class Rule(Strict):
    id: str
    keep: Annotated[Days | Steps, Field(discriminator="type")] | None = None
    otherwise: str | None = Field(default=None, alias="else")


class Policy(Strict):
    rules: list[Rule]
    limits: dict[str, Days] = {}

    @field_validator("rules")
    @classmethod
    def _some(cls, rules: list[Rule]) -> list[Rule]:
        if not rules:
            raise ValueError("a policy without rules keeps nothing apart")
        return rules


def messages(text: str) -> tuple[str, ...]:
    with pytest.raises(InvalidFileError) as caught:
        parse(Policy, text, "p.yaml")
    return caught.value.messages


def test_a_right_file_becomes_a_model() -> None:
    text = "rules:\n- id: a\n  else: expire\n  keep: {type: days, days: 3}\n"
    policy = parse(Policy, text, "p.yaml")
    assert policy.rules[0].otherwise == "expire"
    assert policy.rules[0].keep == Days(type="days", days=3)


def test_a_document_gives_the_model_and_the_lines() -> None:
    document = load("rules:\n- id: a\n  else: expire\n", "p.yaml")
    assert check(Policy, document).rules[0].id == "a"
    assert document.lines.at("rules", 0, "else") == "p.yaml:3"


def test_an_unknown_key_names_the_nearest_right_one() -> None:
    assert messages("rules:\n- id: a\n  esle: keep\n") == (
        'p.yaml:3: unknown key "esle" in rules[0]; did you mean "else"?',
    )


def test_an_unknown_key_at_the_top_has_its_line_too() -> None:
    assert messages("rules: [{id: a}]\nrulez: []\n") == (
        'p.yaml:2: unknown key "rulez"; did you mean "rules"?',
    )


def test_a_key_like_none_is_answered_with_all_names() -> None:
    assert messages("rules: [{id: a}]\nzzz: 1\n") == (
        'p.yaml:2: unknown key "zzz"; known: limits, rules',
    )


def test_unknown_keys_inside_unions_and_mappings_are_found() -> None:
    text = "rules:\n- id: a\n  keep:\n    type: steps\n    every_step: 1\n    every_steps: 1\n"
    assert messages(text) == (
        'p.yaml:5: unknown key "every_step" in rules[0].keep; did you mean "every_steps"?',
    )
    text = "rules: [{id: a}]\nlimits:\n  x:\n    type: days\n    day: 1\n    days: 1\n"
    assert messages(text) == ('p.yaml:5: unknown key "day" in limits.x; did you mean "days"?',)


def test_every_mistake_is_told_in_the_order_of_the_lines() -> None:
    text = "limits:\n  x: {type: days, days: -1}\nrules:\n- else: 3\n- id: b\n  iid: c\n"
    assert messages(text) == (
        "p.yaml:2: limits.x.days: should be greater than or equal to 0",
        'p.yaml:4: rules[0] needs the key "id"',
        "p.yaml:4: rules[0].else: should be a valid string",
        'p.yaml:6: unknown key "iid" in rules[1]; did you mean "id"?',
    )


def test_a_validator_speaks_in_its_own_words() -> None:
    assert messages("rules: []\n") == (
        "p.yaml:1: rules: a policy without rules keeps nothing apart",
    )


def test_a_missing_key_at_the_top_is_named() -> None:
    assert messages("limits: {}\n") == ('p.yaml:1: needs the key "rules"',)


def test_the_wrong_value_is_never_repeated() -> None:
    assert "hunter2" not in "".join(messages("rules: [{id: a, keep: hunter2}]\n"))


def test_a_file_is_read_with_its_name(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read(file, "p.yaml").data == {"a": 1}
    file.write_bytes(b"a: 1\nb: \xff\n")
    with pytest.raises(InvalidFileError, match=r"^p.yaml:2: is not UTF-8 text$"):
        read(file, "p.yaml")
    file.write_bytes(b"a: " + "é".encode() * 1_000_000)
    with pytest.raises(InvalidFileError, match=r"^p.yaml:1: is larger than 1048576 bytes$"):
        read(file, "p.yaml")


def test_a_file_that_cannot_be_read_is_an_expected_error(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError, match=r"^cannot read p.yaml: No such file or directory$"):
        read(tmp_path / "none.yaml", "p.yaml")
    with pytest.raises(ExpectedError, match="Is a directory"):
        read(tmp_path)


def test_mistakes_are_told_with_columns_where_they_are_asked_for() -> None:
    text = "rules:\n- {id: a, keep: {type: days, days: -1}}\n- {id: b, kep: 1}\n"
    text += "limits: {a: {type: day}}\n"
    with pytest.raises(InvalidFileError) as caught:
        check(Policy, load_bytes(text.encode(), "p.yaml", columns=True))
    assert caught.value.messages == (
        "p.yaml:2:30: rules[0].keep.days: should be greater than or equal to 0",
        'p.yaml:3:11: unknown key "kep" in rules[1]; did you mean "keep"?',
        'p.yaml:4:10: limits.a needs the key "days"',
        "p.yaml:4:14: limits.a.type: should be 'days'; did you mean \"days\"?",
    )


def test_the_key_that_tells_models_apart_is_told_as_any_other() -> None:
    text = "rules:\n- {id: a, keep: {type: day, days: 1}}\n- {id: b, keep: {days: 1}}\n"
    with pytest.raises(InvalidFileError) as caught:
        check(Policy, load_bytes(text.encode(), "p.yaml", columns=True))
    assert caught.value.messages == (
        "p.yaml:2:18: rules[0].keep.type: should be 'days' or 'steps'; did you mean \"days\"?",
        'p.yaml:3:11: rules[1].keep needs the key "type"',
    )


def test_bytes_are_read_as_utf_8() -> None:
    assert load_bytes(b"\xef\xbb\xbfa: 1\n", "f").data == {"a": 1}
    with pytest.raises(InvalidFileError, match=r"^f:2: is not UTF-8 text$"):
        load_bytes(b"a: 1\nb: \xff", "f")
    with pytest.raises(InvalidFileError, match=r"^f:2:5: is not UTF-8 text$"):
        load_bytes("a: 1\nb: é".encode() + b"\xff", "f", columns=True)
    with pytest.raises(InvalidFileError, match="is larger than 3 bytes"):
        load_bytes(b"a: \xff", "f", max_bytes=3)
