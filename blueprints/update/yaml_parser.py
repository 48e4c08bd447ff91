"""Cuts YAML text into the entries of a tree, by the events of a parser.

The parser is libyaml where it is there, and PyYAML's own else: ruamel.yaml gives the same events at
the same places (a test holds them equal) and takes fifteen times as long.

What cannot be cut into lines (a flow collection, a key of several lines) is one leaf;
:class:`NotForMerging` is raised for text that is not YAML, or not YAML that can be told apart by
lines.
"""

import re
from collections.abc import Sequence
from typing import cast

import yaml
from yaml.error import Mark
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from blueprints.update.yaml_tree import (
    Block,
    Entry,
    Leaf,
    NotForMerging,
    Tree,
    Value,
    says_block,
)

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MAX_CHARACTERS = 1 << 20
MAX_DEPTH = 64

# Bare words that one reader of YAML or another takes for something else than text.
_NOT_TEXT = frozenset(
    ("", "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf")
)
_LIKE_A_NUMBER = re.compile(r"[-+]?[0-9.][0-9a-fA-FxXoO_.,:+-]*")
_RESOLVER = yaml.SafeLoader.yaml_implicit_resolvers


def parse(text: str) -> Tree:
    """Cut YAML text into its entries; raises :class:`NotForMerging`."""
    if len(text) > MAX_CHARACTERS or "\r" in text or text.startswith("\ufeff"):
        raise NotForMerging("too large, or not with plain line ends")
    try:
        events = list(yaml.parse(text, Loader=_LOADER))
    except Exception as error:
        # Not only YAMLError: PyYAML's own parser slips on some malformed text.
        raise NotForMerging("not YAML") from error
    return _Parser(text, events).tree()


