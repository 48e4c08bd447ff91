"""Random YAML for the laws of merging: a document, edits of it, and ways to write it."""

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from hypothesis import strategies as st
from ruamel.yaml import YAML

Data: TypeAlias = Any

WORDS = ["alpha", "beta", "gamma", "delta", "image", "port", "true", "1", "10Gi", "a: b", "# x", ""]
KEYS = ["spec", "metadata", "replicas", "env", "containers", "args", "labels", "on", "x"]
NAMES = ["one", "two", "three", "four", "five"]

scalars: st.SearchStrategy[Data] = st.one_of(
    st.sampled_from(WORDS), st.integers(0, 3), st.booleans(), st.none(), st.just("two\nlines\n")
)


def _containers(inner: st.SearchStrategy[Data]) -> st.SearchStrategy[Data]:
    mappings = st.dictionaries(st.sampled_from(KEYS), inner, min_size=1, max_size=4)
    named = st.dictionaries(st.sampled_from(NAMES), mappings, min_size=1, max_size=4).map(_named)
    plain = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4)
    nested = st.lists(plain, min_size=1, max_size=2)
    return mappings | named | plain | nested


def _named(items: dict[str, Data]) -> Data:
    return [{"name": name, **item} for name, item in items.items()]


values = st.recursive(scalars, _containers, max_leaves=12)
documents = st.dictionaries(st.sampled_from(KEYS), values, min_size=1, max_size=5)


@st.composite
def edited(draw: st.DrawFn, data: Data) -> Data:
    """The same with some things changed, added, removed, at any depth."""
    if isinstance(data, dict):
        result = {}
        for key, value in data.items():
            if key == "name" or not draw(st.booleans()):
                result[key] = value
            elif draw(st.integers(0, 3)):
                result[key] = draw(edited(value))
        for key in draw(st.lists(st.sampled_from(KEYS), max_size=1)):
            result.setdefault(key, draw(values))
        return result or {"x": 1}
    if isinstance(data, list):
        items = [draw(edited(item)) if draw(st.booleans()) else item for item in data]
        if items and draw(st.integers(0, 3)) == 0:
            items.pop(draw(st.integers(0, len(items) - 1)))
        if draw(st.integers(0, 3)) == 0:
            at = draw(st.integers(0, len(items)))
            names = {item.get("name") for item in items if isinstance(item, dict)}
            free = [name for name in NAMES if name not in names]
            if names and None not in names and free:
                items.insert(at, {"name": draw(st.sampled_from(free)), "x": draw(scalars)})
            else:
                items.insert(at, draw(st.sampled_from(WORDS)))
        return items or ["alpha"]
    return draw(scalars) if draw(st.booleans()) else data


@dataclass
class Hand:
    """How somebody writes YAML: indents, quotes, blank lines, comments."""

    draw: st.DrawFn
    comments: bool
    offset: int
    mark: str
    count: int = 0
    lines: list[str] = field(default_factory=list)

    def comment(self) -> str:
        self.count += 1
        return f"# {self.mark} {self.count}"

    def above(self, indent: int) -> None:
        if self.comments and self.draw(st.integers(0, 5)) == 0:
            self.lines.append(" " * indent + self.comment())
        if self.comments and self.draw(st.integers(0, 9)) == 0:
            self.lines.append("")

    def beside(self) -> str:
        return f"  {self.comment()}" if self.comments and self.draw(st.integers(0, 5)) == 0 else ""

    def mapping(self, data: dict[str, Data], indent: int, first: str = "") -> None:
        for key, value in data.items():
            shown = f'"{key}"' if key == "on" else key
            lead, first = (first, "") if first else (" " * indent, "")
            if lead.strip() == "":
                self.above(indent)
            self.value(f"{lead}{shown}:", value, indent, self.offset)

    def value(self, start: str, value: Data, indent: int, offset: int) -> None:
        if isinstance(value, dict):
            self.lines.append(start + self.beside())
            self.mapping(value, indent + 2)
        elif (
            isinstance(value, list)
            and all(isinstance(item, str) for item in value)
            and (self.comments and self.draw(st.integers(0, 4)) == 0)
        ):
            self.lines.append(f"{start} [{', '.join(map(_quoted, value))}]" + self.beside())
        elif isinstance(value, list):
            self.lines.append(start + self.beside())
            self.sequence(value, indent + offset)
        elif isinstance(value, str) and value.endswith("\n"):
            self.lines.append(f"{start} |" + self.beside())
            self.lines += [" " * (indent + 2) + line for line in value.splitlines()]
        else:
            self.lines.append(f"{start} {_scalar(value)}".rstrip() + self.beside())

    def sequence(self, data: list[Data], indent: int, first: str = "") -> None:
        for item in data:
            lead, first = (first, "") if first else (" " * indent, "")
            if lead.strip() == "":
                self.above(indent)
            if isinstance(item, dict):
                self.mapping(item, indent + 2, f"{lead}- ")
            elif isinstance(item, list):
                self.sequence(item, indent + 2, f"{lead}- ")
            else:
                self.value(f"{lead}-", item, indent, 0)


def _quoted(text: str) -> str:
    return '"' + text.replace("\n", "\\n") + '"'


def _scalar(value: Data) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else _quoted(value)


@st.composite
def written(draw: st.DrawFn, data: dict[str, Data], *, comments: bool, mark: str = "c") -> str:
    """YAML text that says `data`; with comments, each of them is written once."""
    offset = draw(st.sampled_from([0, 2])) if comments else 0
    hand = Hand(draw, comments, offset, mark)
    hand.mapping(data, 0)
    return "\n".join(hand.lines) + "\n"


def read(text: str) -> Data:
    """What the text says, by another way than the merge's."""
    return YAML(typ="safe", pure=True).load(text)


def paths(data: Data, here: tuple[str, ...] = ()) -> dict[tuple[str, ...], Data]:
    """Every place that keeps its name: keys, and items with names; other lists are values."""
    found = {here: data}
    if isinstance(data, dict):
        for key, value in data.items():
            found |= paths(value, (*here, str(key)))
    elif (
        isinstance(data, list)
        and data
        and all(isinstance(item, dict) and "name" in item for item in data)
    ):
        for item in data:
            found |= paths(item, (*here, f"[{item['name']}]"))
    return found
