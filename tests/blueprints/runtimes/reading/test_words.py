import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprints.runtimes.reading.words import Part, Text, Word, word
from blueprints.runtimes.runtime import ReadError
from blueprints.runtimes.writing.shell import quoted
from tests.blueprints.service.services import HOSTILE

WRITTEN = (
    "plain",
    "'single $x `y` \\'",
    '"double \\" \\$ \\` \\\\ \\n \'"',
    "back\\ slash\\$\\\"\\'",
    "$'a\\nb\\t\\x41\\101\\u00e9\\U0001f999\\\\\\'\\\"\\e\\?'",
    "a'b'\"c\"$'d'\\e",
    '""',
    "''",
    "'two\nlines'",
    '"contin\\\nued"',
    "contin\\\nued",
    "a=b",
    "#no",
    "a#b",
    "--x='{\"a\": true}'",
    "$",
    '"$"',
    "100%",
    "[",
    "{}",
    "a~b",
)


def read(text: str) -> list[str | None]:
    """The literal words of one line."""
    source = Text("x.sh", text)
    found: list[str | None] = []
    while True:
        source.skip()
        one = word(source)
        if one is None:
            return found
        found.append(one.literal)


def parts(text: str) -> tuple[Part, ...]:
    found = word(Text("x.sh", text))
    assert found is not None
    return found.parts


def by_bash(words: list[str]) -> list[str]:
    """What bash makes of words."""
    script = "printf '%s\\0' " + " ".join(words) + "\n"
    done = subprocess.run(
        ["bash"],
        input=script.encode(),
        capture_output=True,
        env={"LC_ALL": "C.UTF-8"},
        check=True,
    )
    return done.stdout.decode().split("\0")[:-1]


def test_words_are_what_bash_makes_of_them() -> None:
    words = [one for one in WRITTEN if not one.startswith("#")]
    assert read(" ".join(words)) == by_bash(words)


@settings(max_examples=30)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), max_size=8))
def test_what_the_writers_quote_is_read_as_it_was(texts: list[str]) -> None:
    assert read(" ".join(quoted(texts))) == texts


def test_hostile_texts_are_read_as_they_were() -> None:
    assert read(" ".join(quoted(HOSTILE))) == list(HOSTILE)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.text("ab'\\ \n", max_size=6), min_size=20, max_size=40))
def test_double_quotes_are_what_bash_makes_of_them(texts: list[str]) -> None:
    words = [f'"{text}x"' for text in texts] + ['""']
    assert read(" ".join(words)) == by_bash(words)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$x", Part("variable", "x", False)),
        ('"$x"', Part("variable", "x", True)),
        ("${x[@]}", Part("variable", "x[@]", False)),
        ("${x:-'}'}", Part("variable", "x:-'}'", False)),
        ('"${x:-"}"}"', Part("variable", 'x:-"}"', True)),
        ("$(a ')' b)", Part("command", "a ')' b", False)),
        ("$((1 + (2)))", Part("arithmetic", "1 + (2)", False)),
        ("`date`", Part("command", "date", False)),
        ("$1", Part("variable", "1", False)),
        ("$$", Part("variable", "$", False)),
    ],
)
def test_expansions_are_kept_apart(text: str, expected: Part) -> None:
    assert expected in parts(text)


@pytest.mark.parametrize("text", ["*.py", "a?", "[ab]", "~/x", "{a,b}", "{1..3}", "$x", "`id`"])
def test_what_waits_to_be_expanded_is_not_literal(text: str) -> None:
    assert read(text) == [None]


def test_a_comment_ends_the_line() -> None:
    assert read("a # 'b") == ["a"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("'a\n", "x.sh:1: a quote that is never closed"),
        ('\\\n"a', "x.sh:2: a double quote that is never closed"),
        ("$'a", "x.sh:1: a quote that is never closed"),
        ("${a", "x.sh:1: an expansion that is never closed"),
        ("`a", "x.sh:1: a backquote that is never closed"),
        ("$'\\xff'", "x.sh:1: bytes that are no UTF-8"),
        ("$'\\q'", "x.sh:1: an escape that is not known"),
        ("a<(b)", "x.sh:1: the shell's own process substitution is not read"),
    ],
)
def test_what_is_no_word_is_refused(text: str, said: str) -> None:
    with pytest.raises(ReadError, match=said):
        read(text)


def test_only_what_is_not_quoted_is_a_keyword() -> None:
    assert word(Text("x.sh", "if")) == Word((Part("text", "if", False),), 1)
    quoted_word = word(Text("x.sh", "'if'"))
    assert quoted_word is not None
    assert (quoted_word.plain, quoted_word.literal) == (None, "if")
