"""A pipeline of GitLab names something that is not there, or takes in what may change under it.

Looks at `.gitlab-ci.yml` and other `*.gitlab-ci.yml` files: stages, `needs`, `dependencies` and
`extends` name something that is there (unless files are included that are not here), files that are
included are there or have a commit, a version or a digest, images have a digest. The fields of
`.gitlab-ci.yml` itself are looked at by the rule `file-schema`, those of other files here.

GitLab refuses the whole pipeline for one such slip. Correct the keyword that the message names.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from blueprints.check import images
from blueprints.check.documents import Path, Yaml, items, mapping, text
from blueprints.check.finding import Finding, Level
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "ci-gitlab"
LEVEL = Level.ERROR

_FIXED = re.compile(r"[0-9a-f]{40}|v?\d+\.\d+\.\d+")


def check(repo: Repository, settings: Settings) -> Iterator[Finding]:
    """Yield what is wrong, file by file."""
    for path in repo.yaml_files:
        if path.rpartition("/")[2].endswith((".gitlab-ci.yml", ".gitlab-ci.yaml")):
            documents = [one for one in repo.yaml(path) if isinstance(one.data, dict)]
            # A file with a specification of its inputs has two documents.
            for document in documents[-1:]:
                yield from _Pipeline(repo, document).check()


class _Pipeline:
    def __init__(self, repo: Repository, document: Yaml) -> None:
        from blueprints.check.schemas.policy import read

        self.repo = repo
        self.document = document
        self.data: Mapping[str, Any] = document.data
        self.words: Mapping[str, list[str]] = read("ci.yaml")["gitlab"]
        self.jobs = {
            name: job
            for name, job in self.data.items()
            if name not in self.words["top"] and isinstance(job, dict)
        }
        self.whole = "include" not in self.data
        self.shape = document.file.rpartition("/")[2] != ".gitlab-ci.yml"
        stages = items(self.data, "stages")
        self.stages = [*stages, ".pre", ".post"] if stages else self.words["stages"]

    def check(self) -> Iterator[Finding]:
        for name, job in self.data.items():
            if name in self.words["top"] or name.startswith("."):
                continue
            if isinstance(job, dict):
                yield from self._job(name, job)
            elif not isinstance(job, list) and self.shape:
                near = difflib.get_close_matches(name, self.words["top"], n=1)
                hint = f"did you mean {near[0]}?" if near else ""
                yield self._finding((name,), f"{name} is neither a keyword nor a job", hint)
        yield from self._image(("image",), self.data.get("image"))
        yield from self._image(("default", "image"), mapping(self.data, "default").get("image"))
        yield from self._include()

    def _job(self, name: str, job: Mapping[str, Any]) -> Iterator[Finding]:
        for key in job if self.shape else ():
            if key not in self.words["job"]:
                near = difflib.get_close_matches(key, self.words["job"], n=1)
                hint = f"did you mean {near[0]}?" if near else ""
                yield self._finding((name, key), f"job {name}: there is no keyword {key}", hint)
        keys = job.keys() if self.shape else {"script"}
        if not {"script", "trigger", "extends", "run", "release", "pages"} & keys:
            yield self._finding((name,), f"job {name} has no script", "add script:")
        stage = job.get("stage")
        if stage is not None and self.whole and stage not in self.stages:
            near = difflib.get_close_matches(str(stage), self.stages, n=1)
            hint = f"did you mean {near[0]}?" if near else ""
            yield self._finding((name, "stage"), f"job {name}: there is no stage {stage}", hint)
        yield from self._names(name, job)
        yield from self._image((name, "image"), job.get("image"))
        for number, service in enumerate(items(job, "services")):
            yield from self._image((name, "services", number), service)

    def _names(self, name: str, job: Mapping[str, Any]) -> Iterator[Finding]:
        if not self.whole:
            return
        for key in ("needs", "dependencies", "extends"):
            value = job.get(key)
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict) and ("pipeline" in one or "project" in one):
                    continue
                other = one if isinstance(one, str) else text(one, "job")
                if other and other not in self.jobs:
                    near = difflib.get_close_matches(other, list(self.jobs), n=1)
                    hint = f"did you mean {near[0]}?" if near else ""
                    message = f"job {name}: {key} names {other}, which is no job"
                    yield self._finding((name, key), message, hint)

    def _image(self, path: Path, value: Any) -> Iterator[Finding]:
        image = value if isinstance(value, str) else text(value, "name")
        if image and "$" not in image and not images.read(image).pinned:
            yield self._finding(path, f"image {image} has no digest", "write NAME@sha256:...")

    def _include(self) -> Iterator[Finding]:
        include = self.data.get("include")
        for number, one in enumerate(include if isinstance(include, list) else [include]):
            path: Path = ("include", number) if isinstance(include, list) else ("include",)
            local = one if isinstance(one, str) and "://" not in one else text(one, "local")
            if local and "*" not in local and not self.repo.exists(local.lstrip("/")):
                yield self._finding(path, f"there is no {local}")
            if text(one, "project") and not _FIXED.fullmatch(text(one, "ref")):
                project = text(one, "project")
                hint = "add ref: with a commit or a version"
                yield self._finding(path, f"{project} is included as it is at the time", hint)
            if text(one, "remote") and not text(one, "integrity"):
                remote = text(one, "remote")
                hint = "add integrity: sha256-..."
                yield self._finding(path, f"{remote} is included as it is at the time", hint)

    def _finding(self, path: Path, message: str, hint: str = "") -> Finding:
        line = self.document.line_of(*path) if path else self.document.line
        return Finding(self.document.file, line, ID, visible(message), LEVEL, visible(hint))
