import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprints.emit.text import UnwritableError
from blueprints.runtimes.writing.shell import Shell, call, quote, quoted
from tests.blueprints.service.services import HOSTILE

HIDDEN = ("\x1b[2J", "\u202egpj.exe", "zero\u200bwidth", "\ufeff", "a\rb", "\x01", "'\n'\\'")
ANYTHING = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


def by_bash(words: list[Shell], locale: str) -> list[str]:
    """What bash makes of them."""
    script = f"printf '%s\\0' {' '.join(words)}\n"
    done = subprocess.run(
        ["bash"], input=script.encode(), capture_output=True, env={"LC_ALL": locale}, check=True
    )
    return done.stdout.decode().split("\0")[:-1]


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_hostile_texts_arrive_in_any_locale(locale: str) -> None:
    texts = ["", *HOSTILE, *HIDDEN]
    assert by_bash(quoted(texts), locale) == texts


@settings(max_examples=15, deadline=None)
@given(st.lists(ANYTHING, min_size=30, max_size=60))
def test_any_text_arrives(texts: list[str]) -> None:
    assert by_bash(quoted(texts), "C") == texts


@given(ANYTHING)
def test_no_text_is_a_line_or_hides_anything(text: str) -> None:
    assert quote(text).isprintable() or not text.isprintable()
    assert "\n" not in quote(text)


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_what_no_word_can_hold_is_refused(text: str) -> None:
    with pytest.raises(UnwritableError):
        quote(text)


def test_a_call_has_a_line_for_each_option() -> None:
    words = quoted(["podman", "run", "--rm", "image", "a b"])
    assert call(words, "  ") == "podman run \\\n    --rm \\\n    image \\\n    'a b'"
