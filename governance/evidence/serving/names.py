"""Fills in what templates and variables leave open, from what the repository itself sets.

A chart's template says `{{ .Values.model.uri }}`, some values file says `model: {uri: s3://..}`.
Every value that any file sets for such a name is taken: which of them a deployment uses, only
who renders it knows. A name that nothing sets is a gap.
"""

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from governance.evidence.serving.values import MOST_VALUE, PLACEHOLDER

DEEPEST = 5
"""Names that stand for names."""
MOST_VALUES = 500
"""Values of one name, and of what is made of several."""

_LINE = re.compile(
    r"""^(?P<indent>[ \t]*)(?P<dashes>(?:-[ \t]+)*)(?:\{[ \t]*)?"""
    r"""(?:export[ \t]+|readonly[ \t]+|set[ \t]+)?"""
    r"""["']?(?P<key>[A-Za-z_][\w.-]*)["']?[ \t]*[:=](?P<value>[^\n]*)$""",
    re.MULTILINE,
)
_COMMENT = re.compile(r"""(?<=[\s"'])\#.*$""")
_NO_SCALAR = re.compile(r"[|>][+-]?\d?$|[&*!{\[]|$")
_DEFINE = re.compile(
    r"""\{\{-?\s*define\s+"(?P<name>[^"\n]+)"\s*-?\}\}(?P<body>.{0,5000}?)\{\{-?\s*end\s*-?\}\}""",
    re.DOTALL,
)
_INCLUDE = re.compile(r"""(?:include|template)\s+"(?P<name>[^"]+)\"""")
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"|`([^`]*)`|\'([^\']*)\'')
_DOTTED = re.compile(r"\$?(?:\.[A-Za-z_]\w*)+|\$[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_BARE = re.compile(r"[A-Za-z_][\w.]*")
_FUNCTIONS = frozenset(
    (
        *("default", "quote", "squote", "printf", "tpl", "toYaml", "required", "trim", "lower"),
        *(
            "trimSuffix",
            "trimPrefix",
            "replace",
            "index",
            "or",
            "and",
            "if",
            "else",
            "end",
            "toJson",
        ),
        *("coalesce", "join", "b64dec", "b64enc", "nindent", "indent", "upper", "with", "range"),
    )
)


@dataclass(frozen=True)
class Resolved:
    """What a value can be once it is filled in."""

    values: tuple[str, ...]
    known: bool
    """False: some of it is set nowhere."""


@dataclass
class Names:
    """What files set: names with their values, and named parts of templates."""

    values: dict[str, list[tuple[tuple[str, ...], str]]] = field(default_factory=dict)
    """Last part of a name -> whole name and value."""
    defines: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> "Names":
        """Read what a file sets, line by line; its other syntax does not matter."""
        names = cls()
        names._read(text)
        return names

    @classmethod
    def merged(cls, files: "Iterable[Names]") -> "Names":
        """Return what several files set together."""
        names = cls()
        for file in files:
            for last, known in file.values.items():
                all_of_it = names.values.setdefault(last, [])
                all_of_it += known[: MOST_VALUES - len(all_of_it)]
            names.defines |= file.defines
        return names

    def _read(self, text: str) -> None:
        stack: list[tuple[int, str]] = []
        paired = ""
        for line in _LINE.finditer(text):
            indent = len(line["indent"].expandtabs(2)) + len(line["dashes"])
            key, value = line["key"], _COMMENT.sub("", line["value"]).strip().rstrip(",")
            while stack and stack[-1][0] >= indent:
                stack.pop()
            path = (*(name for _, name in stack), *key.split("."))
            stack.append((indent, key))
            quoted = value[:1] in ("'", '"')
            value = value.strip("\"'")
            if value in ("~", "null") and not quoted:
                value = ""
            elif not quoted and _NO_SCALAR.match(value):
                continue
            self._set(path, value)
            # `- name: MODEL` and then `value: ..`, as environments and Helm parameters have it.
            if key == "value" and paired:
                self._set(tuple(paired.split(".")), value)
            paired = value if key == "name" else ""
        for define in _DEFINE.finditer(text):
            self.defines.setdefault(define["name"], define["body"].strip())

    def _set(self, path: tuple[str, ...], value: str) -> None:
        known = self.values.setdefault(path[-1], [])
        if (
            len(known) < MOST_VALUES
            and len(value) <= MOST_VALUE
            and (path, value) not in known[-8:]
        ):
            known.append((path, value))

    def resolve(self, value: str, depth: int = 0) -> Resolved:
        """Return what a value with placeholders can be."""
        parts: list[list[str]] = []
        known, start = True, 0
        for hole in PLACEHOLDER.finditer(value):
            parts.append([value[start : hole.start()]])
            start = hole.end()
            found = self._hole(hole.group(), depth)
            known = known and found.known
            if not found.known and not found.values:
                return Resolved((), known=False)
            parts.append(list(found.values) or [""])
        parts.append([value[start:]])
        made = ("".join(part) for part in itertools.product(*parts))
        values = tuple(dict.fromkeys(itertools.islice(made, MOST_VALUES + 1)))
        return Resolved(values[:MOST_VALUES], known and len(values) <= MOST_VALUES)

    def _hole(self, hole: str, depth: int) -> Resolved:
        if depth >= DEEPEST or hole.startswith(("ENC[", "{%")):
            return Resolved((), known=False)
        if hole.startswith("os.environ/"):
            return self._named([(hole.partition("/")[2],)], depth)
        if hole.startswith(("{{", "${{")):
            return self._template(hole.lstrip("$").strip("{}").strip("-").strip(), depth)
        inner = hole.strip("${}()")
        name, separator, otherwise = inner.partition(":-")
        nameable = re.fullmatch(r"[A-Za-z_][\w.-]*", name) is not None
        found = self._named([(name,)] if nameable else [], depth)
        if separator and otherwise:
            more = self.resolve(otherwise, depth + 1)
            # `${1:-org/name}` is that or whatever it is given.
            known = found.known or (nameable and more.known)
            return Resolved((*found.values, *more.values), known)
        return found

    def _template(self, text: str, depth: int) -> Resolved:
        if match := _INCLUDE.search(text):
            body = self.defines.get(match["name"])
            return self.resolve(body, depth + 1) if body else Resolved((), known=False)
        literals = ["".join(found.groups("")) for found in _LITERAL.finditer(text)]
        rest = _LITERAL.sub(" ", text)
        # `$spec.modelURL`: which list `$spec` goes through does not matter.
        dotted = [one.partition(".")[2] or one for one in _DOTTED.findall(rest)]
        if not dotted:
            dotted = [one for one in _BARE.findall(rest) if one not in _FUNCTIONS]
        names = [tuple(part for part in one.split(".") if part) for one in dotted]
        found = self._named(names, depth)
        form = next((literal for literal in literals if re.search(r"%[sv]", literal)), None)
        if form is not None:
            return self._formatted(form, names, depth)
        values = (*found.values, *(one for one in literals if not re.search(r"\s", one)))
        otherwise = re.search(r"\b(?:default|coalesce|or)\b", rest) is not None
        return Resolved(values, found.known or bool(literals and (otherwise or not names)))

    def _formatted(self, form: str, names: list[tuple[str, ...]], depth: int) -> Resolved:
        """`printf "s3://%s/%s" .Values.bucket .Values.path`."""
        texts = re.split(r"%[sv]", form)
        if len(names) < len(texts) - 1:
            return Resolved((), known=False)
        found = [self._named([name], depth) for name in names[: len(texts) - 1]]
        if not all(one.known for one in found):
            return Resolved((), known=False)
        made = itertools.product(*(one.values or ("",) for one in found))
        values = [
            "".join(part for pair in zip(texts, (*fill, ""), strict=True) for part in pair)
            for fill in itertools.islice(made, MOST_VALUES)
        ]
        return Resolved(tuple(values), known=True)

    def _named(self, names: list[tuple[str, ...]], depth: int) -> Resolved:
        values: dict[str, None] = {}
        known = False
        for name in names:
            for value in self._look_up(name):
                known = True
                if not value:
                    continue
                if PLACEHOLDER.search(value):
                    more = self.resolve(value, depth + 1)
                    values.update(dict.fromkeys(more.values))
                    known = known and (more.known or bool(values))
                else:
                    values[value] = None
        return Resolved(tuple(values)[:MOST_VALUES], known)

    def _look_up(self, name: tuple[str, ...]) -> list[str]:
        if not name:
            return []
        of_values = name[0] in ("Values", "cookiecutter")
        parts = tuple(part for part in name if part not in ("Values", "cookiecutter", "global"))
        if not parts:
            return []
        # A value at the top of a values file, or of one for a chart that holds this one.
        most = len(parts) + 1 if of_values else 100
        return [
            value
            for path, value in self.values.get(parts[-1], ())
            if path[-len(parts) :] == parts and len(path) <= max(most, len(parts) + 1)
        ]
