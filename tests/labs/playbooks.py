"""Playbooks of a rendered repository, run against hosts of the lab by the real ansible-playbook.

It comes from the venv of tools (`make test-real`), beside this interpreter's.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blueprints.kinds.cluster.documents import ansible
from blueprints.kinds.cluster.spec import Specification
from tests.labs.nodes import Lab

TOOLS = Path(sys.prefix, "tools", "bin")
_RECAP = re.compile(r"^(\S+)\s+: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)", re.M)


@dataclass(frozen=True)
class Ran:
    """What a run said."""

    code: int
    text: str

    @property
    def end(self) -> str:
        """The last of it: what failed."""
        told = self.text.splitlines()
        bad = [
            n for n, line in enumerate(told) if line.startswith(("fatal:", "failed:", "[ERROR]"))
        ]
        near = [line for n in bad for line in told[max(0, n - 2) : n + 12]]
        return "\n".join(near) + self.text[-1500:]

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
        started = self.start(playbook, cluster, *arguments, more=more)
        text, _ = started.communicate(timeout=600)
        return Ran(started.returncode, text)

    def start(
        self,
        playbook: str,
        cluster: str,
        *arguments: str,
        more: Mapping[str, Any] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> "subprocess.Popen[str]":
        """Start what :meth:`play` runs, in a process group of its own; its output is to be read."""
        given = ["--extra-vars", json.dumps(more)] if more else []
        # Entering the lab's mounts leaves the folder.
        command = self.lab.inside(
            *("env", f"--chdir={self.folder}"),
            str(TOOLS / "ansible-playbook"),
            *("-i", f"clusters/{cluster}/inventory.yaml", f"ansible/playbooks/{playbook}.yaml"),
            *given,
            *arguments,
        )
        return subprocess.Popen(
            command,
            env={
                "PATH": f"{TOOLS}:{os.environ['PATH']}",
                "HOME": str(self.folder / "home"),
                "LC_ALL": "C.UTF-8",
                "ANSIBLE_HOST_KEY_CHECKING": "false",
                "ANSIBLE_NOCOLOR": "true",
                **self.lab.environment,
                **self.environment,
                **(environment or {}),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )


def repository(
    folder: Path, spec: Specification, lab: Lab, environment: Mapping[str, str]
) -> Repository:
    """Write down what a specification says to Ansible."""
    for file in ansible.files(spec):
        place = folder / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.content)
    (folder / "home").mkdir()
    return Repository(folder, lab, environment)
