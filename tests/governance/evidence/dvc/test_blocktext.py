"""The quick reader reads a part of YAML, and that part as a YAML parser does."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from governance.evidence.dvc.blocktext import OPAQUE, Plain, read_block


def _by_the_parser(text: str) -> object:
    """What a YAML parser reads, all scalars as text."""
    stack: list[list[object]] = [[]]
    mappings = [False]
    for event in YAML(typ="safe", pure=True).parse(text):
        if isinstance(event, AliasEvent) or getattr(event, "tag", None) is not None:
            raise ValueError(text)
        if isinstance(event, (MappingStartEvent, SequenceStartEvent)):
            stack.append([])
            mappings.append(isinstance(event, MappingStartEvent))
        elif isinstance(event, ScalarEvent):
            null = event.implicit[0] and event.value in ("", "~", "null", "Null", "NULL")
            stack[-1].append(None if null else event.value)
        elif isinstance(event, CollectionEndEvent):
            done = stack.pop()
            if mappings.pop():
                keys = done[::2]
                if len(set(keys)) != len(keys):
                    raise ValueError(text)
                stack[-1].append(dict(zip(keys, done[1::2], strict=True)))
            else:
                stack[-1].append(done)
    return stack[0][0] if stack[0] else None


def _without_opaque(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_opaque(inner) for key, inner in value.items() if key not in OPAQUE}
    return [_without_opaque(inner) for inner in value] if isinstance(value, list) else value


LOCK = """\
schema: '2.0'
stages:
  train@1:
    cmd: python train.py --lr 0.1 && echo 'x:y' > "out put"
    deps:
    - path: data/raw dir
      hash: md5
      md5: 00000000000000000000000000000001.dir
      size: 1234
    params:
      params.yaml:
        lr: 0.1
        layers:
        - 1
        - two words
        none:
    outs:
    - path: models/m.pt
      md5: '12345678901234567890123456789012'
  several:
    cmd: "python a.py\\n  outs:\\n  - path: x\\n
      \\"quoted\\" "
    outs: []
  block:
    cmd: |
      one: two

      - three
    outs:
    -   path: y
        md5: abc
"""


def test_reads_what_dvc_writes() -> None:
    found = read_block(LOCK)
    assert found is not None
    assert _without_opaque(found) == _without_opaque(_by_the_parser(LOCK))
    stages = found["stages"]
    assert isinstance(stages, dict)
    assert list(stages) == ["train@1", "several", "block"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "- a\n",
        "a: &x b\n",
        "a: *x\n",
        "a: !t b\n",
        "a: {b: c}\n",
        "a: [b]\n",
        "a: b # comment\n",
        "# comment\na: b\n",
        "---\na: b\n",
        "a: b\n...\n",
        "? a\n: b\n",
        "a:b\n",
        "a: b: c\n",
        "a: b\n  c: d\n",
        "a: b\na: c\n",
        " a: b\n",
        "a:\n  b: c\n d: e\n",
        "a:\n- b\n  - c\n",
        "a: 'b\n  c'\n",
        'a: "b\\n"\n',
        "a: |\n  b\n",
        "a:\tb\n",
        "a: b\r\n",
        "a: b\u2028c: d\n",
        "a: @b\n",
        "a: `b\n",
        "a: %b\n",
        "-: a\n",
        "<<: a\n",
        "a:\n" + "".join("  " * (n + 1) + "b:\n" for n in range(40)),
    ],
)
def test_leaves_other_forms_to_the_parser(text: str) -> None:
    assert read_block(text) is None


_WORD = st.sampled_from(
    ["a", "md5", "path", "x.csv", "data/x y", "1", "0.5", "s3://b/k", "null", "~", "''", "'a b'",
     '"c"', "true", "a#b", "a:b", "-1", "- b", "-", "a'b", "", "[]", "{}", "[", "&a", "*a", "!t",
     "'", '"', "|", ">-", "a: b", "a #c", "# c", "%", "@", "?", ": ", "...", "---", "\\"]
)  # fmt: skip
_KEYS = st.sampled_from(
    ["a", "b", "c", "cmd", "outs", "path", "- a", "- path", "- - a", "'q'", "-"]
)


@st.composite
def _lines(draw: st.DrawFn) -> str:
    """Lines that are nearly YAML, and often YAML."""
    text = ""
    indent = 0
    for _ in range(draw(st.integers(1, 9))):
        kind = draw(st.integers(0, 9))
        pad = " " * max(0, indent)
        if kind < 7:
            text += f"{pad}{draw(_KEYS)}:{draw(st.sampled_from([' ', '', '  ']))}{draw(_WORD)}\n"
        elif kind == 7:
            text += f"{pad}- {draw(_WORD)}\n"
        elif kind == 8:
            text += f"{pad}{draw(_WORD)}\n"
        else:
            text += "\n"
        indent += draw(st.sampled_from([0, 0, 0, 2, 2, 1, -2, 4]))
        indent = max(0, indent)
    return text


def _same(text: str) -> None:
    quick: Plain = read_block(text)
    if quick is None:
        return
    try:
        slow = _by_the_parser(text)
    except (YAMLError, ValueError) as error:
        raise AssertionError(f"{text!r} is read, and is not YAML: {quick!r}") from error
    assert _without_opaque(quick) == _without_opaque(slow), text


@given(_lines())
def test_never_reads_anything_else_than_the_parser(text: str) -> None:
    _same(text)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=3))
def test_never_reads_a_damaged_lock_file_otherwise_than_the_parser(damage: list[int]) -> None:
    lines = LOCK.splitlines()
    for number in damage:
        at = number % len(lines)
        match number // len(lines) % 6:
            case 0:
                del lines[at]
            case 1:
                lines[at] = " " + lines[at]
            case 2:
                lines[at] = lines[at].removeprefix(" ")
            case 3:
                lines.insert(at, lines[number // 7 % len(lines)])
            case 4:
                lines[at] = lines[at].replace(":", "", 1)
            case _:
                lines[at] += lines[number // 7 % len(lines)].strip()
        if not lines:
            return
    _same("\n".join(lines) + "\n")


@given(st.text(alphabet="ab:- \n'\"#[]{}|>&*!?%@`\\~,.1", max_size=40))
def test_never_reads_noise_otherwise_than_the_parser(text: str) -> None:
    _same(text)


_SCALARS = st.from_regex(r"[A-Za-z0-9_/.][A-Za-z0-9_/. -]{0,20}[A-Za-z0-9]", fullmatch=True)
_VALUES = st.recursive(
    st.one_of(_SCALARS, st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abcdef"), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["outs", "deps", "stages", "meta"]), _VALUES, min_size=1))
def test_what_dvc_would_write_is_mostly_read(value: dict[str, object]) -> None:
    stream = io.StringIO()
    writer = YAML()
    writer.default_flow_style = False
    writer.dump(value, stream)
    _same(stream.getvalue())
