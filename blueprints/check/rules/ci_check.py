"""The check that everybody relies on does not run, or cannot fail.

Looks at workflows (`.github`, `.gitea`, `.forgejo`), `.gitlab-ci.yml` and `.pre-commit-config.yaml`
of a repository that has a `.tutela-check.yaml`: some job runs `tutela check .` on pushes to the
branch that is deployed and on pull or merge requests, nothing lets it fail quietly
(`continue-on-error`, `allow_failure`, `|| true`, `if: false`), the tool has a version, the tests in
`tests/` run too; a scheduled reconcile job runs on its schedule, without a second one beside it,
and gets its secrets from the CI's own store; jobs have a time limit and no right to write.

A check that is switched off looks like one that finds nothing.

Let it run.
"""

import re
from collections.abc import Iterator
from typing import Any

from blueprints.check.cluster.cron import mistake
from blueprints.check.cluster.shape import at, mapping, mappings, scalars, sequence, text, texts
from blueprints.check.cluster.specification import specification
from blueprints.check.documents import Path, Yaml
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import FILE, Settings

ID = "ci-check"
LEVEL = Level.ERROR

_WORKFLOWS = re.compile(r"\.(?:github|gitea|forgejo)/workflows/[^/]+\.ya?ml")
_RUNS = re.compile(r"\btutela check \.(?:\s|$)")
_QUIET = re.compile(r"\|\|\s*(?:true|:|exit 0)|set \+e|--fail-on\s+off")
_PINNED = re.compile(r"\btutela(?:\[[a-z,]+\])?==[0-9]")
_LOGINS = {
    "gitea": ("GITEA_TOKEN",),
    "github": ("TOFU_GITHUB_TOKEN",),
    "keycloak": ("KEYCLOAK_CLIENT_ID", "KEYCLOAK_CLIENT_SECRET"),
    "kubernetes": ("KUBE_HOST", "KUBE_TOKEN", "KUBE_CLUSTER_CA_CERT_DATA"),
    "s3": ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
    "vault": ("VAULT_TOKEN",),
}
"""Variables from which providers and the state's backend take their login."""
_SECRET = re.compile(r"\$\{\{\s*(?:secrets|inputs|vars|github)\.[A-Za-z0-9_.]+\s*\}\}")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Checks that do not run."""
    if not repo.exists(FILE):
        return
    said = specification(repo)
    branch = said.branch if said else "main"
    files = [file for file in repo.files if _WORKFLOWS.fullmatch(file)]
    documents = [one for file in files for one in repo.yaml(file)[:1]]
    lab = [one for one in repo.yaml(".gitlab-ci.yml")[:1]] if repo.exists(".gitlab-ci.yml") else []
    providers = _providers(repo)
    for one in documents:
        yield from _workflow(one, providers, branch)
    for one in lab:
        yield from _pipeline(one)
    if documents or lab:
        yield from _runs(repo, documents, lab, branch)
    elif said is not None:
        yield Finding(FILE, 0, ID, "no CI runs tutela check on this repository", LEVEL)
    if repo.exists(".pre-commit-config.yaml"):
        for one in repo.yaml(".pre-commit-config.yaml")[:1]:
            yield from _hook(one)


def _tell(one: Yaml, path: Path, words: str) -> Finding:
    return Finding(one.file, one.line_of(*path), ID, words, LEVEL)


def _steps(one: Yaml) -> Iterator[tuple[Path, dict[str, Any], dict[str, Any]]]:
    for name, job in mapping(one.data, "jobs").items():
        for index, step in mappings(job, "steps"):
            yield ("jobs", name, "steps", index), mapping(job), step


def _events(one: Yaml) -> dict[str, Any]:
    """What a workflow runs on; `on` without quotes is true to YAML 1.1."""
    said = at(one.data, "on")
    if said is None:
        said = at(one.data, "true")
    if isinstance(said, str):
        return {said: None}
    if isinstance(said, list):
        return {str(event): None for event in said}
    return mapping(said)


def _runs(
    repo: Repository, documents: list[Yaml], lab: list[Yaml], branch: str
) -> Iterator[Finding]:
    first = (documents or lab)[0]
    tests = any(file.startswith("tests/test_") for file in repo.files)
    found = tested = False
    for one in documents:
        events = _events(one)
        for path, job, step in _steps(one):
            words = text(step, "run")
            tested = tested or ("pytest" in words.split() and "tests" in words.split())
            if not _RUNS.search(words):
                continue
            found = True
            if "pull_request_target" in events:
                words = "tutela check runs with the repository's rights for whoever opens a request"
                yield _tell(one, ("on", "pull_request_target"), words)
            for event in ("push", "pull_request"):
                if event not in events:
                    yield _tell(one, ("on",), f"tutela check does not run on {event}")
            branches = texts(events, "push", "branches")
            if branches and branch not in branches:
                yield _tell(one, ("on", "push"), f"tutela check does not run on pushes to {branch}")
            for event in ("push", "pull_request"):
                for key in ("paths", "paths-ignore", "branches-ignore", "types"):
                    if key in mapping(events, event):
                        yield _tell(
                            one,
                            ("on", event, key),
                            f"tutela check leaves some of {event} out ({key})",
                        )
            if "branches" in mapping(events, "pull_request"):
                yield _tell(one, ("on", "pull_request"), "tutela check leaves pull requests out")
            installs = " ".join(text(other, "run") for _, _, other in _steps(one))
            if "pip install" in installs and not _PINNED.search(installs):
                yield _tell(one, path, "tutela is installed in whatever version there is")
            if "if" in job or "if" in step:
                yield _tell(one, path, "tutela check runs under a condition")
    for one in lab:
        for name, job in mapping(one.data).items():
            words = "\n".join(
                (*texts(one.data, name, "script"), *texts(one.data, name, "before_script"))
            )
            tested = tested or ("pytest" in words and "tests" in words)
            if _RUNS.search(words):
                found = True
                yield from _rules(one, name, mapping(job), branch)
                if "pip install" in words and not _PINNED.search(words):
                    yield _tell(one, (name,), "tutela is installed in whatever version there is")
    if not found:
        yield _tell(first, (), "no job runs tutela check on this repository")
    scripts = [text(step, "run") for one in documents for _, _, step in _steps(one)]
    scripts += [line for one in lab for job in mapping(one.data) for line in _lines(one, job)]
    if repo.exists("tofu/reconcile.sh") and not any("reconcile.sh" in one for one in scripts):
        yield _tell(first, (), "no job runs tofu/reconcile.sh")
    if tests and not tested:
        yield _tell(first, (), "no job runs the tests in tests/")


def _lines(one: Yaml, job: str) -> tuple[str, ...]:
    return (*texts(one.data, job, "before_script"), *texts(one.data, job, "script"))


def _rules(one: Yaml, name: str, job: dict[str, Any], branch: str) -> Iterator[Finding]:
    conditions = " ".join(text(rule, "if") for _, rule in mappings(job, "rules"))
    whatever = any(
        "if" not in rule and text(rule, "when") in ("", "on_success", "always")
        for _, rule in mappings(job, "rules")
    )
    if sequence(job, "rules"):
        if not whatever and "merge_request_event" not in conditions:
            yield _tell(one, (name, "rules"), "tutela check does not run on merge requests")
        on_branch = whatever or "CI_COMMIT_BRANCH" in conditions or "CI_COMMIT_REF" in conditions
        if not on_branch:
            yield _tell(one, (name, "rules"), f"tutela check does not run on {branch}")
        for index, rule in mappings(job, "rules"):
            if text(rule, "when") in ("never", "manual") and "schedule" not in text(rule, "if"):
                yield _tell(one, (name, "rules", index), "tutela check waits for somebody")
    for key in ("only", "except"):
        if key in job:
            yield _tell(one, (name, key), f"tutela check runs under a condition ({key})")


def _workflow(one: Yaml, providers: set[str], branch: str) -> Iterator[Finding]:
    for right, level in mapping(one.data, "permissions").items():
        if level not in ("read", "none"):
            yield _tell(one, ("permissions", right), f"every job may write {right}")
    for name, job in mapping(one.data, "jobs").items():
        top: Path = ("jobs", name)
        if not isinstance(at(job, "timeout-minutes"), int):
            yield _tell(one, top, f"job {name} may run for six hours: no timeout-minutes")
        if at(job, "continue-on-error"):
            yield _tell(
                one, (*top, "continue-on-error"), f"job {name} may fail without anybody noticing"
            )
        if at(job, "if") in (False, "false", "${{ false }}"):
            yield _tell(one, (*top, "if"), f"job {name} never runs")
    for path, _, step in _steps(one):
        if at(step, "continue-on-error"):
            yield _tell(
                one, (*path, "continue-on-error"), "a step may fail without anybody noticing"
            )
        if _QUIET.search(text(step, "run")):
            yield _tell(one, (*path, "run"), "a step hides that it failed")
        for name, value in mapping(step, "env").items():
            secret = re.search(r"TOKEN|SECRET|PASSWORD|KEY", name) is not None
            shown = value if isinstance(value, str) else repr(value)
            if secret and not _SECRET.search(shown):
                words = f"{name} does not come from the CI's secrets"
                yield _tell(one, (*path, "env", name), words)
            form = re.fullmatch(r"\$\{\{\s*secrets\.(\w+)\s*\}\}", shown)
            if form and form[1] != name:
                yield _tell(one, (*path, "env", name), f"{name} gets the secret {form[1]}")
        script = text(step, "run")
        if "reconcile.sh" in script:
            yield from _reconcile(one, path, script)
            yield from _credentials(one, path, set(mapping(step, "env")), providers)
        if (
            "checkout" in text(step, "uses")
            and at(step, "with", "persist-credentials") is not False
        ):
            yield _tell(one, path, "checkout leaves its token behind (persist-credentials: false)")
        if (
            "checkout" in text(step, "uses")
            and _checks(one)
            and at(step, "with", "fetch-depth") != 0
        ):
            yield _tell(
                one,
                path,
                "checkout brings no history, in which secrets are looked for (fetch-depth: 0)",
            )
        scheduled = "checkout" in text(step, "uses") and "schedule" in _events(one)
        if scheduled and text(step, "with", "ref") != branch:
            yield _tell(one, path, f"a scheduled job takes another revision than {branch}")
    for index, entry in mappings(_events(one), "schedule"):
        words = mistake(text(entry, "cron"))
        if words:
            yield _tell(one, ("on", "schedule", index), f"the schedule {words}")


def _checks(one: Yaml) -> bool:
    return any(_RUNS.search(text(step, "run")) for _, _, step in _steps(one))


def _providers(repo: Repository) -> set[str]:
    """What the repository's OpenTofu code talks to."""
    found: set[str] = set()
    for file in repo.files:
        if file.endswith((".tf", ".tofu")):
            words = repo.text(file)
            found |= set(re.findall(r'^(?:provider|  backend) "(\w+)"', words, re.MULTILINE))
    return found


