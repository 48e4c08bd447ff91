"""Command lines, in scripts and in lists of arguments: what they name as a model.

A shell is not imitated. Words are split as a shell would split them in the plain case, quotes and
continued lines included; what does not balance is text.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from governance.evidence.serving.keys import Sort, plain, sort_of
from governance.evidence.serving.values import PLACEHOLDER

MOST_WORDS = 200_000
"""Words of one script."""
BEFORE, AFTER = 16, 256
"""Words around one that are looked at, so that a long command is not slow."""
DEEPEST = 4
"""Scripts in the arguments of scripts (`sh -c "srun bash -c '..'"`)."""

_WORD = re.compile(
    r"""(?:\{\{[^{}\n]{0,500}\}\}|\$\([^()\n]{0,500}\)|\$\{[^{}\n]{0,500}\}"""
    r"""|[^\s"'\\;|&<>()#]|(?<!\s)\#|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+""",
    re.DOTALL,
)
_TOKEN = re.compile(
    rf"(?P<comment>(?:(?<=\s)|^)\#[^\n]*)|(?P<join>\\\r?\n)|(?P<end>\n|[;|&()]+)|(?P<word>{_WORD.pattern})",
    re.DOTALL | re.MULTILINE,
)
_QUOTED = re.compile(r""""((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)""", re.DOTALL)
_ASSIGNED = re.compile(r"(?P<key>[A-Za-z_][A-Za-z0-9_]*)=(?P<value>.*)", re.DOTALL)
_LONG = re.compile(r"--(?P<key>[A-Za-z][\w.-]*)(?:=(?P<value>.*))?", re.DOTALL)
_NOT_SERVED = ("run", "deploy", "build", "start", "stop", "status", "config", "shutdown")
_MANY = ("loramodules", "loraadapters")
"""Options with several values, as `name=path`."""
_JSON = ("speculativeconfig", "loramodules", "modelloadingconfig", "hfoverrides")


@dataclass(frozen=True)
class Told:
    """A value that stands where a model is named."""

    key: str
    value: str
    sort: Sort
    alone: bool = True
    """A name without an owner (`gpt2`) can be meant."""


def of_script(text: str, depth: int = 0) -> Iterator[Told]:
    """Yield what the commands of a script, or of one line of it, name."""
    words: list[str] = []
    for count, token in enumerate(_TOKEN.finditer(text)):
        if count >= MOST_WORDS:
            break
        if token["end"]:
            yield from of_words(words, depth)
            words = []
        elif token["word"]:
            words.append(unquoted(token["word"]))
    yield from of_words(words, depth)


def is_longer_than_is_read(text: str) -> bool:
    """Whether a script has more words than `of_script` reads."""
    return sum(1 for _, _ in zip(_TOKEN.finditer(text), range(MOST_WORDS + 1), strict=False)) > (
        MOST_WORDS
    )


def of_words(words: Sequence[str], depth: int = 0) -> Iterator[Told]:
    """Yield what one command, as a list of words, names."""
    for index, word in enumerate(words):
        after = words[index + 1 : index + 1 + AFTER]
        if match := _LONG.fullmatch(word):
            yield from _of_option(match["key"], match["value"], after)
        elif match := _ASSIGNED.fullmatch(word):
            sort = sort_of(match["key"])
            if sort is not None:
                yield Told(match["key"], match["value"], sort, alone=False)
        elif word in ("-m", "-t") and after and "/" in after[0]:
            yield Told(word, after[0], Sort.MODEL, alone=False)
        else:
            yield from _of_verb(words[max(0, index - BEFORE) : index], word, after)
        if depth < DEEPEST and _is_script(word):
            yield from of_script(word, depth + 1)


def _is_script(word: str) -> bool:
    """Whether an argument is itself a command line (`sh -c "vllm serve X"`), not JSON."""
    inner = PLACEHOLDER.sub("", word).strip()
    return re.search(r"\s", inner) is not None and not inner.startswith(("{", "["))


def unquoted(word: str) -> str:
    """Return a word without its quotes and escapes; placeholders stay."""
    return _QUOTED.sub(_inner, word)


def _inner(found: re.Match[str]) -> str:
    if found[1] is not None:
        return re.sub(r'\\(["\\$`\n])', lambda one: one[1].strip("\n"), found[1])
    if found[2] is not None:
        return found[2]
    return "" if found[3] == "\n" else found[3]


def _of_option(key: str, value: str | None, after: Sequence[str]) -> Iterator[Told]:
    name = plain(key)
    if name in _MANY:
        values = [value] if value is not None else []
        for word in after if value is None else ():
            if word.startswith("-"):
                break
            values.append(word)
        for one in values:
            if one.lstrip().startswith(("{", "[")):
                yield from _of_json(one)
            else:
                yield Told(key, one.partition("=")[2] or one, Sort.MODEL)
        return
    if value is None:
        value = after[0] if after and not after[0].startswith("-") else ""
    if name in _JSON:
        yield from _of_json(value)
        return
    sort = sort_of(key)
    if sort is not None and value:
        yield Told(key, value, sort, alone=sort is Sort.MODEL)


def _of_verb(before: Sequence[str], word: str, after: Sequence[str]) -> Iterator[Told]:
    """`vllm serve X`, `hf download X`, and an image that is started with `serve X`."""
    said = " ".join(before).lower()
    first = after[0] if after else "-"
    if word == "download" and re.search(r"(?:huggingface-cli|\bhf|model\w*)$", said):
        # Which words belong to its options, only that program knows.
        for one in after:
            if not one.startswith("-"):
                yield Told("download ..", one, Sort.MODEL, alone=False)
    elif word == "clone" and "huggingface.co/" in first:
        yield Told("clone ..", first, Sort.MODEL)
    elif word in ("serve", "trtllm-serve") and first not in _NOT_SERVED and first[0:1] != "-":
        alone = word == "trtllm-serve" or "vllm" in said
        yield Told(f"{word} ..", first, Sort.MODEL, alone=alone)


def _of_json(text: str) -> Iterator[Told]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, dict):
            for key, inner in one.items():
                if isinstance(inner, dict | list):
                    waiting.append(inner)
                elif isinstance(inner, str):
                    sort = Sort.MODEL if plain(key) == "path" else sort_of(key)
                    if sort is not None:
                        yield Told(key, inner, sort)
