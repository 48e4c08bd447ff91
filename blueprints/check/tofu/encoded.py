"""Values that hold expressions, and texts that `jsonencode` and `yamlencode` make of values.

Judged by the notation of `policies/checks`, as far as they are plain: what an expression gives is
known to nobody here, that it is there is.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeAlias

from blueprints.check.schemas.notation import split_mark
from blueprints.check.tofu.reader import Expression, expression_end, literal
from blueprints.display import visible

_CALL = re.compile(r"\s*(?:json|yaml)encode\(")
Judge: TypeAlias = Callable[[object, Any], Iterator[str]]
"""From a node without forms within and a plain value to what is wrong with it."""


def wrong(value: Any, node: Any, judge: Judge, at: str = "") -> Iterator[str]:
    """Yield in words what is wrong with a value; `at` is what is said of where it stands."""
    if isinstance(node, dict) and "encoded" in node:
        inside = _decoded(value)
        if inside is not None:
            yield from wrong(inside, node["encoded"], judge, at)
    elif isinstance(value, Expression):
        return
    elif isinstance(node, dict) and "fields" in node and isinstance(value, dict):
        yield from _fields(value, node, judge, at)
    elif isinstance(node, dict) and "list" in node and isinstance(value, list):
        for index, item in enumerate(value):
            yield from wrong(item, node["list"], judge, f"{at}[{index}]")
    else:
        yield from (f"{at.lstrip('.')} {words}".lstrip() for words in judge(node, value))


def _fields(
    value: Mapping[str, Any], node: Mapping[str, Any], judge: Judge, at: str
) -> Iterator[str]:
    known = {split_mark(field)[0]: (field, inner) for field, inner in node["fields"].items()}
    here = f"{at}." if at else ""
    for name, (field, _) in known.items():
        if split_mark(field)[1] and name not in value:
            yield f"{here}{name} is missing"
    least = node.get("at-least-one", ())
    if least and not set(least) & set(value):
        yield f"{here}{' or '.join(least)} is missing"
    for name, inner in value.items():
        if name in known:
            yield from wrong(inner, known[name][1], judge, f"{here}{name}")
        elif not node.get("open"):
            near = get_close_matches(name, known, n=1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            yield f"{here}{visible(name)} is no key{hint}"


def _decoded(value: Any) -> Any:
    """What is encoded, or None where it is not known."""
    if not isinstance(value, Expression):
        return None
    call = _CALL.match(value.text)
    if call is None:
        return None
    end = expression_end(value.text, call.end())
    inside = literal(value.text[call.end() : end].strip())
    return None if isinstance(inside, Expression) else inside
