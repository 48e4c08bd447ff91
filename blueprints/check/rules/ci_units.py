"""Clusters are changed by whoever asks, without a review, or by two runs at once.

Looks at workflows (`.github`, `.gitea`, `.forgejo`) and `.gitlab-ci.yml` of a repository that has
`tofu/units.sh`: a job plans what a pull or merge request changes, and applies nothing; units are
applied on pushes to the branch that is deployed (by hand too) and nowhere else, each environment
behind the protection that the code host has for it, in the order of promotion, never twice at once;
jobs have every variable that the units read.

Credentials that make and remove machines are within reach of these jobs.

Give the job back its condition, environment or variable.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from blueprints.check.cluster.shape import at, mapping, mappings, text, texts
from blueprints.check.documents import Path, Yaml
from blueprints.check.finding import Finding, Level
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.check.shell import is_workflow

ID = "ci-units"
LEVEL = Level.ERROR

SCRIPT = "tofu/units.sh"
_RUNS = re.compile(r"\btofu/units\.sh (?P<what>plan|apply)(?: (?P<where>[\w-]+))?")
_STAGES = ("development", "tds", "production")
"""As the blueprint `cluster` promotes."""
_BY_HAND = frozenset(("push", "workflow_dispatch", "schedule"))
_READ = re.compile(r'\bget_env\("(\w+)"')
_LOGINS = {
    r'backend "s3"': ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
    r'key_provider "openbao"': ("BAO_TOKEN",),
    r'^provider "maas"': ("MAAS_API_KEY",),
    r'^provider "rancher2"': ("RANCHER_TOKEN_KEY",),
}
"""Variables that backends and providers read themselves, where their block names none."""


def check(repo: Repository, settings: Settings) -> Iterator[Finding]:
    """Jobs that plan or apply units."""
    if not repo.exists(SCRIPT):
        return
    branch = _branch(repo)
    asked = _asked(repo)
    done: dict[str, set[str]] = {"plan": set(), "apply": set()}
    first: str | None = None
    for file in repo.yaml_files:
        if is_workflow(file):
            for one in repo.yaml(file)[:1]:
                first = first or file
                yield from _workflow(one, branch, asked, done)
    if repo.exists(".gitlab-ci.yml"):
        for one in repo.yaml(".gitlab-ci.yml")[:1]:
            first = first or one.file
            yield from _pipeline(one, done)
    if first is not None:
        for what in ("plan", "apply"):
            if not done[what]:
                yield Finding(first, 0, ID, f"no job runs {SCRIPT} {what}", LEVEL)
        stages = {
            file.split("/")[1]
            for file in repo.files
            if re.fullmatch(r"clusters/[^/]+/[^/]+/cluster\.yaml", file)
        }
        if done["apply"] and "all" not in done["apply"]:
            for stage in sorted(stages - done["apply"]):
                yield Finding(first, 0, ID, f"no job applies {stage}", LEVEL)


def _branch(repo: Repository) -> str:
    for one in repo.yaml("spec.yaml")[:1] if repo.exists("spec.yaml") else ():
        return text(one.data, "site", "git", "branch") or "main"
    return "main"


def _asked(repo: Repository) -> frozenset[str]:
    """What units, backends and providers take from the environment of the job."""
    found: set[str] = set()
    for file in repo.files:
        if not file.endswith((".hcl", ".tf", ".tofu")):
            continue
        words = repo.text(file)
        found |= set(_READ.findall(words))
        for pattern, names in _LOGINS.items():
            if re.search(pattern, words, re.MULTILINE):
                found |= set(names)
    return frozenset(found)


def _tell(one: Yaml, path: Path, words: str) -> Finding:
    return Finding(one.file, one.line_of(*path), ID, words, LEVEL)


def _workflow(
    one: Yaml, branch: str, asked: frozenset[str], done: dict[str, set[str]]
) -> Iterator[Finding]:
    events = _events(one)
    order: list[tuple[str, str]] = []
    for name, job in mapping(one.data, "jobs").items():
        for index, step in mappings(job, "steps"):
            found = _RUNS.search(text(step, "run"))
            if found is None:
                continue
            what, where = found["what"], found["where"] or "all"
            done[what].add(where)
            at_step: Path = ("jobs", name, "steps", index)
            for variable in sorted(asked - set(mapping(step, "env")) - set(mapping(job, "env"))):
                yield _tell(one, at_step, f"the units read {variable}, and the job has none")
            if what == "plan":
                if "pull_request" not in events:
                    yield _tell(one, ("on",), "units are not planned when somebody asks for review")
                continue
            order.append((name, where))
            yield from _applies(one, ("jobs", name), mapping(job), where)
            yield from _by_whom(one, events, branch)
            group = mapping(one.data, "concurrency")
            if not text(group, "group") or group.get("cancel-in-progress") is not False:
                words = "two runs may apply at once, or one stops the other halfway (concurrency)"
                yield _tell(one, ("concurrency",), words)
    yield from _in_order(one, order)


def _events(one: Yaml) -> dict[str, Any]:
    """What a workflow runs on; `on` without quotes is true to YAML 1.1."""
    said = at(one.data, "on") or at(one.data, "true")
    if isinstance(said, list):
        return {str(event): None for event in said}
    return {said: None} if isinstance(said, str) else mapping(said)


def _by_whom(one: Yaml, events: dict[str, Any], branch: str) -> Iterator[Finding]:
    for event in sorted(set(events) - _BY_HAND):
        yield _tell(one, ("on", event), f"units are applied on {event}, which nobody reviewed")
    if "push" in events and texts(events, "push", "branches") != (branch,):
        yield _tell(one, ("on", "push"), f"units are applied on pushes to other than {branch}")
    if "push" not in events:
        yield _tell(one, ("on",), f"units are not applied on pushes to {branch}")


def _applies(one: Yaml, path: Path, job: dict[str, Any], where: str) -> Iterator[Finding]:
    environment = text(job, "environment") or text(job, "environment", "name")
    if not environment:
        yield _tell(one, path, "units are applied in no environment, which is what protects them")
    elif where not in ("all", environment):
        words = f"{where} is applied behind the protection of {environment}"
        yield _tell(one, (*path, "environment"), words)


def _in_order(one: Yaml, order: list[tuple[str, str]]) -> Iterator[Finding]:
    """Each stage waits for the one before it."""
    jobs = {where: name for name, where in order}
    stages = [stage for stage in _STAGES if stage in jobs]
    for before, after in pairwise(stages):
        needs = at(one.data, "jobs", jobs[after], "needs")
        if jobs[before] not in (needs if isinstance(needs, list) else [needs]):
            words = f"{after} does not wait for {before} (needs)"
            yield _tell(one, ("jobs", jobs[after]), words)


def _pipeline(one: Yaml, done: dict[str, set[str]]) -> Iterator[Finding]:
    stages = texts(one.data, "stages")
    places: dict[str, tuple[str, int]] = {}
    for name, job in mapping(one.data).items():
        found = _RUNS.search("\n".join(texts(job, "script")))
        if found is None:
            continue
        what, where = found["what"], found["where"] or "all"
        done[what].add(where)
        conditions = [text(rule, "if") for _, rule in mappings(job, "rules")]
        if what == "plan":
            if not any("merge_request_event" in one for one in conditions):
                words = "units are not planned when somebody asks for review"
                yield _tell(one, (name, "rules"), words)
            continue
        if not conditions or not all(_protected(words) for words in conditions):
            words = "units are applied outside of the protected default branch"
            yield _tell(one, (name, "rules"), words)
        yield from _applies(one, (name,), mapping(job), where)
        if not text(job, "resource_group"):
            yield _tell(one, (name,), "two runs may apply at once (resource_group)")
        stage = text(job, "stage")
        places[where] = (name, stages.index(stage) if stage in stages else 0)
    order = [places[stage] for stage in _STAGES if stage in places]
    for (_, before), (name, after) in pairwise(order):
        if before >= after:
            yield _tell(one, (name, "stage"), f"{name} does not wait for what is promoted from")


def _protected(words: str) -> bool:
    return "CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH" in words and "CI_COMMIT_REF_PROTECTED" in words
