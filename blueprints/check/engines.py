"""Commands that start a model server: in pods, and in what is rendered for each runtime.

Of a repository of model services the folders ``models/<model>/<site>/<runtime>/`` are read as that
runtime would run them; of any other, the pods of its objects. An engine's version is that of its
image: by its tag, or by its digest in the specification.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from blueprints.check import images
from blueprints.check.cluster.quantity import quantity
from blueprints.check.documents import Object, Path, at, items, mapping, text
from blueprints.check.repository import Repository
from blueprints.check.workloads import containers, pods
from blueprints.runtimes import registry
from blueprints.runtimes.runtime import ReadError

FOLDER = "models"
SPEC = "spec.yaml"
_TAG = re.compile(r"(?:^|vllm[_-])v?([0-9]+\.[0-9]+\.[0-9]+(?:\.post[0-9]+)?)(?=$|[-_+])")
_FLAG = re.compile(
    r"--(?P<name>[A-Za-z][A-Za-z0-9_-]*)(?P<inner>\.[^=]*)?(?:=(?P<value>.*))?", re.S
)
_SHORT = {
    "-tp": "tensor-parallel-size",
    "-pp": "pipeline-parallel-size",
    "-dp": "data-parallel-size",
}


@dataclass(frozen=True)
class Place:
    """Where something stands."""

    file: str
    line: int


@dataclass(frozen=True)
class Option:
    """One flag of a command."""

    name: str
    """Without dashes in front, with ``-`` for ``_``."""
    value: str | None
    place: Place


@dataclass(frozen=True)
class Engine:
    """A command that starts vLLM."""

    who: str
    """For people."""
    place: Place
    image: str
    version: str | None
    """None where nothing tells it."""
    options: tuple[Option, ...]
    variables: Mapping[str, Place] = field(default_factory=dict)
    devices: int | None = None
    """Accelerators of each node; None where that is not said."""
    nodes: int | None = 1
    """None where it depends on more than this command."""

    def number(self, name: str) -> int:
        """What a flag is set to; 1 where it is not set, or to no number."""
        said = [one.value for one in self.options if one.name == name]
        return int(said[-1]) if said and said[-1] and said[-1].isdecimal() else 1

    def has(self, name: str) -> bool:
        """Whether a flag is given."""
        return any(one.name == name for one in self.options)


@dataclass(frozen=True)
class Unread:
    """A folder of a runtime that does not say what it starts."""

    folder: str
    why: str


def engines(repo: Repository) -> tuple[Engine | Unread, ...]:
    """Every one of a repository; read once for all rules."""
    known = repo.indexes.get(__name__)
    if not isinstance(known, tuple):
        known = tuple(_engines(repo))
        repo.indexes[__name__] = known
    return known


def _engines(repo: Repository) -> Iterator[Engine | Unread]:
    versions = dict(_versions(repo))
    read: set[str] = set()
    for folder in folders(repo):
        paths = list(repo.under(folder))
        read.update(paths)
        yield from _of_folder(repo, folder, paths, versions)
    for obj in repo.objects:
        if obj.file not in read:
            yield from _of_object(obj, versions)


def folders(repo: Repository) -> Iterator[str]:
    """Those of ``models/<model>/<site>/<runtime>``."""
    found = {
        "/".join(parts[:4])
        for parts in (path.split("/") for path in repo.under(FOLDER))
        if len(parts) > 4 and parts[3] in registry.NAMES
    }
    return iter(sorted(found))


def _versions(repo: Repository) -> Iterator[tuple[str, str]]:
    """From digest to version, by the specification."""
    if not repo.exists(SPEC):
        return
    for document in repo.yaml(SPEC)[:1]:
        for one in items(document.data, "images"):
            digest, version = text(one, "digest"), text(one, "version")
            if digest and version:
                yield digest, version


def version_of(image: str, versions: Mapping[str, str]) -> str | None:
    """The engine's version in an image; None where neither tag nor digest tells it."""
    reference = images.read(image)
    if reference.digest in versions:
        return versions[reference.digest]
    found = _TAG.search(reference.tag)
    return found[1] if found else None


