"""A shell script cannot be read by the shell.

Looks at `.sh` and `.bash` files, executable files that start with a shell's `#!`, scripts that a
container runs with `sh -c`, ConfigMap keys that end in `.sh`, and the scripts of GitHub, Gitea and
GitLab CI files. They are given to `bash -n`, which reads and runs nothing, with an empty
environment.

A script that cannot be read fails when it is needed: in a container that starts, or in a nightly
job. Correct the line that the message names.
"""

from collections.abc import Iterator

from blueprints.check import shell
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "shell-syntax"
LEVEL = Level.ERROR


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Yield what the shell says of each script, in the order in which they stand."""
    program = shell.available()
    told = False
    for script in shell.scripts(repo):
        if program is None:
            if not told:
                yield NotChecked(ID, "there is no bash on this machine")
                told = True
            continue
        found = shell.problem(program, script.text)
        if found is None:
            continue
        line, message = found
        where = f"{script.of}: " if script.of else ""
        yield Finding(
            script.file,
            script.line + max(line - 1, 0) if script.line else 0,
            ID,
            f"{visible(where)}cannot be read by the shell: {visible(message)}",
            LEVEL,
        )
