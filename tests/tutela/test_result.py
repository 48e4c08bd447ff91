"""Results as text and as JSON."""

import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tutela.result import Result, exit_code, write_result


@dataclass(frozen=True)
class Answer:
    data: dict[str, object]

    def __str__(self) -> str:
        return "an answer"

    def as_json(self) -> dict[str, object]:
        return {"schema": "tutela/answer/v1", **self.data}


@dataclass(frozen=True)
class Findings(Answer):
    exit_code: int = 3


def written(result: Result, *, as_json: bool, tty: bool = False) -> str:
    stream = io.StringIO()
    write_result(result, stream, as_json=as_json, tty=tty)
    return stream.getvalue()


def test_a_result_is_whatever_has_text_and_data() -> None:
    assert isinstance(Answer({}), Result)
    assert not isinstance("text", Result)


def test_text_ends_with_one_line_end() -> None:
    assert written(Answer({}), as_json=False) == "an answer\n"


def test_json_is_one_line_for_programs_and_indented_for_people() -> None:
    assert written(Answer({"a": [1]}), as_json=True) == '{"schema": "tutela/answer/v1", "a": [1]}\n'
    assert written(Answer({"a": [1]}), as_json=True, tty=True).count("\n") == 6


def test_json_is_plain_ascii_and_true_to_hostile_names() -> None:
    name = "\x1b[31m\u202e\udcff界"
    text = written(Answer({"name": name}), as_json=True)
    assert text.isascii()
    assert text.rstrip("\n").isprintable()
    assert json.loads(text)["name"] == name


def test_times_and_paths_have_a_json_form_and_nothing_else_is_guessed() -> None:
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    text = written(Answer({"at": moment, "file": Path("a/b")}), as_json=True)
    assert json.loads(text)["at"] == "2026-11-22T00:00:00+00:00"
    assert json.loads(text)["file"] == "a/b"
    with pytest.raises(TypeError, match="object has no JSON form"):
        written(Answer({"x": object()}), as_json=True)
    with pytest.raises(ValueError, match="not JSON compliant"):
        written(Answer({"x": float("nan")}), as_json=True)


def test_the_exit_code_is_zero_unless_the_result_says_otherwise() -> None:
    assert exit_code(Answer({})) == 0
    assert exit_code(Findings({})) == 3
