"""What is Ansible in a repository: its roles and handlers; and what modules of ansible-core take.

Roles are folders `roles/<name>/` anywhere, as Ansible finds them beside playbooks and on its
`roles_path`. Modules and arguments are data: `policies/checks/ansible_modules.yaml`.
"""

import difflib
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from blueprints.check.repository import Repository
from blueprints.check.schemas.policy import read

BUILTIN = "ansible.builtin."
_ROLE = re.compile(r"((?:.*/)?roles/([^/]+))/(?:tasks|handlers|defaults|vars|meta)/[^/]+\.ya?ml")
_HANDLERS = re.compile(r"(?:^|.*/)roles/[^/]+/handlers/[^/]+\.ya?ml")
_FROM = ("tasks", "handlers", "defaults", "vars")
_BLOCK = ("block", "rescue", "always")
_INCLUDE = re.compile(rf"(?:{re.escape(BUILTIN)})?(?:import|include)_(role|tasks)")


@dataclass(frozen=True)
class Slip:
    """Something about a module's arguments that Ansible would not take."""

    key: str | None
    """The argument; None for what is missing."""
    message: str
    hint: str = ""


def templated(text: object) -> bool:
    """Whether a text is known only when it runs."""
    return "{{" in str(text) or "{%" in str(text)


def near(word: str, words: Iterator[str] | list[str] | frozenset[str]) -> str:
    """A hint where a word is nearly one of others."""
    found = difflib.get_close_matches(word, list(words), n=1)
    return f"did you mean {found[0]}?" if found else ""


def arguments(task: Mapping[str, Any], module: str) -> Iterator[Slip]:
    """What is wrong with the arguments of a task's module; nothing for modules of others."""
    known: dict[str, dict[str, list[str]]] = read("ansible_modules.yaml")
    name = module.removeprefix(BUILTIN)
    if name not in known:
        if module.startswith(BUILTIN):
            hint = near(name, list(known))
            yield Slip(module, f"ansible-core has no module {name}", hint)
        return
    given = {**_mapping(task.get("args")), **_mapping(task[module])}
    takes, needs = known[name].get("takes"), known[name].get("needs", [])
    if takes is None or templated(task.get("args", "")):
        return
    for key in given:
        if key not in takes and not templated(key):
            yield Slip(key, f"module {name} takes no argument {key}", near(key, takes))
    if isinstance(task[module], str) and task[module].strip():
        return  # key=value, a free form, or a template of all of it
    for need in needs:
        if not given.keys() & set(need.split("|")) and "module_defaults" not in task:
            yield Slip(None, f"module {name} needs the argument {need.partition('|')[0]}")


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


class Ansible:
    """The roles and handlers of a repository."""

    def __init__(self, repo: Repository) -> None:
        """Nothing is read before it is asked for."""
        self._repo = repo

    @cached_property
    def roles(self) -> dict[str, tuple[str, ...]]:
        """Name -> the folders of that name."""
        found: dict[str, dict[str, None]] = {}
        for path in self._repo.yaml_files:
            if match := _ROLE.fullmatch(path):
                found.setdefault(match[2], {})[match[1]] = None
        return {name: tuple(folders) for name, folders in found.items()}

    @cached_property
    def from_elsewhere(self) -> bool:
        """Whether roles are fetched that are not here (`requirements.yml`)."""
        return any(
            posixpath.basename(path) in ("requirements.yml", "requirements.yaml")
            for path in self._repo.yaml_files
        )

    @cached_property
    def handlers(self) -> frozenset[str]:
        """What may be notified: names of handlers and what they listen to."""
        found: set[str] = set()
        for path in self._repo.yaml_files:
            for document in self._repo.yaml(path):
                if _HANDLERS.fullmatch(path):
                    found.update(_heard(document.data))
                elif isinstance(document.data, list):
                    for play in document.data:
                        if isinstance(play, dict) and "hosts" in play:
                            found.update(_heard(play.get("handlers")))
        return frozenset(found)

    def notified(self, task: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Handlers that a task notifies and that there are not, with a hint each."""
        told = task.get("notify", [])
        for one in [told] if isinstance(told, str) else told if isinstance(told, list) else []:
            name = str(one)
            plain = name.rpartition(" : ")[2]
            if not templated(name) and not {name, plain} & self.handlers and not self._unsure:
                yield name, near(plain, self.handlers)

    @property
    def _unsure(self) -> bool:
        """Whether handlers have names that are known only when they run."""
        return self.from_elsewhere or any(map(templated, self.handlers))

    def role(self, name: object) -> Iterator[Slip]:
        """Whether there is a role of this name."""
        if not isinstance(name, str) or templated(name) or self.from_elsewhere:
            return
        # Of a collection, by its folder, or in a repository that has no roles at all.
        if "." in name or "/" in name or not self.roles or name in self.roles:
            return
        yield Slip("name", f"there is no role {name}", near(name, list(self.roles)))

    def included(self, file: str, task: Mapping[str, Any], module: str) -> Iterator[Slip]:
        """What a task includes and is not there: a role, a part of one, or a file of tasks."""
        match = _INCLUDE.fullmatch(module)
        if match is None:
            return
        value = task[module]
        if match[1] == "tasks":
            target = value.get("file") if isinstance(value, dict) else value
            if isinstance(target, str) and not templated(target):
                yield from self._tasks(file, target)
            return
        given = _mapping(value)
        name = given.get("name", given.get("role"))
        yield from self.role(name)
        for part in _FROM:
            wanted = given.get(f"{part}_from")
            folders = self.roles.get(str(name), ())
            if isinstance(wanted, str) and folders and not templated(wanted):
                places = [f"{folder}/{part}/{wanted}" for folder in folders]
                if not any(self._there(place) for place in places):
                    yield Slip(f"{part}_from", f"role {name} has no {part} {wanted}")

    def _tasks(self, file: str, target: str) -> Iterator[Slip]:
        folder = posixpath.dirname(file)
        beside = posixpath.normpath(posixpath.join(folder, target))
        # Of a handlers' file, Ansible looks into the role's tasks, too.
        tasks = posixpath.normpath(posixpath.join(posixpath.dirname(folder), "tasks", target))
        outside = beside.startswith("..") or target.startswith("/")
        if not outside and not self._there(beside) and not self._there(tasks):
            yield Slip(None, f"there is no file of tasks {target}")

    def _there(self, path: str) -> bool:
        return any(self._repo.exists(path + suffix) for suffix in ("", ".yaml", ".yml"))


def _heard(tasks: Any) -> Iterator[str]:
    """Names and topics of handlers, blocks opened."""
    for task in tasks if isinstance(tasks, list) else ():
        if not isinstance(task, dict):
            continue
        for key in _BLOCK:
            yield from _heard(task.get(key))
        listens = task.get("listen", [])
        for one in [task.get("name"), *(listens if isinstance(listens, list) else [listens])]:
            if isinstance(one, str):
                yield one
