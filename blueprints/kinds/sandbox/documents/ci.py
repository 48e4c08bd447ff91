"""What CI runs on a sandbox's repository: the check on every push, OpenTofu every day.

Actions are named by commit. The credentials of the daily job are the CI's own secrets; see the
README of the repository. Sources: GitHub's workflow syntax, GitLab's keyword reference.
"""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

from blueprints.emit.yaml import yaml_text
from blueprints.engine.blueprint import File, Owner

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Site

_CHECKOUT = "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683"
_PYTHON = "actions/setup-python@0b93645e9fea7318ecaed2b359559ac225c90a2b"
_TOFU = "opentofu/setup-opentofu@592200bd4b9bbf4772ace78f887668b1aee8f716"
_PINS = "actions/checkout v4.2.2, actions/setup-python v5.3.0, opentofu/setup-opentofu v1.0.5"
_RUNNER = "ubuntu-24.04"
_DAILY = "17 3 * * *"
# With a token of its own: what a job pushes with the workflow's, no workflow checks.
# The token goes to Git by the environment: arguments can be seen by others.
_COMMIT = """git add --all
git diff --cached --quiet && exit
git -c user.name=tutela -c user.email=tutela@localhost commit --quiet -m "follow the portal"
login=$(printf '{user}:%s' "$PUSH_TOKEN" | base64 --wrap 0)
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=http.extraheader
export GIT_CONFIG_VALUE_0="Authorization: Basic $login"
git push{to}
"""
# 4: something of the portal could not be followed and is told; the rest is, today and not later.
_FOLLOW = """status=0
tutela blueprint reconcile . || status=$?
test "$status" -eq 0 || test "$status" -eq 4
"""
_GITLAB_REMOTE = ' "$CI_PROJECT_URL.git" "HEAD:$CI_DEFAULT_BRANCH"'
_TESTS = ("pytest==8.4.2", "pyyaml==6.0.3")

Object = Mapping[str, object]


def files(site: "Site") -> Iterator[File]:
    """The CI of the site's choice, and a hook for who commits."""
    header = "Written by tutela. Yours to add to: `tutela blueprint update` merges."
    if site.ci == "github":
        folder = ".github/workflows"
        pinned = f"{header}\n{_PINS}"
        yield _shared(f"{folder}/check.yaml", check(site), pinned)
        yield _shared(f"{folder}/reconcile.yaml", reconcile(site), pinned)
    else:
        yield _shared(".gitlab-ci.yml", gitlab(site), header)
    yield _shared(".pre-commit-config.yaml", pre_commit(), header)


def _shared(path: str, document: Object, header: str) -> File:
    return File(path, yaml_text([document], header), Owner.SHARED)


def _tool(*extras: str) -> str:
    """The tool that rendered this, with what its check judges with."""
    return f"tutela[{','.join(('check', *extras))}]=={version('tutela')}"


def _install(*packages: str) -> str:
    return " ".join(("python -m pip install --quiet", *map(shlex.quote, packages)))


def check(site: "Site") -> Object:
    """On every push and pull request, with no right but to read."""
    return {
        "name": "check",
        "on": {"push": {"branches": [site.git.branch]}, "pull_request": {}},
        "permissions": {"contents": "read"},
        "concurrency": {"group": "check-${{ github.ref }}", "cancel-in-progress": True},
        "jobs": {
            "check": {
                "runs-on": _RUNNER,
                "timeout-minutes": 15,
                "steps": [
                    # All of the history: secrets are looked for in it.
                    _checkout({"fetch-depth": 0}),
                    {"name": "python", "uses": _PYTHON, "with": {"python-version": "3.11"}},
                    {"name": "install", "run": _install(_tool(), *_TESTS)},
                    {"name": "check", "run": "tutela check . --format github"},
                    {"name": "smoke tests", "run": "python -m pytest -q tests"},
                ],
            }
        },
    }


def reconcile(site: "Site") -> Object:
    """Every day: what the portal says, who joined or left, what a person changed by hand."""
    jobs: dict[str, object] = {"reconcile": _tofu(site)}
    if site.waldur is not None:
        jobs = {"portal": _portal(site), "reconcile": {"needs": ["portal"], **_tofu(site)}}
    return {
        "name": "reconcile",
        "on": {
            "schedule": [{"cron": _when(site)}],
            "workflow_dispatch": {
                "inputs": {
                    "approved_deletions": {
                        "description": "projects whose deletions somebody has read",
                        "required": False,
                        "default": "",
                        "type": "string",
                    }
                }
            },
        },
        "permissions": {"contents": "read"},
        # Two of them would wait for the same state.
        "concurrency": {"group": "reconcile", "cancel-in-progress": False},
        "jobs": jobs,
    }


