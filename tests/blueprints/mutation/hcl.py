"""The same changes in HCL, on the text: its attributes and blocks are found by indentation.

The repositories hold HCL as `terraform fmt` leaves it: one attribute or one end of a block on a
line.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from tests.blueprints.mutation.elsewhere import another, points
from tests.blueprints.mutation.operators import misspelt
from tests.blueprints.mutation.widen import widenings

_ATTRIBUTE = re.compile(r'(\s*)("?[A-Za-z_][\w./-]*"?)(\s*)=(?![=>])\s*(.*)\Z')
_BLOCK = re.compile(r'(\s*)([a-z_][a-z0-9_-]*)((?:\s+"[^"]*")*)\s*\{\s*\}?\s*\Z')
_ITEM = re.compile(r'(\s*)("[^"]*"|[a-z_][\w.\[\]"]*),\s*\Z')
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"\Z')
_REFERENCE = re.compile(r"(?:var|local|module|data|each|[a-z]+_[a-z_]+)\.[\w.\[\]\"]+\Z")


@dataclass(frozen=True)
class Span:
    """Lines that belong together: an attribute, a block or an item of a list."""

    sort: str
    """`attribute`, `block` or `item`."""
    name: str
    value: str
    """Of an attribute on one line, or an item; the labels of a block."""
    first: int
    last: int
    """Both counted from 0, inclusive."""
    path: str


def spans(text: str) -> list[Span]:
    """Every attribute, block and item, outer ones first."""
    lines = text.splitlines()
    found: list[Span] = []

    def end(first: int) -> int:
        heredoc = re.search(r"<<-?\s*([A-Z_]+)\s*\Z", lines[first])
        if heredoc:
            last = first + 1
            while lines[last].strip() != heredoc[1]:
                last += 1
            return last
        depth, last = 0, first
        while True:
            bare = re.sub(r'"(?:[^"\\]|\\.)*"', "", lines[last])
            bare = re.sub(r"(?:^|\s)(?:#|//).*", "", bare)
            depth += sum(bare.count(one) for one in "{[(") - sum(bare.count(one) for one in "}])")
            if depth <= 0 or last + 1 >= len(lines):
                return last
            last += 1

    def walk(first: int, last: int, path: str) -> None:
        number = first
        while number <= last:
            line = lines[number]
            if line.strip().startswith(("#", "//")):
                number += 1
                continue
            block, attribute, item = _BLOCK.match(line), _ATTRIBUTE.match(line), _ITEM.match(line)
            until = end(number)
            if block:
                at = f"{path}/{block[2]}" if path else block[2]
                found.append(Span("block", block[2], block[3].strip(), number, until, at))
                walk(number + 1, until - 1, at)
            elif attribute:
                name = attribute[2].strip('"')
                value = attribute[4] if until == number else ""
                at = f"{path}/{name}"
                found.append(Span("attribute", name, value.rstrip(","), number, until, at))
                if until > number and "<<" not in line:
                    walk(number + 1, until - 1, at)
            elif item:
                found.append(Span("item", path.rpartition("/")[2], item[2], number, until, path))
            number = until + 1

    walk(0, len(lines) - 1, "")
    return found


def _replaced(text: str, span: Span, new: list[str]) -> str:
    lines = text.splitlines()
    return "\n".join([*lines[: span.first], *new, *lines[span.last + 1 :]]) + "\n"


def _line(text: str, span: Span, value: str) -> str:
    line = text.splitlines()[span.first]
    head, comma = line[: line.rindex(span.value)], "," if line.endswith(",") else ""
    return _replaced(text, span, [f"{head}{value}{comma}"])


def can(operator: str, span: Span) -> bool:
    """Whether an operator can act there."""
    one_line = span.sort != "block" and span.value != ""
    if operator in ("drop", "duplicate"):
        return True
    if operator == "rename":
        return span.sort != "item"
    if operator == "retype":
        return one_line
    if operator == "elsewhere":
        text = _TEXT.match(span.value)
        inner = text[1] if text else ""
        return one_line and (
            _REFERENCE.match(span.value) is not None or points((span.name,), inner)
        )
    return operator == "widen" and span.sort == "attribute" and next(_wider(span), "") != ""


_WIDE_WORDS = {
    "permission": '"admin"',
    "visibility": '"public"',
    "role": '"maintainer"',
    "privacy": '"closed"',
    "private": "false",
    "sensitive": "false",
    "prevent_destroy": "false",
    "enforce_admins": "false",
    "allows_deletions": "true",
    "allow_force_push": "true",
    "allows_force_pushes": "true",
    "require_signed_commits": "false",
    "insecure": "true",
    "read_only": "false",
    "required_approving_review_count": "0",
    "archive_on_destroy": "false",
}


def _wider(span: Span):  # type: ignore[no-untyped-def]
    wide = _WIDE_WORDS.get(span.name)
    if wide is not None and span.value not in ("", wide):
        yield wide
    text = _TEXT.match(span.value)
    value: object = text[1] if text else {"true": True, "false": False}.get(span.value)
    if value is not None:
        for other in widenings(tuple(span.path.split("/")), value):
            if isinstance(other, bool):
                yield str(other).lower()
            elif isinstance(other, str):
                yield f'"{other}"'


def apply(
    operator: str, text: str, span: Span, seen: list[str], chance: random.Random
) -> tuple[str, str]:
    """The changed text, and what was done in words."""
    lines = text.splitlines()[span.first : span.last + 1]
    if operator == "drop":
        return _replaced(text, span, []), "gone"
    if operator == "duplicate":
        return _replaced(text, span, [*lines, *lines]), "twice"
    if operator == "rename":
        labels = re.findall(r'"([^"]*)"', span.value) if span.sort == "block" else []
        old = chance.choice(labels) if labels and chance.random() < 0.6 else span.name
        new = misspelt(old, chance)
        head = lines[0].replace(old, new, 1)
        return _replaced(text, span, [head, *lines[1:]]), f"{old} is now {new}"
    if operator == "widen":
        wide = chance.choice(list(_wider(span)))
        return _line(text, span, wide), f"{span.value} is now {wide}"
    if operator == "elsewhere":
        inner = _TEXT.match(span.value)
        new = another(inner[1] if inner else span.value, seen, chance)
        new = f'"{new}"' if inner else str(new).replace("-elsewhere", "_elsewhere")
        return _line(text, span, new), f"{span.value} is now {new}"
    options = {"[1]", '{ value = "x" }', "null"} if span.sort == "attribute" else {"[1]", "{}"}
    if _TEXT.match(span.value):
        options |= {"42", f"[{span.value}]"}
    elif span.value in ("true", "false"):
        options |= {'"text"', "3"}
    elif re.match(r"\d+\Z", span.value):
        options |= {'"text"', f"[{span.value}]"}
    new = chance.choice(sorted(options - {span.value}))
    return _line(text, span, new), f"{span.value} is now {new}"