def _of_folder(
    repo: Repository, folder: str, paths: list[str], versions: Mapping[str, str]
) -> Iterator[Engine | Unread]:
    files = {path.removeprefix(f"{folder}/"): repo.read(path) for path in paths}
    try:
        facts = registry.runtime(folder.rpartition("/")[2]).read(files)
    except ReadError as error:
        yield Unread(folder, str(error))
        return
    words = [facts[key] for key in sorted(_of(facts, "argv."), key=_position)]

    def place(said: str) -> Place:
        for path in paths:
            for number, line in enumerate(repo.text(path).split("\n"), 1):
                if said in line:
                    return Place(path, number)
        return Place(paths[0], 0)

    image = facts.get("image", "")
    yield Engine(
        who=folder,
        place=place(image),
        image=image,
        version=version_of(image, versions),
        options=tuple(_options([(word, place(word.partition("=")[0])) for word in words])),
        variables={key[4:]: place(key[4:]) for key in _of(facts, "env.")},
        devices=_whole(facts.get("devices")),
        nodes=_whole(facts.get("nodes")),
    )


def _of(facts: Mapping[str, str], prefix: str) -> list[str]:
    return [key for key in facts if key.startswith(prefix)]


def _position(key: str) -> int:
    return int(key.rpartition(".")[2])


def _whole(said: str | None) -> int | None:
    return int(said) if said is not None and said.isdecimal() else None


def _of_object(obj: Object, versions: Mapping[str, str]) -> Iterator[Engine]:
    for _, where, spec in pods(obj):
        for inner, container in containers(spec):
            path = (*where, *inner)
            words = list(_words(obj, path, container))
            image = text(container, "image")
            start = _served([word for word, _ in words], image)
            if start is None:
                continue
            yield Engine(
                who=f"{obj}: container {text(container, 'name')}",
                place=Place(obj.file, obj.line_of(*path)),
                image=image,
                version=version_of(image, versions),
                options=tuple(_options(words[start:])),
                variables=dict(_variables(obj, path, container)),
                devices=_devices(container),
                nodes=_nodes(obj),
            )


def _words(obj: Object, path: Path, container: object) -> Iterator[tuple[str, Place]]:
    for key in ("command", "args"):
        for number, word in enumerate(items(container, key)):
            if isinstance(word, str):
                yield word, Place(obj.file, obj.line_of(*path, key, number))


def _served(words: list[str], image: str) -> int | None:
    """After which words the server's own begin; None for another program."""
    for number, word in enumerate(words):
        if word == "vllm.entrypoints.openai.api_server":
            return number + 1
        if word == "serve" and number and words[number - 1].rpartition("/")[2] == "vllm":
            return number + 1
    own = images.read(image).path.rpartition("/")[2]
    # The image's own program is the server: its arguments are flags from the first on.
    return 0 if own == "vllm-openai" and words and words[0].startswith("-") else None


def _variables(obj: Object, path: Path, container: object) -> Iterator[tuple[str, Place]]:
    for number, one in enumerate(items(container, "env")):
        name = text(one, "name")
        if name:
            yield name, Place(obj.file, obj.line_of(*path, "env", number))


def _devices(container: object) -> int | None:
    amounts = [
        quantity(amount)
        for name, amount in mapping(container, "resources", "limits").items()
        if name.endswith("/gpu")
    ]
    whole = [int(amount) for amount in amounts if amount is not None and amount.denominator == 1]
    return sum(whole) if whole else None


def _nodes(obj: Object) -> int | None:
    if obj.kind == "LeaderWorkerSet":
        size = at(obj.data, "spec", "leaderWorkerTemplate", "size")
        return size if isinstance(size, int) else None
    return None if obj.kind.startswith("Ray") else 1


def _options(words: list[tuple[str, Place]]) -> Iterator[Option]:
    for number, (word, place) in enumerate(words):
        name = _SHORT.get(word)
        found = _FLAG.fullmatch(word)
        if name is None and found is not None:
            name = found["name"].replace("_", "-")
        if name is None:
            continue
        value = found["value"] if found is not None else None
        if value is None and number + 1 < len(words):
            after = words[number + 1][0]
            value = None if after.startswith("-") else after
        yield Option(name, value, place)
