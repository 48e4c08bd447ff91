"""An Ansible playbook or task file does not have the structure that Ansible reads.

Looks at YAML files that are lists of plays (`hosts` or `import_playbook`), and at the tasks and
handlers of roles: plays and tasks have known keywords only, a task has exactly one module (a
misspelt keyword shows as a second one), blocks hold lists of tasks, and templates (`{{ }}`) can be
parsed. Modules of ansible-core get arguments that they take, and those that they need; what is
notified is a handler somewhere; roles and files of tasks that are included are there. Modules are
not loaded and nothing is run; `--with ansible-lint` looks deeper.

Correct the key that the message names.
"""

import difflib
import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from blueprints.check.ansible import Ansible, Slip, arguments
from blueprints.check.documents import Path, Yaml, walk
from blueprints.check.finding import Finding, Level
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "ansible-syntax"
LEVEL = Level.ERROR

_TASK_FILE = re.compile(r"(^|/)(roles/[^/]+/)(tasks|handlers)/[^/]+\.ya?ml$")
_MODULE = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*){0,3}")


def check(repo: Repository, settings: Settings) -> Iterator[Finding]:
    """Yield what Ansible would not read."""
    ansible = Ansible(repo)
    for path in repo.yaml_files:
        is_tasks = bool(_TASK_FILE.search(path))
        for document in repo.yaml(path):
            if is_tasks:
                yield from _File(document, repo, ansible).tasks((), document.data)
            elif _is_playbook(document.data):
                yield from _File(document, repo, ansible).plays()


def _is_playbook(data: Any) -> bool:
    """A list whose first item is a play; other lists of mappings are other files."""
    if not isinstance(data, list) or not data or not isinstance(data[0], dict):
        return False
    return any(
        "hosts" in play or "import_playbook" in play or "ansible.builtin.import_playbook" in play
        for play in data
        if isinstance(play, dict)
    )


class _File:
    def __init__(self, document: Yaml, repo: Repository, ansible: Ansible) -> None:
        from blueprints.check.schemas.policy import read

        self.document = document
        self.repo = repo
        self.ansible = ansible
        self.words: dict[str, list[str]] = read("ansible.yaml")

    def plays(self) -> Iterator[Finding]:
        for number, play in enumerate(self.document.data):
            path: Path = (number,)
            if not isinstance(play, dict):
                yield self._finding(path, "is no play: a mapping with hosts is needed")
                continue
            imported = play.get("import_playbook", play.get("ansible.builtin.import_playbook"))
            if imported is not None:
                yield from self._imported(path, imported)
                continue
            yield from self._keywords(path, play, "play")
            if not play.get("hosts"):
                yield self._finding(path, "play has no hosts", "add hosts:")
            for key in ("pre_tasks", "tasks", "post_tasks", "handlers"):
                if key in play:
                    yield from self.tasks((*path, key), play[key])
            yield from self._roles(path, play.get("roles"))
        yield from self._templates()

    def _roles(self, path: Path, roles: Any) -> Iterator[Finding]:
        for number, role in enumerate(roles if isinstance(roles, list) else ()):
            name = role.get("role", role.get("name")) if isinstance(role, dict) else role
            for slip in self.ansible.role(name):
                yield self._finding((*path, "roles", number), slip.message, slip.hint)

    def _imported(self, path: Path, imported: Any) -> Iterator[Finding]:
        folder = posixpath.dirname(self.document.file)
        target = posixpath.normpath(posixpath.join(folder, str(imported)))
        plain = "{{" not in str(imported) and not target.startswith("..")
        if plain and not self.repo.exists(target):
            yield self._finding(path, f"there is no playbook {imported}")

    def _keywords(self, path: Path, value: Mapping[str, Any], kind: str) -> Iterator[Finding]:
        for key in value:
            if key not in self.words[kind]:
                near = difflib.get_close_matches(key, self.words[kind], n=1)
                hint = f"did you mean {near[0]}?" if near else ""
                yield self._finding((*path, key), f"a {kind} has no keyword {key}", hint)

    def tasks(self, path: Path, tasks: Any) -> Iterator[Finding]:
        """What is wrong in a list of tasks; a file without any is fine."""
        if tasks is None:
            return
        if not isinstance(tasks, list):
            yield self._finding(path, "is no list of tasks", "start each task with -")
            return
        for number, task in enumerate(tasks):
            where = (*path, number)
            if not isinstance(task, dict):
                yield self._finding(where, "is no task: a mapping with a module is needed")
            elif "block" in task:
                yield from self._keywords(where, task, "block")
                for key in ("block", "rescue", "always"):
                    if key in task:
                        yield from self.tasks((*where, key), task[key])
            else:
                yield from self._task(where, task)
        if not path:
            yield from self._templates()

    def _task(self, path: Path, task: Mapping[str, Any]) -> Iterator[Finding]:
        keywords = self.words["task"]
        modules = [key for key in task if key not in keywords and not key.startswith("with_")]
        named = [key for key in ("action", "local_action") if key in task]
        name = task.get("name", "without a name")
        if not modules and not named:
            yield self._finding(path, f"task {name} has no module")
        elif len(modules) + len(named) > 1:
            odd = [key for key in modules if difflib.get_close_matches(key, keywords, n=1)]
            key = odd[0] if odd else modules[-1]
            near = difflib.get_close_matches(key, keywords, n=1)
            yield self._finding(
                (*path, key),
                f"task {name} has more than one module: {', '.join([*named, *modules])}",
                f"did you mean {near[0]}?" if near else "make two tasks of it",
            )
        elif modules and not _MODULE.fullmatch(modules[0]):
            yield self._finding((*path, modules[0]), f"{modules[0]} is no name of a module")
        elif modules:
            yield from self._module(path, task, modules[0])
        for handler, hint in self.ansible.notified(task):
            text = f"task {name} notifies {handler}, which is no handler"
            yield self._finding((*path, "notify"), text, hint)
        loops = [key for key in task if key == "loop" or key.startswith("with_")]
        if len(loops) > 1:
            yield self._finding((*path, loops[1]), f"task {name} loops twice: {', '.join(loops)}")
        for key in ("register", "name"):
            if key in task and not isinstance(task[key], str):
                yield self._finding((*path, key), f"{key} of task {name} is no text")

    def _module(self, path: Path, task: Mapping[str, Any], module: str) -> Iterator[Finding]:
        slips: list[Slip] = [
            *arguments(task, module),
            *self.ansible.included(self.document.file, task, module),
        ]
        for slip in slips:
            key = () if slip.key in (None, module) else (str(slip.key),)
            yield self._finding((*path, module, *key), slip.message, slip.hint)

    def _templates(self) -> Iterator[Finding]:
        from jinja2 import Environment, TemplateSyntaxError

        # Only parsed: nothing of a template is compiled or run.
        environment = Environment(autoescape=True, extensions=["jinja2.ext.do"])
        for path, value in walk(self.document.data):
            if not isinstance(value, str) or ("{{" not in value and "{%" not in value):
                continue
            try:
                # Ansible doubles backslashes before Jinja reads a text of YAML.
                environment.parse(value.replace("\\", "\\\\"))
            except TemplateSyntaxError as error:
                yield self._finding(path, f"template cannot be read: {error.message}")
            except RecursionError:
                yield self._finding(path, "template is nested too deep")

    def _finding(self, path: Path, message: str, hint: str = "") -> Finding:
        line = self.document.line_of(*path)
        return Finding(self.document.file, line, ID, visible(message), LEVEL, visible(hint))
