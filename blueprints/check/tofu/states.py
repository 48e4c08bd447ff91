"""Where Terragrunt's units keep their state, by their own files and by what these generate."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from blueprints.check.repository import Repository
from blueprints.check.tofu.expressions import Node, parse
from blueprints.check.tofu.reader import Attribute, Block, read
from blueprints.check.tofu.terragrunt import Config, Unit, units
from blueprints.check.tofu.values import UNKNOWN, Unknown, WrongError

_MOST_TEXT = 1 << 18


@dataclass(frozen=True)
class State:
    """The backend of one unit."""

    unit: Unit
    file: str
    line: int
    """Where its key stands, or the backend where there is no key."""
    backend: str
    """Such as `s3`."""
    settings: dict[str, Any]
    encrypted: bool
    """By OpenTofu, before it leaves the job."""
    problem: str = ""
    """Why its key cannot be worked out; may be empty."""

    @property
    def key(self) -> Any:
        """Text, UNKNOWN, or None where nothing says it."""
        return self.settings.get("key", self.settings.get("prefix", self.settings.get("path")))

    @property
    def place(self) -> tuple[str, str, str] | None:
        """What no two units may share; None where only a run could tell."""
        key, bucket = self.key, self.settings.get("bucket", "")
        if not isinstance(key, str) or isinstance(bucket, Unknown):
            return None
        return (self.backend, str(bucket), str(key))


def states(repo: Repository) -> dict[str, State]:
    """The state of every unit that says it, by the unit's folder."""
    known = repo.indexes.get(__name__)
    if isinstance(known, dict):
        return known
    found = {
        folder: state
        for folder, unit in units(repo).items()
        for state in [_of_block(unit) or _by_file(unit)]
        if state is not None
    }
    repo.indexes[__name__] = found
    return found


def _of_block(unit: Unit) -> State | None:
    if unit.state is None:
        return None
    config, block, settings = unit.state
    attribute = block.attributes.get("config")
    line = block.line
    if attribute is not None:
        start = config.repo.text(config.file).split("\n")
        line = next(
            (
                number
                for number, text in enumerate(start[attribute.line - 1 :], attribute.line)
                if text.strip().startswith(("key", "prefix", "path"))
            ),
            attribute.line,
        )
    backend = block.value("backend")
    encrypted = "encryption" in block.attributes or any(
        _encrypts(top) for _, top in generated(unit)
    )
    name = backend if isinstance(backend, str) else ""
    return State(unit, config.file, line, name, settings, encrypted)


def _by_file(unit: Unit) -> State | None:
    """A backend that stands in a file which is generated."""
    tops = list(generated(unit))
    encrypted = any(_encrypts(top) for _, top in tops)
    for (config, line, heredoc), top in tops:
        for inner in top.of("terraform"):
            for backend in inner.of("backend"):
                problems: list[str] = []
                settings = {
                    one.name: _value(config, one, problems) for one in backend.attributes.values()
                }
                name = backend.labels[0] if backend.labels else ""
                at = line + (backend.attributes["key"].line if "key" in backend.attributes else 0)
                at = at if heredoc else line
                problem = problems[0] if problems else ""
                return State(unit, config.file, at, name, settings, encrypted, problem)
    return None


def _value(config: Config, attribute: Attribute, problems: list[str]) -> Any:
    try:
        return config.scope.of(attribute.text)
    except WrongError as error:
        problems.append(f"{attribute.name}: {error}")
        return UNKNOWN


def generated(unit: Unit) -> Iterator[tuple[tuple[Config, int, bool], Block]]:
    """Yield where it stands and the structure of each file that a unit generates."""
    for config in unit.configs:
        for block in config.top.of("generate"):
            attribute = block.attributes.get("contents")
            if attribute is None or len(attribute.text) > _MOST_TEXT:
                continue
            heredoc = attribute.text.lstrip().startswith("<<")
            text = attribute.text.strip()
            body = text.partition("\n")[2].rpartition("\n")[0] if heredoc else _plain(text)
            yield (config, attribute.line, heredoc), read(body)


def _plain(text: str) -> str:
    node: Node = parse(text)
    return node.value if node.kind == "literal" and isinstance(node.value, str) else ""


def _encrypts(top: Block) -> bool:
    return any(
        "method" in state.attributes
        for terraform in top.of("terraform")
        for encryption in terraform.of("encryption")
        for state in encryption.of("state")
    )
