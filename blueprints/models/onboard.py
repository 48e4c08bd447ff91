"""`tutela model onboard`: one model more in a repository, from a few lines of YAML.

The lines go into the specification as they are, comments included, and the repository is updated
to it: a change of the size of one commit, of which nothing is committed here.
"""

import re
from pathlib import Path

from blueprints.emit.yaml import yaml_text
from blueprints.engine import spec
from blueprints.engine.edit import NotEditableError
from blueprints.errors import ExpectedError
from blueprints.models.changed import Changed
from blueprints.models.listing import with_entry
from blueprints.models.specified import KEY, Specified, read
from blueprints.service.config import MAX_BYTES, disagreements, parse
from blueprints.service.model import Model
from blueprints.update.update import Options, RefusedError
from blueprints.yamlfile import Document, InvalidFileError, check
from blueprints.yamlfile import load_bytes as load

_PATH = re.compile(r"\.([^.\[\]\s:]+)|\[(\d+)\]")


def onboard(source: Path, folder: Path, options: Options, config: Path | None = None) -> Changed:
    """Add the model of a file to a repository; `config` is the model's own ``config.json``.

    Raises InvalidFileError for what is wrong in the file or does not fit the repository (line by
    line), RefusedError for a model that is there already, and as `tutela blueprint update`.
    """
    specified = read(folder)
    try:
        raw = source.read_bytes()
    except OSError as error:
        raise ExpectedError(f"cannot read {source}: {error.strerror}") from error
    document = load(raw, str(source))
    model = check(Model, document)
    if config is not None:
        _agrees(model, config, document)
    if any(one.name == model.name for one in specified.serving.models):
        raise RefusedError(
            f"{folder} serves a model {model.name} already",
            f"tutela model retire {model.name} {folder}",
            f"give it another name in {source}",
        )
    text = _with(specified, raw.decode("utf-8-sig"), document)
    models = [*specified.listed, document.data]
    try:
        updated = specified.update(text, models, options)
    except InvalidFileError as error:
        raise _at_source(error, len(specified.listed), document) from error
    return Changed("onboarded", model, specified.serving.sites, updated)


def _agrees(model: Model, file: Path, document: Document) -> None:
    try:
        with file.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise ExpectedError(f"cannot read {file}: {error.strerror}") from error
    told = [
        f"{document.lines.at(*place)}: {'.'.join(map(str, place))}: {text}"
        for place, text in disagreements(model, parse(raw, str(file)))
    ]
    if told:
        raise InvalidFileError(*told)


def _with(specified: Specified, written: str, document: Document) -> str:
    """The specification with the model as it was written; where that cannot be, as it is."""
    plain = yaml_text([document.data]).decode().removeprefix("---\n")
    try:
        text = with_entry(specified.text, KEY, _lines(written))
        if not _says(text, [*specified.listed, document.data]):
            text = with_entry(specified.text, KEY, plain)
    except NotEditableError as error:
        raise RefusedError(
            f"cannot change {specified.file}: {error}",
            f"put the model there yourself, then: tutela blueprint update {specified.folder}",
        ) from error
    return text


def _lines(written: str) -> str:
    """Without the comment at the head, which is of the file."""
    lines = written.replace("\r\n", "\n").split("\n")
    while lines and (not lines[0].strip() or lines[0].startswith(("#", "---"))):
        lines.pop(0)
    return "\n".join(lines)


def _says(text: str, models: list[object]) -> bool:
    try:
        document = load(text.encode(), "", columns=True, max_bytes=spec.MAX_BYTES)
    except ExpectedError:
        return False
    return document.data.get(KEY) == models


def _at_source(error: InvalidFileError, index: int, document: Document) -> InvalidFileError:
    """Mistakes of the new model at the lines of its own file; others stay where they are."""
    first, *others = (_moved(one, index, document) for one in error.messages)
    return InvalidFileError(first, *others, hints=getattr(error, "__notes__", ()))


def _moved(message: str, index: int, document: Document) -> str:
    _, found, rest = message.partition(f": {KEY}[{index}]")
    if not found:
        return message
    path: list[str | int] = []
    end = 0
    while part := _PATH.match(rest, end):
        path.append(part[1] if part[1] is not None else int(part[2]))
        end = part.end()
    said = rest[:end].removeprefix(".") + rest[end:]
    return f"{document.lines.at(*path)}: {said.removeprefix(': ').lstrip()}"
