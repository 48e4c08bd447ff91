"""Scripts for a shell, wherever they stand, and whether `bash` can read them.

``bash -n`` reads its input and runs nothing: no command, no expansion, no start-up file (the
environment is empty and `--norc` given). The text goes in by standard input, so that no file of the
repository is opened by it.
"""

import itertools
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from blueprints.check.documents import Path, Yaml, items, mapping, text, walk
from blueprints.check.repository import Repository
from blueprints.check.workloads import containers, pods

MOST_BYTES = 1 << 20
_SECONDS = 10

_SHELLS = {"sh", "bash", "dash", "ash"}
_SHEBANG = re.compile(rb"#![^\n]*\b(sh|bash|dash|ash)\b")
_SAID = re.compile(r"^\S*bash: line (\d+): (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Script:
    """A script and where it stands."""

    file: str
    line: int
    """Of its first line."""
    text: str
    of: str = ""
    """What it is a part of, for people; "" for a file that is a script."""


def available() -> str | None:
    """The `bash` of this machine, or None."""
    return shutil.which("bash", path="/bin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")


@lru_cache(maxsize=4096)
def problem(program: str, script: str) -> tuple[int, str] | None:
    """(line in the script, what is wrong), or None where ``program`` can read it."""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program with fixed arguments
            [program, "--norc", "--noprofile", "-n"],
            input=script.encode("utf-8", "replace"),
            capture_output=True,
            timeout=_SECONDS,
            env={"LC_ALL": "C"},
            cwd="/",
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 0, f"could not be read in {_SECONDS} seconds"
    if done.returncode == 0:
        return None
    said = _SAID.findall(done.stderr.decode("utf-8", "replace"))
    if not said:
        return 0, "is no shell script"
    line, message = said[0]
    return int(line), message


def scripts(repo: Repository) -> Iterator[Script]:
    """Every script of a repository: files, containers, ConfigMaps, CI files."""
    for path in repo.files:
        if repo.size(path) <= MOST_BYTES and _is_script(repo, path):
            yield Script(path, 1, repo.text(path))
    for obj in repo.objects:
        for _, where, spec in pods(obj):
            for inner, container in containers(spec):
                yield from _of_container(obj, (*where, *inner), container)
        if obj.kind == "ConfigMap":
            for key, value in mapping(obj.data, "data").items():
                if key.endswith((".sh", ".bash")) and isinstance(value, str):
                    yield Script(obj.file, obj.line_of("data", key) + 1, value, f"{obj}: {key}")
    for path in repo.yaml_files:
        if is_workflow(path) or path.endswith(("action.yml", "action.yaml")):
            for document in repo.yaml(path):
                yield from _of_workflow(document)
        elif path.rpartition("/")[2].startswith(".gitlab-ci"):
            for document in repo.yaml(path):
                yield from _of_gitlab(document)


def is_workflow(path: str) -> bool:
    """Whether a file is a workflow of GitHub, Gitea or Forgejo."""
    return bool(re.search(r"(^|/)\.(github|gitea|forgejo)/workflows/[^/]+\.ya?ml$", path))


def expressions(script: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each ``${{ ... }}`` of a workflow."""
    start = script.find("${{")
    while start >= 0:
        end = script.find("}}", start)
        if end < 0:
            return
        yield start, end + 2
        start = script.find("${{", end)


def without_expressions(script: str) -> str:
    """A script of a workflow, each expression one word."""
    plain, at = [], 0
    for start, end in expressions(script):
        plain += [script[at:start], "x"]
        at = end
    return "".join((*plain, script[at:]))


def _is_script(repo: Repository, path: str) -> bool:
    if path.endswith((".sh", ".bash")):
        return True
    if "." in path.rpartition("/")[2] or not repo.is_executable(path):
        return False
    return _SHEBANG.match(repo.read(path)) is not None


def _of_container(document: Yaml, path: Path, container: Mapping[str, Any]) -> Iterator[Script]:
    """``command: [sh, -c, script]``, the script in `command` or first in `args`."""
    command = [one for one in items(container, "command") if isinstance(one, str)]
    args = [one for one in items(container, "args") if isinstance(one, str)]
    if not command or command[0].rpartition("/")[2] not in _SHELLS:
        return
    words = [("command", n, one) for n, one in enumerate(command)]
    words += [("args", n, one) for n, one in enumerate(args)]
    for (_, _, flag), (key, n, script) in itertools.pairwise(words[1:]):
        if re.fullmatch(r"-[a-z]*c", flag):
            name = text(container, "name")
            line = document.line_of(*path, key, n) + ("\n" in script)
            yield Script(document.file, line, script, f"container {name}: script in {key}")
            return
        if not flag.startswith("-"):
            return


def _of_workflow(document: Yaml) -> Iterator[Script]:
    for path, value in walk(document.data):
        if path and path[-1] == "run" and isinstance(value, str):
            shell = text(document.data, *path[:-1], "shell") or "bash"
            if shell.split()[0] in _SHELLS:
                plain = without_expressions(value)
                line = document.line_of(*path) + ("\n" in value)
                yield Script(document.file, line, plain, "run")


def _of_gitlab(document: Yaml) -> Iterator[Script]:
    for path, value in walk(document.data):
        if len(path) < 2 or path[-2] not in ("script", "before_script", "after_script"):
            continue
        if isinstance(value, str) and isinstance(path[-1], int):
            line = document.line_of(*path) + ("\n" in value)
            yield Script(document.file, line, value, str(path[-2]))