class _Parser:
    def __init__(self, text: str, events: Sequence[Event]) -> None:
        self.text = text if text.endswith("\n") or not text else text + "\n"
        self.lines = self.text.splitlines(keepends=True)
        if "".join(self.lines) != self.text or len(self.lines) != self.text.count("\n"):
            raise NotForMerging("line separators inside lines")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))
        self.events = events
        self.at = 0
        self.depth = 0
        self.anchors: set[str] = set()
        self.values: list[tuple[int, int]] = []
        """Spans of scalars: a # in them starts no comment."""

    def next(self) -> Event:
        event = self.events[self.at]
        self.at += 1
        return event

    def tree(self) -> Tree:
        self.next()
        documents: list[Entry] = []
        done = 0  # lines before this one belong to a document
        while not isinstance(self.events[self.at], StreamEndEvent):
            start = self.next()
            if not isinstance(start, DocumentStartEvent):
                raise NotForMerging("no document")
            if start.version is not None or start.tags:
                raise NotForMerging("a directive")
            self.anchors = set()
            entry, done = self.document(done)
            documents.append(entry)
            self.next()
        return Tree(tuple(documents), tuple(self.lines[done:]), self.comments())

    def document(self, done: int) -> tuple[Entry, int]:
        first = self.events[self.at]
        line = _start(first).line
        if isinstance(first, CollectionStartEvent) and not first.flow_style:
            if first.anchor or first.tag or self.lines[line].startswith("---"):
                raise NotForMerging("a document that begins on the line of its marker")
            node: Leaf | Block
            node, end = self.block(line, (), bare=True)
        else:
            # A scalar or flow document; an empty one has no place of its own.
            if isinstance(first, ScalarEvent) and _start(first).index == _end(first).index:
                raise NotForMerging("an empty document")
            if self.lines[line].startswith("---"):
                raise NotForMerging("a document that begins on the line of its marker")
            node, end = self.leaf(self.starts[line])
        return (
            Entry(
                (), "", tuple(self.lines[done:line]), tuple(self.lines[line:end]), 0, line + 1, node
            ),
            end,
        )

    # Each of the following starts at the next event and returns the line after its last.

    def leaf(self, begin: int) -> tuple[Leaf, int]:
        """A value taken whole; its text begins on the line that `begin` (an index) is on."""
        first = self.events[self.at]
        says = self.says()
        last = self.events[self.at - 1]
        start, end = _start(first).index, _end(last).index
        if start == end:  # an empty value: its mark is at the next token; the caller cuts the line
            line = self._line(begin)
            return Leaf(says, self.lines[line], "", ""), line + 1
        if isinstance(last, ScalarEvent) and last.style in ("|", ">"):
            while end > start and self.text[end - 1] == "\n":
                end -= 1
        stop = self._line(end) + 1
        after = self.text[end : self.starts[stop]]
        if after.strip() and not after.lstrip().startswith("#"):
            raise NotForMerging("something follows a value on its line")
        # From the lines and not the text: dashes of items around it are blanks there.
        before = "".join(self.lines[self._line(begin) : stop])[: start - begin]
        return Leaf(says, before, self.text[start:end], after), stop

    def says(self) -> Value:
        """The meaning of the next node; its spans are kept."""
        event = self.next()
        if isinstance(event, AliasEvent):
            if event.anchor not in self.anchors:
                raise NotForMerging("an alias of nothing")
            self.values.append((_start(event).index, _end(event).index))
            return ("alias", str(event.anchor))
        if isinstance(event, ScalarEvent):
            self._anchor(event)
            self.values.append((_start(event).index, _end(event).index))
            return _scalar(event)
        if not isinstance(event, CollectionStartEvent):
            raise NotForMerging("no value")
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise NotForMerging("nested too deep")
        self._anchor(event)
        parts: list[tuple[Value, Value]] = []
        mapping = isinstance(event, MappingStartEvent)
        while not isinstance(self.events[self.at], (MappingEndEvent, SequenceEndEvent)):
            key = self.says() if mapping else ()
            parts.append((key, self.says()))
        self.next()
        self.depth -= 1
        if mapping and len({key for key, _ in parts}) < len(parts):
            raise NotForMerging("a key that comes twice")
        return says_block(mapping, _properties(event), parts)

    def block(self, line: int, above: tuple[str, ...], *, bare: bool) -> tuple[Block, int]:
        """The next block collection, whose first entry is on or after `line`."""
        event = self.next()
        if not isinstance(event, CollectionStartEvent):
            raise NotForMerging("no collection")
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise NotForMerging("nested too deep")
        self._anchor(event)
        entries: list[Entry] = []
        mapping = isinstance(event, MappingStartEvent)
        head: tuple[str, ...] = ()
        column = -1
        while not isinstance(self.events[self.at], (MappingEndEvent, SequenceEndEvent)):
            first = self._content(line)
            lead = tuple(self.lines[line:first])
            if not entries and not bare:
                lead, head = self._head(line, first)
            here = len(self.lines[first]) - len(self.lines[first].lstrip(" "))
            if column not in (-1, here):
                raise NotForMerging("entries in different columns")
            column = here
            entry, line = (self.pair if mapping else self.item)(first, lead, column)
            entries.append(entry)
        self.next()
        self.depth -= 1
        if mapping and len({entry.key for entry in entries}) < len(entries):
            raise NotForMerging("a key that comes twice")
        return Block(mapping, _properties(event), tuple(entries), column, above + head), line

    def _head(self, line: int, first: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The lines between a key and its first entry: those of comments belong to the entry."""
        cut = first
        while cut > line and self._is_blank(cut - 1):
            cut -= 1
        return tuple(self.lines[cut:first]), tuple(self.lines[line:cut])

    def pair(self, first: int, lead: tuple[str, ...], column: int) -> tuple[Entry, int]:
        key_event = self.events[self.at]
        if not isinstance(key_event, ScalarEvent) or key_event.style in ("|", ">"):
            raise NotForMerging("a key that is not one text")
        mark = _start(key_event)
        if (mark.line, mark.column) != (first, column) or _end(key_event).line != first:
            raise NotForMerging("a key that does not stand at the start of its line")
        key = self.says()
        shown = str(key_event.value)
        begin = self.starts[first]
        value = self.events[self.at]
        if _is_block(value):
            if _start(value).line == first and not _has_properties(value):
                raise NotForMerging("a collection on the line of its key")
            node: Leaf | Block
            if _has_properties(value) and _start(value).line != first:
                raise NotForMerging("a tag or anchor on a line of its own")
            node, end = self.block(first + 1, (self.lines[first],), bare=False)
        else:
            node, end = self.leaf(begin)
            node = self._pair_leaf(node, key_event)
        return Entry(key, shown, lead, tuple(self.lines[first:end]), column, first + 1, node), end

    def _pair_leaf(self, leaf: Leaf, key_event: ScalarEvent) -> Leaf:
        if leaf.text:
            return leaf
        # Empty value: the colon is the first after the key.
        whole = leaf.before + leaf.text + leaf.after
        begin = _end(key_event).column
        colon = whole.find(":", begin)
        if colon < 0:
            raise NotForMerging("a key without a colon")
        return Leaf(leaf.says, whole[: colon + 1], "", whole[colon + 1 :])

    def item(self, first: int, lead: tuple[str, ...], column: int) -> tuple[Entry, int]:
        line = self.lines[first]
        if line[column] != "-" or line[column + 1] not in " \n":
            raise NotForMerging("an item without a dash of its own")
        value = self.events[self.at]
        # Written as a blank, the dash leaves whole lines to what it holds.
        self.lines[first] = line[:column] + " " + line[column + 1 :]
        if _is_block(value):
            alone = self._is_blank(first)
            if not alone and (_has_properties(value) or _start(value).line != first):
                raise NotForMerging("a tag or anchor between a dash and its collection")
            node: Leaf | Block
            if alone:
                if _has_properties(value):
                    raise NotForMerging("a tag or anchor on a line of its own")
                node, end = self.block(first + 1, (line,), bare=False)
            else:
                node, end = self.block(first, (), bare=True)
        else:
            leaf, end = self.leaf(self.starts[first])
            if leaf.text:
                node = Leaf(
                    leaf.says,
                    leaf.before[:column] + "-" + leaf.before[column + 1 :],
                    leaf.text,
                    leaf.after,
                )
            else:
                node = Leaf(leaf.says, line[: column + 1], "", line[column + 1 :])
        lines = tuple(self.lines[first:end])
        self.lines[first] = line
        return Entry((), "", lead, (line, *lines[1:]), column, first + 1, node, dashed=True), end

    def _content(self, line: int) -> int:
        while line < len(self.lines) and self._is_blank(line):
            line += 1
        if line >= len(self.lines):
            raise NotForMerging("an entry without a line")
        return line

    def _is_blank(self, line: int) -> bool:
        text = self.lines[line].strip()
        return not text or text.startswith("#")

    def _line(self, index: int) -> int:
        low, high = 0, len(self.starts) - 2
        while low < high:
            middle = (low + high + 1) // 2
            if self.starts[middle] <= index:
                low = middle
            else:
                high = middle - 1
        return low

    def _anchor(self, event: CollectionStartEvent | ScalarEvent) -> None:
        if event.anchor:
            self.anchors.add(str(event.anchor))

    def comments(self) -> tuple[str, ...]:
        found = []
        spans = sorted(self.values)
        span = 0
        for line, text in enumerate(self.lines):
            start = 0
            while (at := text.find("#", start)) >= 0:
                start = at + 1
                index = self.starts[line] + at
                while span < len(spans) and spans[span][1] <= index:
                    span += 1
                inside = span < len(spans) and spans[span][0] <= index
                if not inside and (at == 0 or text[at - 1] in " \t"):
                    found.append(text[at:].strip())
                    break
        return tuple(found)


def _start(event: Event) -> Mark:
    return cast(Mark, event.start_mark)  # every event of a text has its place


def _end(event: Event) -> Mark:
    return cast(Mark, event.end_mark)


def _is_block(event: Event) -> bool:
    return isinstance(event, CollectionStartEvent) and not event.flow_style


def _has_properties(event: Event) -> bool:
    return bool(getattr(event, "anchor", None) or getattr(event, "tag", None))


def _properties(event: Event) -> tuple[str, str]:
    tag = getattr(event, "tag", None)
    return str(getattr(event, "anchor", None) or ""), str(tag or "")


def _scalar(event: ScalarEvent) -> Value:
    text = str(event.value)
    properties = _properties(event)
    if not event.style and not _is_text(text):
        # Bare and perhaps not a text: a number in one reader's eyes is a word in another's.
        return ("bare", text, *properties)
    return ("text", text, *properties)


def _is_text(word: str) -> bool:
    """Whether a bare word is text to every reader, of YAML 1.1 and of 1.2."""
    if word.lower() in _NOT_TEXT or (word != "." and _LIKE_A_NUMBER.fullmatch(word)):
        return False
    return not any(known.match(word) for _, known in _RESOLVER.get(word[0], ()))
