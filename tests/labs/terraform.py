"""The Terraform of this machine, if it has one: no package carries one that is new enough."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

TERRAFORM = shutil.which("terraform")

needs_terraform = pytest.mark.skipif(
    TERRAFORM is None, reason="there is no terraform on this machine"
)


@dataclass(frozen=True)
class Terraform:
    """Runs Terraform in folders, with nothing of whoever runs the tests."""

    home: Path
    attached: Mapping[str, str]
    """Where stand-in providers are: what :func:`tests.labs.providers.server.running` gives."""

    def run(self, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
        """One command, without colours."""
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": os.devnull,
            **self.attached,
        }
        return subprocess.run(
            [str(TERRAFORM), f"-chdir={folder}", words[0], "-no-color", *words[1:]],
            env=environ,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def done(self, folder: Path, *words: str) -> str:
        """What a command says that has to succeed."""
        ran = self.run(folder, *words)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def validate(self, folder: Path) -> list[dict[str, Any]]:
        """Everything that `validate` has to say of a module, warnings too."""
        ran = self.run(folder, "init", "-backend=false", "-input=false")
        if ran.returncode:
            return [{"severity": "error", "summary": ran.stdout + ran.stderr}]
        said = json.loads(self.run(folder, "validate", "-json").stdout)
        diagnostics: list[dict[str, Any]] = said["diagnostics"]
        return diagnostics

    def planned(self, folder: Path, inputs: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """Address of each resource -> its values, as a first plan with these inputs has them."""
        self.done(folder, "init", "-backend=false", "-input=false")
        (folder / "inputs.auto.tfvars.json").write_text(json.dumps(inputs))
        self.done(folder, "plan", "-input=false", "-out=plan")
        plan = json.loads(self.run(folder, "show", "-json", "plan").stdout)
        root = plan["planned_values"].get("root_module", {})
        return {one["address"]: one["values"] for one in root.get("resources", [])}

    def outputs(self, folder: Path) -> dict[str, Any]:
        """Outputs of a folder that needs no provider."""
        self.done(folder, "init", "-input=false")
        self.done(folder, "apply", "-input=false", "-auto-approve")
        said = json.loads(self.run(folder, "output", "-json").stdout)
        return {name: one["value"] for name, one in said.items()}