def _portal(site: "Site") -> Object:
    """What the portal says becomes a commit, once the check has passed it."""
    return {
        "runs-on": _RUNNER,
        "timeout-minutes": 15,
        "environment": "reconcile",
        "steps": [
            _checkout({"ref": site.git.branch}),
            {"name": "python", "uses": _PYTHON, "with": {"python-version": "3.11"}},
            {"name": "install", "run": _install(_tool("waldur"))},
            {
                "name": "follow the portal",
                "run": _FOLLOW,
                "env": {"WALDUR_TOKEN": "${{ secrets.WALDUR_TOKEN }}"},
            },
            {"name": "check", "run": "tutela blueprint check ."},
            {
                "name": "commit",
                "run": _COMMIT.format(user="x-access-token", to=""),
                "env": {"PUSH_TOKEN": "${{ secrets.PUSH_TOKEN }}"},
            },
        ],
    }


def _tofu(site: "Site") -> Object:
    names = variables(site)
    return {
        "runs-on": _RUNNER,
        "timeout-minutes": 120,
        "environment": "reconcile",
        "steps": [
            _checkout({"ref": site.git.branch}),
            {
                "name": "tofu",
                "uses": _TOFU,
                "with": {"tofu_version": "1.10.6", "tofu_wrapper": False},
            },
            {
                "name": "reconcile",
                "run": f"{_given(names)}tofu/reconcile.sh apply",
                "env": {
                    **{name: f"${{{{ secrets.{name} }}}}" for name in map(_kept, names)},
                    "APPROVED_DELETIONS": "${{ inputs.approved_deletions }}",
                },
            },
        ],
    }


def _kept(name: str) -> str:
    """GitHub keeps no secret whose name begins like its own."""
    return f"TOFU_{name}" if name.startswith("GITHUB_") else name


def _given(names: Sequence[str]) -> str:
    return "".join(f'{name}="${_kept(name)}" ' for name in names if name != _kept(name))


def _checkout(more: Mapping[str, object]) -> Object:
    return {"name": "checkout", "uses": _CHECKOUT, "with": {"persist-credentials": False, **more}}


def _when(site: "Site") -> str:
    return site.waldur.schedule if site.waldur else _DAILY


def variables(site: "Site") -> tuple[str, ...]:
    """What OpenTofu's providers and its state take from the environment."""
    git: tuple[str, ...] = () if site.git.type == "github" else ("GITEA_TOKEN",)
    people: tuple[str, ...] = ("GITHUB_TOKEN",)
    if site.identity.connector == "keycloak":
        people = ("KEYCLOAK_CLIENT_ID", "KEYCLOAK_CLIENT_SECRET")
    return (
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "VAULT_TOKEN",
        "KUBE_HOST",
        "KUBE_TOKEN",
        "KUBE_CLUSTER_CA_CERT_DATA",
        *git,
        *people,
    )


def gitlab(site: "Site") -> Object:
    """The same in GitLab; its schedule is made there, with the variable RECONCILE set."""
    scheduled = '$CI_PIPELINE_SOURCE == "schedule" && $RECONCILE'
    check_job: dict[str, object] = {
        "stage": "check",
        "timeout": "15 minutes",
        "interruptible": True,
        "variables": {"GIT_DEPTH": "0"},
        "rules": [{"if": scheduled, "when": "never"}, {"when": "on_success"}],
        "script": [
            _install(_tool(), *_TESTS),
            "tutela check . --format gitlab --output check.json",
            "python -m pytest -q tests",
        ],
        "artifacts": {"when": "always", "reports": {"codequality": "check.json"}},
    }
    reconcile_job: dict[str, object] = {
        "stage": "reconcile",
        "timeout": "2 hours",
        "resource_group": "reconcile",
        "rules": [{"if": scheduled}],
        "script": ["tofu/reconcile.sh apply"],
    }
    portal_job: dict[str, object] = {
        "stage": "portal",
        "timeout": "15 minutes",
        "resource_group": "reconcile",
        "rules": [{"if": scheduled}],
        "script": [
            _install(_tool("waldur")),
            _FOLLOW,
            "tutela blueprint check .",
            _COMMIT.format(user="oauth2", to=_GITLAB_REMOTE),
        ],
    }
    images = ((check_job, "python"), (portal_job, "python"), (reconcile_job, "opentofu"))
    for job, key in images:
        if key in site.images:
            job["image"] = {"name": site.images[key], "entrypoint": [""]}
    jobs = {"check": check_job, "portal": portal_job, "reconcile": reconcile_job}
    if site.waldur is None:
        del jobs["portal"]
    return {"stages": list(jobs), **jobs}


def pre_commit() -> Object:
    """The check before each commit; without the history, which CI looks at."""
    hook = {
        "id": "tutela-check",
        "name": "tutela check",
        "entry": "tutela check . --no-history",
        "language": "python",
        "additional_dependencies": [_tool()],
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
