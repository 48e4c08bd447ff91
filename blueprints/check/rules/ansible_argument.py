"""A role of Ansible and what it says that it takes do not agree.

Looks at roles with `meta/argument_specs.yaml`: entry points are files of tasks, options have a
description and a known type, defaults are options and fit their type. A variable of the role's own
(its name begins with the role's) that is used is set somewhere (option, default, `vars`,
`register`, `set_fact`), one that is set is used, and no task stands in a file twice.

Ansible finds an undefined variable when the task runs, on the node, in the middle of a change; a
misspelt default it never finds: the other value is used.

Correct the name or the type.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from blueprints.check.documents import Path, Yaml, mapping, walk
from blueprints.check.finding import Finding, Level
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "ansible-argument"
LEVEL = Level.ERROR

_FOLDERS = "tasks|handlers|defaults|vars|meta|templates"
_FILE = re.compile(rf"(?:^|.*/)roles/([^/]+)/({_FOLDERS})/([^/]+)\Z")
_WORD = re.compile(r"[a-z_][a-z0-9_]*")
_TYPES: Mapping[str, tuple[type, ...]] = {
    "str": (str, int, float),
    "path": (str,),
    "raw": (object,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "list": (list,),
    "dict": (dict,),
    "bytes": (str, int),
    "bits": (str, int),
    "json": (str, dict, list),
    "jsonarg": (str, dict, list),
}
_OPTION = frozenset(
    [
        "type",
        "required",
        "default",
        "description",
        "choices",
        "elements",
        "options",
        "no_log",
        "version_added",
        "aliases",
        "mutually_exclusive",
        "required_together",
        "required_if",
        "required_one_of",
        "required_by",
    ]
)
"""ansible-core's documentation, "Role argument validation", and its ArgumentSpecValidator."""
_ENTRY = frozenset(("short_description", "description", "author", "options", "version_added"))
_SETS = ("register", "loop_var", "index_var")
"""Keys whose value is the name of a new variable."""


@dataclass
class _Role:
    """A role's files, and what is set and used in them."""

    folder: str
    name: str
    documents: dict[str, Yaml] = field(default_factory=dict)
    """By path below the role."""
    templates: list[str] = field(default_factory=list)

    def owns(self, word: str) -> bool:
        return word.startswith(f"{self.name}_")


def check(repo: Repository, settings: Settings) -> Iterator[Finding]:
    """Every role that says what it takes."""
    roles = _roles(repo)
    used = _used(repo, roles)
    set_there = {word for role in roles.values() for word, _, _ in _set(role)}
    for role in roles.values():
        specs = role.documents.get("meta/argument_specs.yaml")
        if specs is None:
            continue
        entries = mapping(specs.data, "argument_specs")
        yield from _specs(role, specs, entries)
        yield from _defaults(role, entries)
        for word, document, path in _set(role):
            if role.owns(word) and word not in used:
                yield _finding(document, path, f"{word} is set and used nowhere")
        for word, document, path in _uses(role):
            if role.owns(word) and word not in set_there:
                yield _finding(document, path, f"{word} is used and set nowhere")
        for name, document in role.documents.items():
            if name.startswith(("tasks/", "handlers/")):
                yield from _twice(document)


def _finding(document: Yaml, path: Path, message: str) -> Finding:
    return Finding(document.file, document.line_of(*path), ID, visible(message), LEVEL)


def _roles(repo: Repository) -> dict[str, _Role]:
    found: dict[str, _Role] = {}
    for path in repo.files:
        matched = _FILE.match(path)
        if not matched:
            continue
        below = f"{matched[2]}/{matched[3]}"
        folder = path.removesuffix(f"/{below}")
        role = found.setdefault(folder, _Role(folder, matched[1]))
        if matched[2] == "templates":
            role.templates.append(repo.text(path))
        elif path.endswith((".yaml", ".yml")):
            for document in repo.yaml(path)[:1]:
                role.documents[below.replace(".yml", ".yaml")] = document
    return found


def _words(value: Any) -> Iterator[tuple[str, Path]]:
    """Every word of every text in a value, with its place."""
    for path, one in walk(value):
        if isinstance(one, str):
            for word in _WORD.findall(one):
                yield word, path


def _uses(role: _Role) -> Iterator[tuple[str, Yaml, Path]]:
    """Words of texts, names of new variables and descriptions left out."""
    for name, document in role.documents.items():
        if name.startswith("meta/"):
            continue
        for word, path in _words(document.data):
            if not path or path[-1] not in (*_SETS, "name"):
                yield word, document, path


