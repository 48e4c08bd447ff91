"""Whatever somebody writes, it is either an environment or told with its place; never a crash."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from blueprints.emit.yaml import yaml_text
from blueprints.engine.spec import parse
from blueprints.yamltext import InvalidFileError
from tce.intent.flows import allowed
from tce.intent.spec import Specification
from tests.prove import share
from tests.tce.intent.specifications import ALPS, BLUEPRINT, HOSPITAL, data

WORDS = (
    "tce",
    "tenants",
    "hospital",
    "gpu",
    "up0",
    "wg0",
    "hpc",
    "icmp",
    "10.90.12.1",
    "10.128.0.0/9",
    "0.0.0.0/0",
    "::ffff:10.0.0.0/104",
    "2001:db8:90:12::/64",
    "10.0.0.1/8",
    "65536",
    "9-1",
    "",
    "a;b",
    "two\nlines",
    "2027-02-30",
)
VALUES = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from([None, True, False, 0, 1, -1, 4095, 70_000, 1.5, [], {}, [None], {"a": 1}]),
    st.text(max_size=20),
)


def places(value: object, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Of everything in a specification, but for its kind."""
    if at and at[0] not in ("blueprint", "version"):
        yield at
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*at, key))
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*at, index))


PLACES = {name: sorted(places(data(example=name)), key=str) for name in (HOSPITAL, ALPS)}


def put(into: Any, at: tuple[str | int, ...], value: object, how: str) -> None:
    for part in at[:-1]:
        into = into[part]
    if how == "gone":
        del into[at[-1]]
    elif how == "twice" and isinstance(into, list) and isinstance(at[-1], int):
        into.append(into[at[-1]])
    else:
        into[at[-1]] = value


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, list[tuple[tuple[str | int, ...], object, str]]]:
    name = draw(st.sampled_from((HOSPITAL, ALPS)))
    made = st.tuples(
        st.sampled_from(PLACES[name]), VALUES, st.sampled_from(("set", "set", "gone", "twice"))
    )
    return name, draw(st.lists(made, min_size=1, max_size=2))


@given(edits())
@settings(max_examples=share(8000))
@example((HOSPITAL, [(("zones",), {}, "set")]))
@example((HOSPITAL, [(("flows",), [], "set")]))
@example((ALPS, [(("zones", "transit"), None, "gone")]))
@example((ALPS, [(("vcluster",), None, "gone"), (("nodes",), {}, "set")]))
@example((ALPS, [(("gateway", "workers"), None, "gone")]))
def test_an_edit_gives_an_environment_or_a_message_with_its_place(
    given_: tuple[str, list[tuple[tuple[str | int, ...], object, str]]],
) -> None:
    name, changes = given_
    made = data(example=name)
    for at, value, how in changes:
        try:
            put(made, at, value, how)
        except (KeyError, IndexError, TypeError):
            return  # the first edit took away what the second one is about
    text = yaml_text([made])
    try:
        model = parse(text, "tce.yaml", BLUEPRINT).model
    except InvalidFileError as error:
        for message in error.messages:
            file, line, column, rest = message.split(":", 3)
            assert file == "tce.yaml"
            assert 1 <= int(line) <= text.count(b"\n") + 1
            assert int(column) >= 1
            assert rest.strip()
            assert "Traceback" not in rest
        return
    assert isinstance(model, Specification)
    for one in allowed(model):
        assert one.sources
        assert one.destinations
        assert one.owner


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"zones:\n", b"\xef\xbb\xbfzones:\n"),
        (b"  tce:", b"\ttce:"),
        (b"  tce:", b"  tce: &a"),
        (b"zones:\n", b"zones: !!python/name:os.system\n"),
        (b"zones:\n", b"zones:\n  tce: 1\n"),
        (b"zones:\n", b"zones: [\n"),
        (b"zones:\n", b"zones:\xff\n"),
    ],
)
def test_what_yaml_can_hide_is_told_with_its_line(old: bytes, new: bytes) -> None:
    text = yaml_text([data()])
    assert old in text
    with pytest.raises(InvalidFileError) as caught:
        parse(text.replace(old, new, 1), "tce.yaml", BLUEPRINT)
    assert all(one.startswith("tce.yaml:") for one in caught.value.messages)


def test_ends_of_lines_of_another_system_are_read() -> None:
    text = yaml_text([data()])
    crossed = parse(text.replace(b"\n", b"\r\n"), "tce.yaml", BLUEPRINT).model
    assert crossed == parse(text, "tce.yaml", BLUEPRINT).model
