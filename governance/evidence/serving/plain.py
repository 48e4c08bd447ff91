"""Files that are no parsed values: templates before they are rendered, scripts, programs.

Read line by line: `key: value` and `key = "value"`, lists of arguments that go over lines, command
lines. What a template would leave out or repeat is all read once.
"""

import re
from collections.abc import Iterator

from governance.evidence.serving.commands import is_longer_than_is_read, of_script, of_words
from governance.evidence.serving.keys import Sort, plain, sort_of
from governance.evidence.serving.manifests import s3_mentions
from governance.evidence.serving.mentions import Gap, Mention, Said, Thing, told
from governance.evidence.serving.values import PLACEHOLDER
from governance.evidence.texts import named

_PAIR = re.compile(
    r"""^[ \t]*(?:-[ \t]+)*["']?(?P<key>[A-Za-z_][\w.-]*)["']?[ \t]*:[ \t]+(?P<value>\S.*)$"""
)
_SET = re.compile(
    r"""(?<![\w.-])["']?(?P<key>[A-Za-z_][\w-]*)["']?\s*[:=]\s*(?:"(?P<two>[^"\n]*)"|'(?P<one>[^'\n]*)')"""
)
_NAMED = re.compile(r"""^[ \t]*-?[ \t]*name:[ \t]*["']?(?P<name>[\w.-]+)["']?[ \t]*$""")
_ITEM = re.compile(r"""^[ \t]*-[ \t]+(?P<item>.+?)[ \t]*$""")
_FLOW = re.compile(r"""(?<![\w-])(?P<key>[\w-]+)["']?[ \t]*[:=][ \t]*\[(?P<items>[^\]\n]*)\]?""")
_FLOW_ITEM = re.compile(r'(\{\{[^{}\n]*\}\})|"((?:[^"\\]|\\.)*)"|\'([^\']*)\'|([^\s,"\'\[\]]+)')
_ONLY_CONTROL = re.compile(r"^[ \t]*\{\{-?[ \t]*(?:if|else|end|range|with|define|/\*).*\}\}[ \t]*$")
_COMMENT = re.compile(r"^[ \t]*(?:#(?!SBATCH|flux:)|//|\{\{-?\s*/\*)")
_THING = re.compile(
    r"^(?P<key>kind|  name|  namespace):[ \t]*(?P<value>\S.*?)[ \t]*$", re.MULTILINE
)


def of_template(text: str, thing: Thing | None = None) -> Iterator[Said]:
    """Yield what YAML that cannot be parsed yet names; lines count within the text."""
    thing = thing or _thing(text)
    name, items, first = "", list[str](), 1
    for number, line in enumerate(text.splitlines(), start=1):
        if _COMMENT.match(line) or _ONLY_CONTROL.match(line):
            continue
        item = _ITEM.match(line)
        if item and not _PAIR.match(line):
            if not items:
                first = number
            items.append(_unquoted(item["item"]))
            continue
        yield from told(of_words(items), first, thing)
        items = []
        yield from _of_line(line, number, thing, name)
        match = _NAMED.match(line)
        name = match["name"] if match else "" if line.strip() and ":" in line else name
    yield from told(of_words(items), first, thing)
    yield from s3_lines(text, thing)


def of_program(text: str, *, script: bool) -> Iterator[Said]:
    """Yield what a script or another program's text names: paths of this machine too.

    Args:
        text: of the file.
        script: its lines are command lines.
    """
    thing = Thing()
    for number, line in enumerate(text.splitlines(), start=1):
        if not _COMMENT.match(line):
            yield from _of_line(line, number, thing, "")
    if script:
        # Commands go over lines, so all have the line of the file's start.
        yield from told(of_script(text), 1, thing)
        if is_longer_than_is_read(text):
            yield Gap("is longer than what is read of a script", 1)
    found = named(text)
    for place in found.places:
        if place.startswith("file:") and " " not in place:
            yield Mention(place, "path", 1, thing, Sort.MODEL, alone=False)
    if not found.whole:
        yield Gap("names more places than are read", 1)
    yield from s3_lines(text, thing)


def s3_lines(text: str, thing: Thing) -> Iterator[Said]:
    """Yield the S3 URIs of a text with their lines."""
    for number, line in enumerate(text.splitlines(), start=1):
        if "s3" in line.lower() and not _COMMENT.match(line):
            yield from s3_mentions(line, number, thing, "")


def _of_line(line: str, number: int, thing: Thing, name: str) -> Iterator[Said]:
    pair = _PAIR.match(line)
    if pair:
        key, value = pair["key"], _unquoted(pair["value"])
        yield from _of_key(name if key == "value" and name else key, value, number, thing)
        if plain(key) in ("command", "args", "entrypoint", "run") and not value.startswith("["):
            yield from told(of_script(value), number, thing)
    for match in _SET.finditer(line):
        value = match["two"] if match["two"] is not None else match["one"]
        yield from _of_key(match["key"], value, number, thing)
    for match in _FLOW.finditer(line):
        words = ["".join(item) for item in _FLOW_ITEM.findall(match["items"])]
        if plain(match["key"]) in ("command", "args", "entrypoint", "cmd"):
            yield from told(of_words(words), number, thing)


def _of_key(key: str, value: str, number: int, thing: Thing) -> Iterator[Said]:
    sort = sort_of(key.rpartition(".")[2])
    if sort is not None and value:
        alone = sort is Sort.MODEL and plain(key) in ("model", "modelid", "hfmodelid")
        yield Mention(value, key, number, thing, sort, alone)


def _unquoted(text: str) -> str:
    text = text.strip().rstrip(",")
    for quote in "\"'":
        if text.startswith(quote) and text.find(quote, 1) > 0:
            return text[1 : text.rfind(quote)]
    return re.sub(r"\s+#.*$", "", text)


def _thing(text: str) -> Thing:
    found: dict[str, str] = {}
    for match in _THING.finditer(text):
        value = "" if PLACEHOLDER.search(match["value"]) else _unquoted(match["value"])
        found.setdefault(match["key"].strip(), value[:200])
    if not found.get("kind"):
        return Thing()
    return Thing(found["kind"], found.get("namespace", ""), found.get("name", ""))