def _used(repo: Repository, roles: Mapping[str, _Role]) -> set[str]:
    """Words of all roles, their templates, playbooks and inventories."""
    found = {word for role in roles.values() for word, _, _ in _uses(role)}
    for role in roles.values():
        for text in role.templates:
            found.update(_WORD.findall(text))
        for document in role.documents.values():
            for _, value in walk(document.data):
                # What is let pass has to be registered, read or not.
                if isinstance(value, dict) and "ignore_errors" in value:
                    found.add(str(value.get("register")))
    for path in repo.yaml_files:
        if not _FILE.match(path) and ("playbook" in path or path.endswith("inventory.yaml")):
            for document in repo.yaml(path):
                found.update(word for word, _ in _words(document.data))
    return found


def _set(role: _Role) -> Iterator[tuple[str, Yaml, Path]]:
    """Every variable that a role sets, or that somebody sets for it."""
    for name, document in role.documents.items():
        data = document.data
        if name.startswith(("defaults/", "vars/")):
            for word in mapping(data):
                yield word, document, (word,)
        elif name == "meta/argument_specs.yaml":
            for entry in mapping(data, "argument_specs"):
                for word in mapping(data, "argument_specs", entry, "options"):
                    yield word, document, ("argument_specs", entry, "options", word)
        else:
            for path, value in walk(data):
                key = path[-1] if path else ""
                if key in _SETS and isinstance(value, str):
                    yield value, document, path
                elif key in ("vars", "ansible.builtin.set_fact", "set_fact"):
                    for word in mapping(value):
                        yield word, document, (*path, word)


def _specs(role: _Role, specs: Yaml, entries: Mapping[str, Any]) -> Iterator[Finding]:
    if not entries:
        yield _finding(specs, (), f"role {role.name} says nothing of what it takes")
    for name, entry in entries.items():
        at: Path = ("argument_specs", name)
        if f"tasks/{name}.yaml" not in role.documents:
            yield _finding(specs, at, f"role {role.name} has no tasks/{name}.yaml")
        if not isinstance(entry, dict) or not _texts(entry.get("short_description")):
            yield _finding(specs, at, f"{name} has no short_description")
        for key in mapping(entry):
            if key not in _ENTRY:
                yield _finding(specs, (*at, key), f"an entry point has no key {key}")
        yield from _options(specs, (*at, "options"), mapping(entry).get("options", {}))


def _options(specs: Yaml, at: Path, options: Any) -> Iterator[Finding]:
    if not isinstance(options, dict):
        yield _finding(specs, at, "options is no mapping")
        return
    for name, option in options.items():
        here = (*at, name)
        if not isinstance(option, dict):
            yield _finding(specs, here, f"option {name} is no mapping")
            continue
        for key in option:
            if key not in _OPTION:
                yield _finding(specs, (*here, key), f"an option has no key {key}")
        for key in ("type", "elements"):
            if (key == "type" or key in option) and str(option.get(key)) not in _TYPES:
                yield _finding(specs, here, f"{key} of {name} is no type of Ansible")
        if (option.get("type") == "list") != ("elements" in option):
            yield _finding(specs, here, f"{name} needs elements where it is a list, and only there")
        if not _texts(option.get("description")):
            yield _finding(specs, here, f"option {name} has no description")
        for key, kind in (("required", bool), ("choices", list)):
            if key in option and not isinstance(option[key], kind):
                yield _finding(specs, (*here, key), f"{key} of {name} is of the wrong type")
        yield from _options(specs, (*here, "options"), option.get("options", {}))


def _texts(value: Any) -> bool:
    every = value if isinstance(value, list) else [value]
    return bool(every) and all(isinstance(one, str) and one for one in every)


def _defaults(role: _Role, entries: Mapping[str, Any]) -> Iterator[Finding]:
    document = role.documents.get("defaults/main.yaml")
    if document is None:
        return
    options: dict[str, Any] = {}
    for entry in entries.values():
        options |= mapping(entry, "options")
    for name, value in mapping(document.data).items():
        if name not in options:
            yield _finding(document, (name,), f"default {name} is no option of {role.name}")
            continue
        kind = mapping(options, name).get("type")
        templated = isinstance(value, str) and "{{" in value
        fits = isinstance(value, _TYPES.get(str(kind), (object,)))
        if isinstance(value, bool) and kind not in ("bool", "raw"):
            fits = False
        if not templated and not fits:
            yield _finding(document, (name,), f"default {name} is no {kind}")
        element = str(mapping(options, name).get("elements"))
        for index, one in enumerate(value if isinstance(value, list) else ()):
            if not isinstance(one, _TYPES.get(element, (object,))):
                yield _finding(document, (name, index), f"an item of {name} is no {element}")


def _twice(document: Yaml) -> Iterator[Finding]:
    """The same task again, under this name or another; what is included may be done twice."""
    for path, value in walk(document.data):
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            continue
        seen: set[str] = set()
        for index, task in enumerate(value):
            words = repr({key: one for key, one in task.items() if key != "name"})
            again = any("import_" in key or "include_" in key or "meta" in key for key in task)
            if words in seen and len(task) > 1 and not again:
                yield _finding(document, (*path, index), "the same task stands here before")
            seen.add(words)