def _credentials(one: Yaml, path: Path, given: set[str], providers: set[str]) -> Iterator[Finding]:
    for provider in sorted(providers & set(_LOGINS)):
        for name in _LOGINS[provider]:
            if name not in given:
                words = f"the reconcile job has no {name}, with which {provider} is spoken to"
                yield _tell(one, (*path, "env"), words)


def _reconcile(one: Yaml, path: Path, script: str) -> Iterator[Finding]:
    events = _events(one)
    if not sequence(events, "schedule"):
        yield _tell(one, ("on",), "the reconcile job has no schedule")
    if {"pull_request", "pull_request_target", "push"} & set(events):
        yield _tell(one, ("on",), "the reconcile job runs for whoever opens a pull request")
    if not re.search(r"reconcile\.sh apply(?:\s|$)", script):
        yield _tell(one, (*path, "run"), "the reconcile job does not apply anything")
    group = mapping(one.data, "concurrency")
    if not text(group, "group") or group.get("cancel-in-progress") is not False:
        yield _tell(
            one,
            ("concurrency",),
            "two reconcile jobs may run at once, or one stops the other halfway",
        )


def _pipeline(one: Yaml) -> Iterator[Finding]:
    for name, job in mapping(one.data).items():
        if not isinstance(job, dict) or "script" not in job:
            continue
        if job.get("allow_failure"):
            yield _tell(
                one, (name, "allow_failure"), f"job {name} may fail without anybody noticing"
            )
        for field in ("before_script", "script", "after_script"):
            for index, line in enumerate(texts(job, field)):
                if _QUIET.search(line):
                    yield _tell(one, (name, field, index), f"job {name} hides that it failed")
        if not text(job, "timeout"):
            yield _tell(one, (name,), f"job {name} has no timeout")
        if any("reconcile.sh" in line for line in texts(job, "script")):
            if not text(job, "resource_group"):
                yield _tell(one, (name,), "two reconcile jobs may run at once (resource_group)")
            if not any("reconcile.sh apply" in line for line in texts(job, "script")):
                yield _tell(one, (name, "script"), "the reconcile job does not apply anything")


def _hook(one: Yaml) -> Iterator[Finding]:
    hooks = [
        (("repos", place, "hooks", index), hook)
        for place, repo in mappings(one.data, "repos")
        for index, hook in mappings(repo, "hooks")
        if "tutela check" in text(hook, "entry") or text(hook, "id") == "tutela-check"
    ]
    if not hooks:
        yield _tell(one, (), "no hook runs tutela check before a commit")
    for path, hook in hooks:
        if "entry" in hook and not _RUNS.search(text(hook, "entry") + " "):
            yield _tell(one, (*path, "entry"), "the hook does not check this repository")
        if hook.get("entry") and hook.get("pass_filenames") is not False:
            yield _tell(one, path, "the hook checks single files (pass_filenames: false)")
        if hook.get("entry") and hook.get("always_run") is not True:
            yield _tell(one, path, "the hook does not run on every commit (always_run: true)")
        if hook.get("additional_dependencies") is not None and not any(
            _PINNED.search(f"{value}") for _, value in scalars(hook) if isinstance(value, str)
        ):
            yield _tell(one, path, "the hook takes whatever version of tutela there is")
