"""A CI job uses what no step before it has brought.

Looks at jobs of GitHub, Gitea and Forgejo workflows: one that runs scripts of the repository, or
`tutela check`, checks it out first; one that installs with `pip` or runs Python sets up a Python
of a version; one that runs OpenTofu sets that up (runners of one's own bring both); no two steps
of a job share a name. In `.gitlab-ci.yml`, files that are kept as artefacts or reports are written
by the job's script, and kinds of reports are known.

Such a job fails on the day that it is needed, or runs with whatever the machine happens to have.

Add the step, or write the file.
"""

import difflib
import re
from collections.abc import Iterator

from blueprints.check.cluster.shape import mapping, mappings, sequence, text, texts
from blueprints.check.documents import Yaml
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "ci-steps"
LEVEL = Level.WARNING

_WORKFLOW = re.compile(r"\.(?:github|gitea|forgejo)/workflows/[^/]+\.ya?ml")
_NEEDS = (
    (re.compile(r"(?m)^\s*(?:python|pip|pytest|uv)\b"), "setup-python", "Python"),
    (re.compile(r"(?m)^\s*(?:tofu)\b"), "setup-opentofu", "OpenTofu"),
    (re.compile(r"(?m)^\s*(?:terraform)\b"), "setup-terraform", "Terraform"),
)
# https://docs.gitlab.com/ci/yaml/artifacts_reports/
_REPORTS = (
    "accessibility",
    "annotations",
    "codequality",
    "container_scanning",
    "coverage_report",
    "cyclonedx",
    "dependency_scanning",
    "dotenv",
    "junit",
    "metrics",
    "requirements",
    "sast",
    "secret_detection",
    "terraform",
)


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Jobs that lack something."""
    for file in repo.files:
        if _WORKFLOW.fullmatch(file):
            for document in repo.yaml(file)[:1]:
                yield from _workflow(repo, document)
    if repo.exists(".gitlab-ci.yml"):
        for document in repo.yaml(".gitlab-ci.yml")[:1]:
            yield from _pipeline(document)


def _workflow(repo: Repository, document: Yaml) -> Iterator[Finding]:
    for name, job in mapping(document.data, "jobs").items():
        used: list[str] = []
        names = [text(step, "name") for _, step in mappings(job, "steps")]
        for one in sorted({one for one in names if one and names.count(one) > 1}):
            line = document.line_of("jobs", name, "steps")
            yield _tell(document, line, f"job {name} has two steps called {one}")
        for index, step in mappings(job, "steps"):
            used.append(text(step, "uses").partition("@")[0].rpartition("/")[2])
            words = text(step, "run")
            if not words:
                continue
            where = ("jobs", name, "steps", index)
            line = document.line_of(*where)
            if "checkout" not in used and _reads(repo, words):
                yield _tell(document, line, f"job {name} reads a repository it has not checked out")
            if _is_own(job):
                continue
            for pattern, action, what in _NEEDS:
                script = _script(repo, words)
                if action not in used and (pattern.search(words) or pattern.search(script)):
                    yield _tell(document, line, f"job {name} runs {what} without {action}")


def _is_own(job: object) -> bool:
    """Whether a job runs on a machine of one's own, which brings what it needs."""
    return "self-hosted" in (*texts(job, "runs-on"), text(job, "runs-on"))


def _tell(document: Yaml, line: int, message: str) -> Finding:
    return Finding(document.file, line, ID, message, LEVEL)


def _reads(repo: Repository, words: str) -> bool:
    return "tutela check" in words or any(repo.exists(_path(word)) for word in words.split())


def _script(repo: Repository, words: str) -> str:
    """The script of the repository that a step begins with, where that is what it runs."""
    first = _path(words.split()[0]) if words.split() else ""
    return repo.text(first) if first.endswith(".sh") and repo.exists(first) else ""


def _path(word: str) -> str:
    return word.strip("'\"").removeprefix("./")


def _pipeline(document: Yaml) -> Iterator[Finding]:
    for name, job in mapping(document.data).items():
        script = " ".join(texts(job, "before_script") + texts(job, "script"))
        if not script:
            continue
        reports = mapping(job, "artifacts", "reports")
        for kind, files in reports.items():
            line = document.line_of(name, "artifacts", "reports", kind)
            if kind not in _REPORTS:
                near = difflib.get_close_matches(kind, _REPORTS, n=1)
                hint = f"; did you mean {near[0]}?" if near else ""
                yield _tell(document, line, f"job {name}: no report is called {kind}{hint}")
            for file in files if isinstance(files, list) else [files]:
                if isinstance(file, str) and "*" not in file and file not in script:
                    yield _tell(
                        document, line, f"job {name} reports {file}, which it does not write"
                    )
        for file in sequence(job, "artifacts", "paths"):
            if isinstance(file, str) and "*" not in file and file.strip("/") not in script:
                line = document.line_of(name, "artifacts", "paths")
                yield _tell(document, line, f"job {name} keeps {file}, which it does not write")
