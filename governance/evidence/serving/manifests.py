"""Parsed manifests and values: walks them and yields what names a model.

Where a model is named is told by the key and what it stands in, not by the kind of the object:
so all versions of KServe, KubeRay, LiteLLM and any chart's values are read by the same few rules.
"""

import re
from collections.abc import Iterator

from governance.evidence.serving.commands import of_script, of_words
from governance.evidence.serving.documents import (
    BadDocumentError,
    Document,
    List,
    Map,
    Place,
    Value,
    documents,
    parse_yaml,
    walk,
)
from governance.evidence.serving.keys import Sort, plain, sort_of
from governance.evidence.serving.mentions import Gap, Hint, Mention, Said, Thing, told
from governance.evidence.serving.values import PLACEHOLDER
from governance.evidence.texts import named

DEEPEST = 3
"""Documents in the texts of documents (`serveConfigV2`, Helm values of an Argo CD application)."""

_COMMANDS = frozenset(("command", "args", "entrypoint", "cmd", "extraargs", "arguments", "run"))
_EMBEDDED = re.compile(r"^[ \t]*(?:- )?[\w./-]+[ \t]*:(?:[ \t\r\n]|$)", re.MULTILINE)
_S3 = re.compile(r"s3[an]?://(?:\{\{[^{}\n]*\}\}|\$\{[^{}\n]*\}|[^\s'\"`<>|])+", re.IGNORECASE)


def of_document(top: Value, outer: Thing | None = None, depth: int = 0) -> Iterator[Said]:
    """Yield what a document names; lines count within it. Raises BadDocumentError."""
    thing = _thing(top, outer)
    inner = thing
    for place in walk(top):
        # A `List` holds whole objects.
        if isinstance(place.value, Map):
            if place.key == "items" and place.value.get("kind") is not None:
                inner = _thing(place.value, outer)
            yield from _of_map(place.value, place.line, inner)
        elif isinstance(place.value, List):
            yield from _of_list(place, inner)
        else:
            yield from _of_text(place, place.value, inner, depth)


def s3_mentions(text: str, line: int, thing: Thing, key: str) -> Iterator[Mention]:
    """Yield every S3 URI in a text; one with placeholders stays whole."""
    if not _S3.search(text):
        return
    holes = [match for match in _S3.finditer(text) if PLACEHOLDER.search(match.group())]
    seen = 0
    for match in holes:
        line, seen = line + text.count("\n", seen, match.start()), match.start()
        yield Mention(match.group().rstrip(",;)]."), key, line, thing, Sort.MODEL, alone=False)
    rest = _S3.sub(lambda found: "" if PLACEHOLDER.search(found[0]) else found[0], text)
    for place in named(rest).places:
        # Where a blank ends it and where it does not, the key's own value tells.
        if place.startswith("s3://") and " " not in place and place[-1] not in ",;)]}":
            yield Mention(place, key, line, thing, Sort.MODEL, alone=False)


def _thing(value: Value, outer: Thing | None) -> Thing:
    if not isinstance(value, Map):
        return outer or Thing()
    kind = value.text("kind")
    if not kind or not value.text("apiVersion"):
        return outer or Thing()
    metadata = value.get("metadata")
    about = metadata if isinstance(metadata, Map) else Map()
    names = (about.text("namespace"), about.text("name") or about.text("generateName"))
    return Thing(kind, *("" if PLACEHOLDER.search(name) else name for name in names))


def _of_map(value: Map, line: int, thing: Thing) -> Iterator[Said]:
    """What is told by several keys together."""
    name = value.text("name")
    if name:
        # An environment's variable, or a parameter of Helm's or Kustomize's.
        key = name.rpartition(".")[2]
        text = value.get("value")
        if isinstance(text, str):
            yield from _of_key(key, "", text, line, thing)
        source = value.get("valueFrom")
        if isinstance(source, Map) and (sort := sort_of(key)) is not None:
            yield from (
                Mention(f"${{{where.value}}}", key, where.line, thing, sort, alone=False)
                for where in walk(source)
                if where.key == "key" and isinstance(where.value, str)
            )
    if value.get("op") is not None and isinstance(text := value.get("value"), str):
        yield from _of_key(value.text("path").rpartition("/")[2], "", text, line, thing)
    storage = value.get("storage")
    if isinstance(storage, Map) and (path := storage.text("path")):
        yield from _of_storage(storage, path, line, thing)
    host = value.get("hostPath")
    if isinstance(host, Map) and (path := host.text("path")):
        yield Mention(path, "hostPath.path", line, thing, Sort.MODEL, alone=False)
    repository = value.text("repoURL")
    if repository:
        yield Hint(f"deploys what is in {repository[:200]}: a source of its own", line)


def _of_storage(storage: Map, path: str, line: int, thing: Thing) -> Iterator[Said]:
    """KServe's `storage: {key, path, parameters: {bucket}}`."""
    parameters = storage.get("parameters")
    bucket = parameters.text("bucket") if isinstance(parameters, Map) else ""
    if bucket:
        uri = f"s3://{bucket}/{path.lstrip('/')}"
        yield Mention(uri, "storage.path", line, thing, Sort.MODEL, alone=False)
    elif "://" not in path and "InferenceService" in thing.kind:
        yield Gap(
            f"storage.path {path[:200]!r} is in a bucket that only a secret of the cluster names "
            "(storage.parameters.bucket can say it)",
            line,
        )


def _of_list(place: Place, thing: Thing) -> Iterator[Said]:
    if not isinstance(place.value, List):
        return
    words = [item for item, _ in place.value.items if isinstance(item, str)]
    is_command = plain(place.key) in _COMMANDS
    if words and (is_command or any(word.startswith("-") for word in words)):
        yield from told(of_words(words), place.line, thing)
        if is_command and words[0] == "serve" and len(words) > 1:
            yield Mention(words[1], "serve ..", place.line, thing, Sort.MODEL, alone=False)


def _of_text(place: Place, text: str, thing: Thing, depth: int) -> Iterator[Said]:
    yield from _of_key(place.key, place.parent, text, place.line, thing)
    yield from s3_mentions(text, place.line, thing, place.key)
    lines = "\n" in text.strip()
    if plain(place.key) in _COMMANDS and place.inside is not None and not lines:
        yield from told(of_script(text), place.line, thing)
    if not lines:
        return
    if depth < DEEPEST and (_EMBEDDED.search(text) or text.lstrip().startswith(("{", "["))):
        yield from _embedded(text, place.line, thing, depth)
    yield from told(of_script(text), place.line, thing)


def _embedded(text: str, line: int, thing: Thing, depth: int) -> Iterator[Said]:
    for one in documents(text):
        try:
            found = list(of_document(_parsed(one), thing, depth + 1))
        except BadDocumentError:
            continue  # A script, or prose; read as such.
        yield from found


def _parsed(document: Document) -> Value:
    return parse_yaml(document.text)


def _of_key(key: str, parent: str, text: str, line: int, thing: Thing) -> Iterator[Said]:
    sort = sort_of(key, parent)
    if sort is not None and text.strip() and "\n" not in text.strip():
        alone = sort is Sort.MODEL and plain(key) in ("model", "modelid", "hfmodelid")
        yield Mention(text.strip(), key, line, thing, sort, alone)
