"""Layout and prose through cookiecutter's own generator; the only module that knows cookiecutter.

A template folder is what `cookiecutter` itself takes: `cookiecutter.json` and one folder
``{{cookiecutter.NAME}}``. Its hooks are never run, its settings may not load code, and its Jinja
may show and compare the values of `cookiecutter.json` and do nothing more: the same values give the
same bytes, and a template from elsewhere reaches nothing.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cookiecutter.exceptions import CookiecutterException
from cookiecutter.generate import generate_file, is_binary, is_copy_only_path
from cookiecutter.utils import create_env_with_context, work_in
from jinja2 import Environment, FileSystemLoader, TemplateError, TemplateSyntaxError, nodes

from blueprints.display import visible
from blueprints.errors import ExpectedError

SETTINGS = "cookiecutter.json"

_COPIED = "_copy_without_render"
_MAX_FILES = 2000
_MAX_BYTES = 16 * 1024 * 1024
_FILTERS = frozenset(("lower", "upper", "capitalize", "title", "trim"))
_NODES = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
)


class InvalidTemplateError(ExpectedError):
    """A template that cannot be rendered, or that asks for more than values."""

    kind = "invalid template"


@dataclass(frozen=True)
class Template:
    """One template folder, read and checked; rendering it once more costs little."""

    folder: Path
    project: Path
    """The one folder in it that holds the files."""
    defaults: Mapping[str, str]
    """What `cookiecutter.json` says."""
    rendered: tuple[str, ...]
    """Files below the project folder that are rendered; sorted."""
    copied: tuple[str, ...]
    """And those that are copied as they are."""
    environment: Environment = field(repr=False)

    def render(self, context: Mapping[str, str], place: Path) -> dict[str, bytes]:
        """Every file by its path below the project folder, with the values of ``context``.

        Keys of `cookiecutter.json` that ``context`` leaves out keep what is written there.
        ``place`` is a folder for this template's scratch, to be removed by whoever made it; one
        for many renders is quicker. Raises :class:`InvalidTemplateError`, and ExpectedError where
        the disk does not take the files.
        """
        for name, value in context.items():
            if visible(value) != value:
                raise InvalidTemplateError(f"{self.folder}: {name} is more than a plain line")
        values: dict[str, object] = {"cookiecutter": {**self.defaults, **context}}
        try:
            with work_in(self.project):
                return dict(self._generated(place, values))
        except (CookiecutterException, TemplateError, UnicodeError) as error:
            raise InvalidTemplateError(f"cannot render {self.folder}: {error}") from error
        except OSError as error:
            raise ExpectedError(f"cannot render {self.folder}: {error.strerror}") from error

    def _generated(self, place: Path, values: dict[str, object]) -> Iterator[tuple[str, bytes]]:
        seen: set[str] = set()
        for path in self.copied + self.rendered:
            made = self._name(path, values)
            if made in seen:
                raise InvalidTemplateError(f"{self.folder}: two files become {visible(made)}")
            seen.add(made)
            if path in self.copied:
                yield made, Path(path).read_bytes()
            else:
                target = place / made
                target.parent.mkdir(parents=True, exist_ok=True)
                generate_file(str(place), path, values, self.environment)
                yield made, target.read_bytes()
                # File systems take their time to overwrite a file, not to make a new one.
                target.unlink()

    def _name(self, path: str, values: dict[str, object]) -> str:
        made = self.environment.from_string(path).render(**values) if "{" in path else path
        parts = made.split("/")
        if ".." in parts or "." in parts or "" in parts:
            raise InvalidTemplateError(f"{self.folder}: {path} cannot become {visible(made)}")
        return made


def load(folder: Path) -> Template:
    """Read a template folder; raises :class:`InvalidTemplateError` where it is not right.

    Refused are symbolic links, settings that load code (``_extensions``, ``_jinja2_env_vars`` and
    every other key with ``_`` except ``_copy_without_render``), and Jinja other than ``if``, plain
    filters and ``cookiecutter.NAME``.
    """
    try:
        project = _project(folder)
        defaults, patterns = _settings(folder / SETTINGS)
        paths = sorted(_walk(project))
        # One environment for all renders: making one and compiling the templates is what costs.
        environment = create_env_with_context({})
        environment.loader = FileSystemLoader(str(project))
        environment.auto_reload = False
        copied = {path for path in paths if is_copy_only_path(path, patterns)}
        copied |= {path for path in paths if _is_data(project / path)}
        for path in paths:
            _check(environment, path, f"{folder}: the name {path}", defaults)
            if path not in copied:
                _check_text(environment, project / path, defaults)
    except OSError as error:
        raise InvalidTemplateError(
            f"cannot read the template {folder}: {error.strerror}: {error.filename}"
        ) from error
    rendered = tuple(path for path in paths if path not in copied)
    return Template(folder, project, defaults, rendered, tuple(sorted(copied)), environment)


def _project(folder: Path) -> Path:
    found = [path for path in sorted(folder.iterdir()) if "{{cookiecutter." in path.name]
    if len(found) != 1 or found[0].is_symlink() or not found[0].is_dir():
        raise InvalidTemplateError(f"{folder} needs one folder {{{{cookiecutter.NAME}}}}")
    return found[0]


def _settings(file: Path) -> tuple[dict[str, str], dict[str, dict[str, list[str]]]]:
    """The values, and what `is_copy_only_path` takes."""
    try:
        data = json.loads(file.read_bytes()) if not file.is_symlink() else None
    except (ValueError, RecursionError) as error:
        raise InvalidTemplateError(f"{file}: is not JSON") from error
    if not isinstance(data, dict):
        raise InvalidTemplateError(f"{file}: has to be a JSON object")
    patterns = data.pop(_COPIED, [])
    if not isinstance(patterns, list) or not all(isinstance(one, str) for one in patterns):
        raise InvalidTemplateError(f"{file}: {_COPIED} has to be a list of texts")
    for key, value in data.items():
        if key.startswith("_"):
            raise InvalidTemplateError(f"{file}: {visible(key)} is not allowed: it could load code")
        if not key.isidentifier() or hasattr(dict, key):
            raise InvalidTemplateError(f"{file}: {visible(key)} cannot be the name of a value")
        if not isinstance(value, str) or visible(value) != value or "{{" in value or "{%" in value:
            raise InvalidTemplateError(f"{file}: {key} has to be a plain text")
    return data, {"cookiecutter": {_COPIED: patterns}}


def _walk(project: Path) -> Iterator[str]:
    """Every file below the project folder; symbolic links and special files are refused."""
    size = count = 0
    for top, folders, names in os.walk(project):
        for name in [*folders, *names]:
            path = Path(top, name)
            if path.is_symlink() or not (path.is_dir() or path.is_file()):
                raise InvalidTemplateError(f"{path}: is no plain file or folder")
        for name in names:
            count += 1
            size += Path(top, name).stat().st_size
            if count > _MAX_FILES or size > _MAX_BYTES:
                raise InvalidTemplateError(
                    f"{project}: has more than {_MAX_FILES} files or {_MAX_BYTES} bytes"
                )
            yield Path(top, name).relative_to(project).as_posix()


def _is_data(file: Path) -> bool:
    content = file.read_bytes()
    try:
        return "\x00" in content.decode()
    except UnicodeDecodeError:
        return True


def _check_text(environment: Environment, file: Path, names: Mapping[str, str]) -> None:
    if is_binary(str(file)):
        # cookiecutter would copy it as it is, with the braces in it.
        raise InvalidTemplateError(f"{file}: is taken for data; name it in {_COPIED}")
    _check(environment, file.read_text(encoding="utf-8"), str(file), names)


def _check(environment: Environment, source: str, at: str, names: Mapping[str, str]) -> None:
    try:
        tree = environment.parse(source)
    except TemplateSyntaxError as error:
        raise InvalidTemplateError(f"{at}:{error.lineno}: {error.message}") from error
    except RecursionError as error:
        raise InvalidTemplateError(f"{at}: is nested too deep") from error
    wrong = next(_refused(tree, names), None)
    if wrong is not None:
        line, what = wrong
        raise InvalidTemplateError(f"{at}:{line}: {what}")


def _refused(node: nodes.Node, names: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """What of a parsed template does more than show, filter and compare the values."""
    if isinstance(node, nodes.Getattr) and _is_values(node.node):
        if node.attr not in names:
            known = ", ".join(sorted(names))
            yield node.lineno, f"{SETTINGS} has no {visible(node.attr)}; it has {known}"
        return
    if isinstance(node, nodes.Filter):
        if node.name not in _FILTERS or node.node is None:
            yield node.lineno, f"the filter {visible(node.name)} is not allowed"
    elif not isinstance(node, _NODES):
        yield node.lineno, f"{type(node).__name__} is not allowed: show and compare values only"
    for child in node.iter_child_nodes():
        yield from _refused(child, names)


def _is_values(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Name) and node.name == "cookiecutter" and node.ctx == "load"
