"""Playbooks of a rendered repository, run against hosts of the lab by the real ansible-playbook.

It and ansible-lint come from the venv of tools (`make test-real`), beside this interpreter's.
"""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blueprints.engine.blueprint import File
from blueprints.kinds.cluster.documents import ansible
from blueprints.kinds.cluster.spec import Specification
from tests.labs.nodes import Lab

_TOOLS = Path(sys.prefix, "tools", "bin")
_PATH = f"{_TOOLS}:{os.environ['PATH']}"
_LONGEST = 600
"""Seconds that a playbook may take."""
_FAILURE = ("fatal:", "failed:", "[ERROR]")
"""What lines begin with that say why a run ended; the task's name stands before them."""
_LINES_BEFORE, _LINES_AFTER = 2, 11
_LAST_CHARACTERS = 1500
_RECAP = re.compile(r"^(\S+)\s+: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)", re.M)


@dataclass(frozen=True)
class Ran:
    """What a run said."""

    code: int
    text: str

    @property
    def end(self) -> str:
        """Why it ended as it did: each failure with the lines around it, then the last of it."""
        lines = self.text.splitlines()
        failures = [
            "\n".join(lines[max(0, number - _LINES_BEFORE) : number + _LINES_AFTER + 1])
            for number, line in enumerate(lines)
            if line.startswith(_FAILURE)
        ]
        return "\n".join((*failures, self.text[-_LAST_CHARACTERS:]))

    @property
    def changed(self) -> dict[str, int]:
        """Host -> how many tasks changed something."""
        return {found[1]: int(found[3]) for found in _RECAP.finditer(self.text)}

    @property
    def failed(self) -> dict[str, int]:
        """Host -> how many tasks failed, or could not be asked."""
        return {found[1]: int(found[4]) + int(found[5]) for found in _RECAP.finditer(self.text)}


@dataclass(frozen=True)
class Repository:
    """What is Ansible of a rendered repository, in a lab."""

    folder: Path
    lab: Lab
    environment: Mapping[str, str]
    """Besides what ansible-playbook needs: the tokens of a job."""

    def play(
        self, playbook: str, cluster: str, *arguments: str, more: Mapping[str, Any] | None = None
    ) -> Ran:
        """Run ``ansible/playbooks/<playbook>.yaml`` for ``<environment>/<cluster>``.

        ``more`` are variables as an operator gives them with ``-e``.
        """
        return ended(self.start(playbook, cluster, *arguments, more=more))

    def start(
        self,
        playbook: str,
        cluster: str,
        *arguments: str,
        more: Mapping[str, Any] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> "subprocess.Popen[str]":
        """Start what :meth:`play` runs, as :func:`start` does."""
        given = ["--extra-vars", json.dumps(more)] if more else []
        return start(
            self.folder,
            self.lab,
            {**self.environment, **(environment or {})},
            *("-i", f"clusters/{cluster}/inventory.yaml", f"ansible/playbooks/{playbook}.yaml"),
            *given,
            *arguments,
        )


def repository(
    folder: Path, spec: Specification, lab: Lab, environment: Mapping[str, str]
) -> Repository:
    """Write down what a specification says to Ansible."""
    write(folder, ansible.files(spec))
    (folder / "home").mkdir()
    return Repository(folder, lab, environment)


def write(folder: Path, files: Iterable[File]) -> None:
    """Write files that were rendered to where they belong."""
    for file in files:
        place = folder / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.content)


def start(
    folder: Path, lab: Lab, environment: Mapping[str, str], *arguments: str
) -> "subprocess.Popen[str]":
    """Start ansible-playbook in a repository, whose folder ``home`` is the operator's.

    In a process group of its own; its output is to be read.
    """
    return subprocess.Popen(
        # Entering the lab's mounts leaves the folder.
        lab.inside("env", f"--chdir={folder}", str(_TOOLS / "ansible-playbook"), *arguments),
        env={
            "PATH": _PATH,
            "HOME": str(folder / "home"),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_HOST_KEY_CHECKING": "false",
            "ANSIBLE_NOCOLOR": "true",
            **lab.environment,
            **environment,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def ended(started: "subprocess.Popen[str]") -> Ran:
    """Wait for the end of a run that :func:`start` began."""
    with started:
        try:
            text, _ = started.communicate(timeout=_LONGEST)
        except subprocess.TimeoutExpired:
            os.killpg(started.pid, signal.SIGKILL)
            raise
    return Ran(started.returncode, text)


def lint(folder: Path, files: Iterable[File]) -> Ran:
    """What ansible-lint says of files that were rendered, by the strictest of its profiles."""
    write(folder / "repository", files)
    done = subprocess.run(
        [_TOOLS / "ansible-lint", "--offline", "--nocolor", "--strict"],
        cwd=folder / "repository",
        env={"PATH": _PATH, "HOME": str(folder), "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
    return Ran(done.returncode, done.stdout)
