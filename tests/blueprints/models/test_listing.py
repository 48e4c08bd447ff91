from __future__ import annotations

import pytest
import yaml

from blueprints.engine.edit import NotEditableError
from blueprints.models.listing import with_entry, without_entry

TEXT = """\
# Ours.
name: x

models:
  # The first; has-a-dash.
  - name: one
    options: {a: [1, 2]}  # why

  # The second,
  # in two lines.
  - # odd - comment
    name: two
    text: |
      several
      lines

  - {name: three, list: [a]}
# Of the end.
after: [1]
"""


def test_puts_an_entry_after_the_last_and_changes_no_other_byte() -> None:
    made = with_entry(TEXT, "models", "name: four\noptions:\n  b: 1\n")
    added = "\n  - name: four\n    options:\n      b: 1\n"
    assert made.replace(added, "", 1) == TEXT
    assert made.index("three") < made.index("four") < made.index("# Of the end.")
    assert [one["name"] for one in yaml.safe_load(made)["models"]] == [
        *("one", "two", "three"),
        "four",
    ]


@pytest.mark.parametrize("index", range(3))
def test_takes_an_entry_out_with_its_comment(index: int) -> None:
    made = without_entry(TEXT, "models", index)
    before, after = yaml.safe_load(TEXT), yaml.safe_load(made)
    del before["models"][index]
    assert after == before
    gone = ("has-a-dash", "in two lines", "three")
    assert [word in made for word in gone] == [place != index for place in range(3)]
    assert "# Of the end." in made
    assert "\n\n\n" not in made


@pytest.mark.parametrize("index", range(3))
def test_what_is_put_in_can_be_taken_out_again(index: int) -> None:
    made = with_entry(TEXT, "models", "name: four")
    assert without_entry(made, "models", 3) == TEXT
    assert without_entry(made, "models", index) == with_entry(
        without_entry(TEXT, "models", index), "models", "name: four"
    )


def test_the_last_one_leaves_an_empty_list_and_one_can_be_put_into_it() -> None:
    only = "a: 1\nmodels: # none yet\n  - name: one\n    b: 2\nc: 3\n"
    none = without_entry(only, "models", 0)
    assert none == "a: 1\nmodels: [] # none yet\nc: 3\n"
    assert with_entry(none, "models", "name: one\nb: 2") == only


@pytest.mark.parametrize("text", ["models:\n- name: one\n- name: two\n", "models:\n- name: one"])
def test_a_list_may_stand_without_an_indent_and_at_the_end(text: str) -> None:
    made = with_entry(text, "models", "name: new")
    assert made == text.rstrip("\n") + "\n- name: new\n"


def test_a_list_at_the_end_of_a_text_leaves_its_last_line_ended() -> None:
    text = "models:\n  - name: one\n  - name: two\n"
    assert without_entry(text, "models", 1) == "models:\n  - name: one\n"
    assert without_entry(text, "models", 0) == "models:\n  - name: two\n"


def test_line_ends_and_a_byte_order_mark_stay() -> None:
    text = "\ufeff" + TEXT.replace("\n", "\r\n")
    made = with_entry(text, "models", "name: four\nb: 1")
    assert made.startswith("\ufeff# Ours.\r\n")
    assert "\n" not in made.replace("\r\n", "")
    assert without_entry(made, "models", 3) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\n", "there is no list models"),
        ("models: [{name: one}]\n", "brackets"),
        ("models: text\n", "no list"),
        ("inner:\n  models: []\n", "there is no list models"),
        ('models: "never\n', "not YAML"),
    ],
)
def test_refuses_what_it_cannot_put_an_entry_into(text: str, said: str) -> None:
    with pytest.raises(NotEditableError, match=said):
        with_entry(text, "models", "name: four")
