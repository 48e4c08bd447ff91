"""Values as HCL (OpenTofu, Terraform, Terragrunt) the way ``terraform fmt`` writes it.

Text from a specification is a ``str`` and becomes a quoted string in which nothing is
interpolated; expressions are :class:`Expr` and come from the blueprint alone.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from blueprints.emit.text import HIDDEN, UnwritableError, comment, whole

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
# Bare, these would be taken for a `for` expression or for values by a reader in a hurry.
_QUOTED_KEYS = frozenset(("for", "if", "in", "null", "true", "false"))
_ESCAPED = re.compile(f'["\\\\{HIDDEN}]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LABEL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*")
_WIDTH = 96


@dataclass(frozen=True)
class Expr:
    """An expression as it stands, such as ``var.name``; never made from a user's text."""

    text: str

    def __post_init__(self) -> None:
        if not self.text or "\n" in self.text:
            raise ValueError("an expression is one line")


@dataclass(frozen=True)
class Call:
    """``function(argument)``, where the argument may go over several lines."""

    function: str
    argument: "Value"


@dataclass(frozen=True)
class Template:
    """A text of several lines in which ``${...}`` is evaluated; never made from a user's text."""

    text: str

    def __post_init__(self) -> None:
        if re.search(r"^[ \t]*EOT[ \t]*$", self.text, re.MULTILINE) or not self.text.strip():
            raise ValueError("a template has text, and no line that would end it")


_Evaluated: TypeAlias = "Expr | Call | Template"
Value: TypeAlias = (
    "bool | int | float | str | _Evaluated | Sequence[Value] | Mapping[str, Value] | None"
)


@dataclass(frozen=True)
class Block:
    """``kind "label" { ... }``; its body holds attributes as ``(name, value)``, and blocks."""

    kind: str
    labels: tuple[str, ...] = ()
    body: Sequence["tuple[str, Value] | Block"] = field(default=())


Body: TypeAlias = Sequence[tuple[str, Value] | Block]


def hcl_text(body: Body, header: str = "") -> bytes:
    """A file of attributes and blocks, in the order given; ``header`` as comments on top.

    Strings are read back as they were given (as NFC: HCL knows no other). Raises
    :class:`UnwritableError` for half a character and a number that is not finite; ValueError for
    a name that is none; TypeError for any other type.
    """
    lines = _body(body, "")
    top = comment(header)
    return (top + ("\n" if top and lines else "") + "".join(f"{one}\n" for one in lines)).encode()


def _body(body: Body, indent: str) -> list[str]:
    lines: list[str] = []
    run: list[tuple[str, Value]] = []
    for item in body:
        if isinstance(item, Block):
            lines += _assigned(run, indent)
            run = []
            lines += ["", *_block(item, indent)] if lines else _block(item, indent)
        else:
            if lines and not run:
                lines.append("")
            run.append((_name(item[0]), item[1]))
    return lines + _assigned(run, indent)


def _block(block: Block, indent: str) -> list[str]:
    labels = "".join(f' "{_label(one)}"' for one in block.labels)
    head = f"{indent}{_name(block.kind)}{labels} {{"
    inside = _body(block.body, indent + "  ")
    return [head, *inside, f"{indent}}}"] if inside else [f"{head}}}"]


def _assigned(pairs: Sequence[tuple[str, Value]], indent: str) -> list[str]:
    """``name = value`` lines; neighbours on one line each have their ``=`` in one column."""
    lines: list[str] = []
    run: list[tuple[str, list[str]]] = []

    def close() -> None:
        wide = max((len(name) for name, _ in run), default=0)
        for name, (first, *rest) in run:
            lines.extend((f"{indent}{name.ljust(wide)} = {first}", *rest))
        run.clear()

    for name, value in pairs:
        written = _value(value, indent)
        # To `fmt`, a template is one token and its lines are none.
        if len(written) > 1 and not isinstance(value, Template):
            close()
            lines += [f"{indent}{name} = {written[0]}", *written[1:]]
        else:
            run.append((name, written))
    close()
    return lines


def _value(value: Value, indent: str) -> list[str]:
    """The lines of a value: the first without its indent, the others with."""
    deeper = indent + "  "
    if isinstance(value, Mapping):
        if not value:
            return ["{}"]
        pairs = [(_object_key(key), item) for key, item in value.items()]
        return ["{", *_assigned(pairs, deeper), f"{indent}}}"]
    if isinstance(value, (list, tuple)):
        items = [_value(item, deeper) for item in value]
        flat = f"[{', '.join(item[0] for item in items)}]"
        if all(len(item) == 1 for item in items) and len(indent) + len(flat) <= _WIDTH:
            return [flat]
        lines = ["["]
        for first, *rest in items:
            whole_item = [f"{deeper}{first}", *rest]
            lines += [*whole_item[:-1], f"{whole_item[-1]},"]
        return [*lines, f"{indent}]"]
    if isinstance(value, Call):
        first, *rest = _value(value.argument, indent)
        lines = [f"{_name(value.function)}({first}", *rest]
        return [*lines[:-1], f"{lines[-1]})"]
    if isinstance(value, Template):
        # `<<-` takes away the indent that all lines share.
        inside = [f"{deeper}{line}" if line else "" for line in value.text.strip("\n").split("\n")]
        return ["<<-EOT", *inside, f"{indent}EOT"]
    return [_scalar(value)]


def _scalar(value: object) -> str:
    if isinstance(value, Expr):
        return value.text
    if isinstance(value, str):
        return quoted(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise UnwritableError(f"{value} is not a number that can be written")
        return float.__repr__(value)
    raise TypeError(f"{type(value).__name__} has no form in HCL")


def quoted(text: str) -> str:
    """A string of HCL in its quotes, nothing in it interpolated; for use inside an ``Expr``."""
    escaped = _ESCAPED.sub(_escape, whole(text))
    return f'"{escaped.replace("${", "$${").replace("%{", "%%{")}"'


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    code = ord(character)
    return _SHORT.get(character) or (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


def _object_key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a key of HCL has to be text, not {type(key).__name__}")
    if _IDENTIFIER.fullmatch(key) and key not in _QUOTED_KEYS:
        return str.__str__(key)
    # ASCII only: `=` is aligned by columns, and columns of other text depend on who counts.
    return re.sub(r"[^\x00-\x7f]", _escape, quoted(key))


def _name(name: str) -> str:
    if not _IDENTIFIER.fullmatch(name):
        raise ValueError(f"no name of HCL: {name!r}")
    return name


def _label(label: str) -> str:
    if not _LABEL.fullmatch(label):
        raise ValueError(f"no label of HCL: {label!r}")
    return label
