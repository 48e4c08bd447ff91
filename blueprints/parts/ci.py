"""What the CI of every rendered repository has: the check on each push, pinned; a hook before it.

Actions are named by commit. Sources: GitHub's workflow syntax, GitLab's keyword reference.
"""

import shlex
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TypeAlias

from blueprints.emit.yaml import yaml_text
from blueprints.engine.blueprint import File, Owner

Object: TypeAlias = Mapping[str, object]

CHECKOUT = "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683"
PYTHON = "actions/setup-python@0b93645e9fea7318ecaed2b359559ac225c90a2b"
TOFU = "opentofu/setup-opentofu@592200bd4b9bbf4772ace78f887668b1aee8f716"
PINS = "actions/checkout v4.2.2, actions/setup-python v5.3.0, opentofu/setup-opentofu v1.0.5"
RUNNER = "ubuntu-24.04"
TOFU_VERSION = "1.10.6"
HEADER = "Written by tutela. Yours to add to: `tutela blueprint update` merges."


def shared(path: str, document: Object, header: str) -> File:
    """A file of YAML that people add to."""
    return File(path, yaml_text([document], header), Owner.SHARED)


def tool(*extras: str) -> str:
    """The tool that rendered this, with what its check judges with."""
    return f"tutela[{','.join(('check', *extras))}]=={version('tutela')}"


def install(*packages: str) -> str:
    """A line of shell."""
    return " ".join(("python -m pip install --quiet", *map(shlex.quote, packages)))


def checkout(more: Object) -> Object:
    """A step that leaves no token behind."""
    return {"name": "checkout", "uses": CHECKOUT, "with": {"persist-credentials": False, **more}}


def python() -> Object:
    """A step."""
    return {"name": "python", "uses": PYTHON, "with": {"python-version": "3.11"}}


def opentofu() -> Object:
    """A step; without the wrapper, whose output is not the program's own."""
    return {
        "name": "tofu",
        "uses": TOFU,
        "with": {"tofu_version": TOFU_VERSION, "tofu_wrapper": False},
    }


def check(branch: str, packages: Sequence[str] = (), more: Sequence[Object] = ()) -> Object:
    """The job `check`: on every push and pull request, with no right but to read."""
    return {
        "name": "check",
        "on": {"push": {"branches": [branch]}, "pull_request": {}},
        "permissions": {"contents": "read"},
        "concurrency": {"group": "check-${{ github.ref }}", "cancel-in-progress": True},
        "jobs": {
            "check": {
                "runs-on": RUNNER,
                "timeout-minutes": 15,
                "steps": [
                    # All of the history: secrets are looked for in it.
                    checkout({"fetch-depth": 0}),
                    python(),
                    {"name": "install", "run": install(tool(), *packages)},
                    {"name": "check", "run": "tutela check . --format github"},
                    *more,
                ],
            }
        },
    }


def gitlab_check(
    rules: Sequence[Object], packages: Sequence[str] = (), more: Sequence[str] = ()
) -> dict[str, object]:
    """The same as a job of GitLab."""
    return {
        "stage": "check",
        "timeout": "15 minutes",
        "interruptible": True,
        "variables": {"GIT_DEPTH": "0"},
        "rules": list(rules),
        "script": [
            install(tool(), *packages),
            "tutela check . --format gitlab --output check.json",
            *more,
        ],
        "artifacts": {"when": "always", "reports": {"codequality": "check.json"}},
    }


def pre_commit() -> Object:
    """The check before each commit; without the history, which CI looks at."""
    hook = {
        "id": "tutela-check",
        "name": "tutela check",
        "entry": "tutela check . --no-history",
        "language": "python",
        "additional_dependencies": [tool()],
        "pass_filenames": False,
        "always_run": True,
    }
    lint = {
        "id": "yamllint",
        "name": "yamllint",
        "entry": "yamllint --strict",
        "language": "python",
        "additional_dependencies": ["yamllint==1.37.1"],
        "types": ["yaml"],
    }
    return {"repos": [{"repo": "local", "hooks": [hook, lint]}]}
