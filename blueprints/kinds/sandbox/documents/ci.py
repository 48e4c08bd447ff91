"""What CI runs on a sandbox's repository: the check on every push, OpenTofu every day.

Actions are named by commit. The credentials of the daily job are the CI's own secrets; see the
README of the repository. Sources: GitHub's workflow syntax, GitLab's keyword reference.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.parts import ci
from blueprints.parts.ci import Object

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Site

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


def files(site: "Site") -> Iterator[File]:
    """The CI of the site's choice, and a hook for who commits."""
    if site.ci == "github":
        folder = ".github/workflows"
        pinned = f"{ci.HEADER}\n{ci.PINS}"
        yield ci.shared(f"{folder}/check.yaml", check(site), pinned)
        yield ci.shared(f"{folder}/reconcile.yaml", reconcile(site), pinned)
    else:
        yield ci.shared(".gitlab-ci.yml", gitlab(site), ci.HEADER)
    yield ci.shared(".pre-commit-config.yaml", ci.pre_commit(), ci.HEADER)


def check(site: "Site") -> Object:
    """The check, and the repository's own tests."""
    tests = {"name": "smoke tests", "run": "python -m pytest -q tests"}
    return ci.check(site.git.branch, _TESTS, [tests])


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
        "runs-on": ci.RUNNER,
        "timeout-minutes": 15,
        "environment": "reconcile",
        "steps": [
            ci.checkout({"ref": site.git.branch}),
            ci.python(),
            {"name": "install", "run": ci.install(ci.tool("waldur"))},
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
        "runs-on": ci.RUNNER,
        "timeout-minutes": 120,
        "environment": "reconcile",
        "steps": [
            ci.checkout({"ref": site.git.branch}),
            ci.opentofu(),
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
    check_job = ci.gitlab_check(
        [{"if": scheduled, "when": "never"}, {"when": "on_success"}],
        _TESTS,
        ["python -m pytest -q tests"],
    )
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
            ci.install(ci.tool("waldur")),
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
