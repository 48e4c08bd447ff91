import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from blueprints.engine.edit import NotEditableError, with_texts


@pytest.mark.parametrize(
    ("text", "keys", "result"),
    [
        ("a: 1.0.0 # x\n", "a", "a: 2.0.0 # x\n"),
        ("a:   '1.0.0'\n", "a", "a:   '2.0.0'\n"),
        ('a: "1.0.0"', "a", 'a: "2.0.0"'),
        ("b: {a: 1.0.0, c: 1}\n", "b.a", "b: {a: 2.0.0, c: 1}\n"),
        ("b: {c: 1 }\n", "b.a", "b: {c: 1, a: 2.0.0 }\n"),
        ("b: {c: {d: 1} }\n", "b.a", "b: {c: {d: 1}, a: 2.0.0 }\n"),
        ("b: {c: [1, 2]}\n", "b.a", "b: {c: [1, 2], a: 2.0.0}\n"),
        ("b:\n  c: 1 # x\n\n# y\nd: 1\n", "b.a", "b:\n  c: 1 # x\n  a: 2.0.0\n\n# y\nd: 1\n"),
        ("b:\n  c: 1", "b.a", "b:\n  c: 1\n  a: 2.0.0"),
        ("b:\r\n  c: 1\r\nd: 1\r\n", "b.a", "b:\r\n  c: 1\r\n  a: 2.0.0\r\nd: 1\r\n"),
        (
            "b:\n  c:\n  - 1\n  - e: 2\nd: 1\n",
            "b.a",
            "b:\n  c:\n  - 1\n  - e: 2\n  a: 2.0.0\nd: 1\n",
        ),
        ("b:\n  c: |\n    x\nd: 1\n", "b.a", "b:\n  c: |\n    x\n  a: 2.0.0\nd: 1\n"),
        ("\ufeffa: 1.0.0\n", "a", "\ufeffa: 2.0.0\n"),
        ("é: 🙂\na: 1.0.0\n", "a", "é: 🙂\na: 2.0.0\n"),
        ("---\na: 1.0.0\n...\n", "a", "---\na: 2.0.0\n...\n"),
    ],
)
def test_one_value_changes_and_every_other_byte_stays(text: str, keys: str, result: str) -> None:
    assert with_texts(text, {tuple(keys.split(".")): "2.0.0"}) == result


@pytest.mark.parametrize(
    "text",
    [
        "a:\n",
        "a: |\n  1\n",
        "a: {b: 1}\n",
        "b: 1\na: [",
        "a: *x\n",
        "- 1\n",
        "{}\n",
        "",
        "[x]: 1\n",
        "b: *x\n",
    ],
)
def test_what_does_not_stand_for_itself_is_not_changed(text: str) -> None:
    with pytest.raises(NotEditableError):
        with_texts(text, {("a",): "2.0.0"})


def test_several_values_and_new_keys_at_once_stand_in_their_order() -> None:
    text = "b:\n  a: 1\n  c: 1\nd: {e: 1}\n"
    values: dict[tuple[str, ...], str] = {
        ("b", "y"): "9",
        ("b", "x"): "8",
        ("b", "c"): "7",
        ("d", "f"): "6",
        ("d", "g"): "5",
    }
    assert with_texts(text, values) == (
        "b:\n  a: 1\n  c: 7\n  y: 9\n  x: 8\nd: {e: 1, f: 6, g: 5}\n"
    )


_KEYS = st.sampled_from(["a", "b", "c", "d e", "é"])
_DATA = st.dictionaries(
    _KEYS,
    st.recursive(
        st.sampled_from(["x", "1.2.3", "y z"]),
        lambda inner: st.one_of(
            st.dictionaries(_KEYS, inner, min_size=1), st.lists(inner, min_size=1, max_size=3)
        ),
        max_leaves=8,
    ),
    min_size=1,
)


@given(_DATA, st.sampled_from([True, False, None]), st.data())
def test_the_text_says_what_it_said_but_for_the_value(
    data: dict[str, object], flow: bool | None, draw: st.DataObject
) -> None:
    text = yaml.safe_dump(data, default_flow_style=flow, allow_unicode=True, sort_keys=False)
    key = draw.draw(st.sampled_from([*data, "new"]))
    try:
        changed = with_texts(text, {(key,): "9.9.9"})
    except NotEditableError:
        assert isinstance(data.get(key), dict | list)
        return
    assert yaml.safe_load(changed) == {**data, key: "9.9.9"}
