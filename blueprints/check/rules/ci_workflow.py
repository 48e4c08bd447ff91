"""A workflow of GitHub, Gitea or Forgejo does not fit together, or trusts strangers.

Looks at `.github/workflows`, `.gitea/workflows` and `.forgejo/workflows`: `needs` names jobs,
expressions name steps and jobs that exist, ids stand once, containers and services have a digest;
nothing that a stranger can write (a title, the name of a branch) stands in a script, and
`pull_request_target` does not check out the stranger's code. For Gitea and Forgejo the fields, the
permissions and the actions (pinned by commit) are looked at too; for GitHub that is what the rule
`file-schema` does.

A workflow that cannot be read never runs; one that trusts too much runs for others. Correct the
field that the message names.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from blueprints.check import images
from blueprints.check.documents import Path, Yaml, mapping, text, walk
from blueprints.check.finding import Finding, Level
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.check.shell import expressions, is_workflow
from blueprints.display import visible

ID = "ci-workflow"
LEVEL = Level.ERROR

_PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
_LONGEST = 1000
"""Characters of an expression that are looked at."""
_STEP = re.compile(r"(?<![\w.])steps\.([\w-]+)\.")
_NEED = re.compile(r"(?<![\w.])needs\.([\w-]+)\.")


def check(repo: Repository, settings: Settings) -> Iterator[Finding]:
    """Yield what is wrong, workflow by workflow."""
    for path in repo.yaml_files:
        if is_workflow(path):
            for document in repo.yaml(path)[:1]:
                yield from _Workflow(document, shape="/.github/" not in f"/{path}").check()


class _Workflow:
    def __init__(self, document: Yaml, *, shape: bool) -> None:
        from blueprints.check.schemas.policy import read

        self.document = document
        self.shape = shape
        """Whether fields and actions are looked at, which another rule does for GitHub."""
        self.words: Mapping[str, list[str]] = read("ci.yaml")["github"]
        self.jobs = mapping(document.data, "jobs")

    def check(self) -> Iterator[Finding]:
        data = self.document.data
        if self.shape:
            if not isinstance(data, dict):
                yield self._finding((), "is no workflow: a mapping with on and jobs is needed")
                return
            yield from self._fields((), data, "workflow")
            yield from self._events()
            if not self.jobs:
                yield self._finding(("jobs",), "has no jobs")
            yield from self._permissions(("permissions",), data.get("permissions"))
        for name, job in self.jobs.items():
            yield from self._job(name, job)

    def _fields(self, path: Path, value: Mapping[str, Any], kind: str) -> Iterator[Finding]:
        for key in value:
            if key not in self.words[kind]:
                near = difflib.get_close_matches(key, self.words[kind], n=1)
                hint = f"did you mean {near[0]}?" if near else ""
                yield self._finding((*path, key), f"a {kind} has no field {key}", hint)

    def _events(self) -> Iterator[Finding]:
        on = mapping(self.document.data).get("on")
        if not on:
            yield self._finding((), "says nowhere when it runs", "add on:")
        names = [on] if isinstance(on, str) else on if isinstance(on, (list, dict)) else []
        for name in names:
            if name not in self.words["events"]:
                near = difflib.get_close_matches(str(name), self.words["events"], n=1)
                hint = f"did you mean {near[0]}?" if near else ""
                yield self._finding(("on", name), f"there is no event {name}", hint)
        schedule = mapping(on).get("schedule") if isinstance(on, dict) else None
        for number, one in enumerate(schedule if isinstance(schedule, list) else ()):
            if len(text(one, "cron").split()) != 5:
                yield self._finding(("on", "schedule", number), "cron needs five fields")

    def _permissions(self, path: Path, value: Any) -> Iterator[Finding]:
        if value is None:
            everywhere = all(
                isinstance(job, dict) and "permissions" in job for job in self.jobs.values()
            )
            if len(path) == 1 and not everywhere:
                hint = "add permissions: {contents: read}"
                yield self._finding((), "does not say what its token may do", hint)
        elif isinstance(value, dict):
            for key, one in value.items():
                if key not in self.words["permissions"]:
                    yield self._finding((*path, key), f"there is no permission {key}")
                elif one not in ("read", "write", "none"):
                    yield self._finding((*path, key), f"permission {key} is read, write or none")
        elif value == "write-all":
            yield self._finding(path, "lets its token write everything")
        elif value != "read-all":
            yield self._finding(path, "permissions have to be a mapping or read-all")

    def _job(self, name: str, job: Any) -> Iterator[Finding]:
        path: Path = ("jobs", name)
        if not isinstance(job, dict):
            if self.shape:
                yield self._finding(path, f"job {name} is no mapping")
            return
        if self.shape:
            yield from self._shape(name, path, job)
        needs = job.get("needs")
        for one in [needs] if isinstance(needs, str) else needs if isinstance(needs, list) else []:
            if not isinstance(one, str) or one not in self.jobs or one == name:
                near = difflib.get_close_matches(str(one), list(self.jobs), n=1)
                hint = f"did you mean {near[0]}?" if near else ""
                yield self._finding(
                    (*path, "needs"), f"job {name} needs {one}, which is no job", hint
                )
        container = job.get("container")
        image = container if isinstance(container, str) else text(container, "image")
        yield from self._image((*path, "container"), image)
        for key, service in mapping(job, "services").items():
            yield from self._image((*path, "services", key), text(service, "image"))
        yield from self._steps(path, job)

    def _shape(self, name: str, path: Path, job: Mapping[str, Any]) -> Iterator[Finding]:
        yield from self._fields(path, job, "job")
        yield from self._permissions((*path, "permissions"), job.get("permissions"))
        if "uses" in job:
            yield from self._uses((*path, "uses"), job["uses"])
            return
        if not job.get("runs-on"):
            yield self._finding(path, f"job {name} has no runner", "add runs-on:")
        if not isinstance(job.get("steps"), list) or not job["steps"]:
            yield self._finding(path, f"job {name} has no steps", "add steps:")

    def _image(self, path: Path, image: str) -> Iterator[Finding]:
        if image and "${{" not in image and not images.read(image).pinned:
            yield self._finding(path, f"image {image} has no digest", "write NAME@sha256:...")

    def _steps(self, path: Path, job: Mapping[str, Any]) -> Iterator[Finding]:
        steps = job.get("steps")
        seen: set[str] = set()
        for number, step in enumerate(steps if isinstance(steps, list) else ()):
            where = (*path, "steps", number)
            if not isinstance(step, dict):
                if self.shape:
                    yield self._finding(where, "a step has to be a mapping")
                continue
            if self.shape:
                yield from self._fields(where, step, "step")
                if ("uses" in step) == ("run" in step):
                    yield self._finding(where, "a step needs exactly one of uses and run")
                if "uses" in step:
                    yield from self._uses((*where, "uses"), step["uses"])
                if "run" in step and not text(step, "run").strip():
                    yield self._finding((*where, "run"), "run has no script")
            yield from self._strangers(where, step)
            yield from self._expressions(where, step, seen, job)
            if isinstance(step.get("id"), str):
                if step["id"] in seen:
                    yield self._finding((*where, "id"), f"step {step['id']} stands twice")
                seen.add(step["id"])

    def _uses(self, path: Path, uses: Any) -> Iterator[Finding]:
        if not isinstance(uses, str) or not uses:
            yield self._finding(path, "uses has to name an action")
        elif uses.startswith("docker://"):
            yield from self._image(path, uses.removeprefix("docker://"))
        elif not uses.startswith("./") and not _PINNED.fullmatch(uses):
            hint = f"write {uses.partition('@')[0]}@ and the 40 digits of a commit"
            yield self._finding(path, f"{uses} is not pinned by a commit", hint)

    def _strangers(self, path: Path, step: Mapping[str, Any]) -> Iterator[Finding]:
        """`pull_request_target` runs with our rights: never on the stranger's code."""
        on = mapping(self.document.data).get("on")
        events = [on] if isinstance(on, str) else on if isinstance(on, (list, dict)) else []
        if "pull_request_target" in events and "/checkout@" in text(step, "uses"):
            ref = text(step, "with", "ref") + text(step, "with", "repository")
            if "head" in ref:
                yield self._finding(path, "checks out a stranger's code with rights of its own")

    def _expressions(
        self, path: Path, step: Mapping[str, Any], seen: set[str], job: Mapping[str, Any]
    ) -> Iterator[Finding]:
        for inner, value in walk(step):
            if not isinstance(value, str):
                continue
            for start, end in expressions(value):
                expression = value[start + 3 : min(end - 2, start + _LONGEST)]
                for name in _STEP.findall(expression):
                    if name not in seen:
                        yield self._finding((*path, *inner), f"no step before it is called {name}")
                needs = job.get("needs")
                for name in _NEED.findall(expression):
                    if name != needs and (not isinstance(needs, list) or name not in needs):
                        yield self._finding((*path, *inner), f"the job does not need {name}")
                if inner == ("run",) and any(
                    re.search(pattern, expression) for pattern in self.words["untrusted"]
                ):
                    yield self._finding(
                        (*path, *inner),
                        f"{expression.strip()} can be written by a stranger, and is run here",
                        "hand it over in env: and write $NAME",
                    )

    def _finding(self, path: Path, message: str, hint: str = "") -> Finding:
        line = self.document.line_of(*path) if path else self.document.line
        return Finding(self.document.file, line, ID, visible(message), LEVEL, visible(hint))
