"""What CI runs on a repository of clusters: the check, a plan for review, then what was reviewed.

Nothing is applied but from the branch that ArgoCD reads, environment by environment, each behind
the protection that the code host has for it. Sources: GitHub's workflow syntax, GitLab's keyword
reference, Terragrunt's command line reference.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File, Owner
from blueprints.kinds.cluster.spec import ENVIRONMENTS, Environment
from blueprints.parts import ci
from blueprints.parts.ci import Object

if TYPE_CHECKING:
    from blueprints.kinds.cluster.spec import Specification

UNITS = "tofu/units.sh"
_SCRIPT = Path(__file__).parent.parent / "scripts" / "units.sh"
# What reaches Rancher, the stores and ArgoCD's cluster stands inside; it brings Terragrunt.
_RUNNER = ["self-hosted", "tofu"]
_FORMAT = "tofu fmt -check -recursive tofu"
_VALIDATE = """\
for module in tofu/modules/*/; do
  tofu -chdir="$module" init -backend=false -input=false -lockfile=readonly
  tofu -chdir="$module" validate
done
"""
# The provider reads a file; who else is on the runner does not.
_KUBECONFIG = """\
umask 077
trap 'rm -f "$RUNNER_TEMP/argocd"' EXIT
printf '%s' "$ARGOCD_KUBECONFIG" > "$RUNNER_TEMP/argocd"
"""
_WITH = 'ARGOCD_KUBECONFIG="$RUNNER_TEMP/argocd" '
_LOCK = """\
tofu/lock.sh
git add --intent-to-add .
git diff > locks.patch
printf '```diff\\n%s\\n```\\n' "$(cat locks.patch)" >> "$GITHUB_STEP_SUMMARY"
"""


def files(spec: "Specification") -> Iterator[File]:
    """The CI of the site's choice, who reviews, and a hook for who commits."""
    site = spec.site
    yield File(UNITS, _SCRIPT.read_bytes(), executable=True)
    if site.ci == "github":
        folder = ".github/workflows"
        pinned = f"{ci.HEADER}\n{ci.PINS}"
        for name, workflow in workflows(spec).items():
            yield ci.shared(f"{folder}/{name}.yaml", workflow, pinned)
    else:
        yield ci.shared(".gitlab-ci.yml", gitlab(spec), ci.HEADER)
    yield ci.shared(".pre-commit-config.yaml", ci.pre_commit(), ci.HEADER)
    yield _owners(spec)


def variables(spec: "Specification") -> tuple[str, ...]:
    """What units take from the environment; the kubeconfig is the path of a file."""
    maas = ("MAAS_API_KEY",) if spec.site.maas else ()
    return (
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "BAO_TOKEN",
        "RANCHER_TOKEN_KEY",
        "ARGOCD_KUBECONFIG",
        *maas,
    )


def workflows(spec: "Specification") -> dict[str, Object]:
    """Those of GitHub, by the name of their file."""
    return {"check": _check(spec), "plan": _plan(spec), "apply": _apply(spec), "lock": _lock()}


def _check(spec: "Specification") -> Object:
    check = ci.check(spec.site.git.branch)
    jobs = check["jobs"]
    validate = {
        "runs-on": ci.RUNNER,
        "timeout-minutes": 15,
        "steps": [
            ci.checkout({"fetch-depth": 0}),
            ci.opentofu(),
            {"name": "format", "run": _FORMAT},
            {"name": "validate", "run": _VALIDATE},
        ],
    }
    assert isinstance(jobs, dict)  # noqa: S101 - of ci.check
    return {**check, "jobs": {**jobs, "validate": validate}}


def _plan(spec: "Specification") -> Object:
    """On review; not for strangers' forks, which get no credentials anyway."""
    return {
        "name": "plan",
        "on": {"pull_request": {}},
        "permissions": {"contents": "read"},
        "concurrency": {"group": "plan-${{ github.ref }}", "cancel-in-progress": True},
        "jobs": {
            "plan": {
                "if": "github.event.pull_request.head.repo.full_name == github.repository",
                "runs-on": _RUNNER,
                "timeout-minutes": 60,
                "environment": "plan",
                "steps": [
                    ci.checkout({"fetch-depth": 0}),
                    _units(spec, "plan all", "${{ github.event.pull_request.base.sha }}"),
                ],
            }
        },
    }


def _apply(spec: "Specification") -> Object:
    jobs: dict[str, object] = {}
    before: list[str] = []
    for environment in environments(spec):
        jobs[environment] = {
            **({"needs": list(before)} if before else {}),
            "runs-on": _RUNNER,
            "timeout-minutes": 240,
            "environment": environment,
            "steps": [
                ci.checkout({"fetch-depth": 0, "ref": spec.site.git.branch}),
                _units(spec, f"apply {environment}", "${{ github.event.before }}"),
            ],
        }
        before = [environment]
    return {
        "name": "apply",
        "on": {
            "push": {"branches": [spec.site.git.branch]},
            "workflow_dispatch": {
                "inputs": {
                    "approved_deletions": {
                        "description": "clusters whose deletions somebody has read",
                        "required": False,
                        "default": "",
                        "type": "string",
                    }
                }
            },
        },
        "permissions": {"contents": "read"},
        # Two of them would wait for the same state.
        "concurrency": {"group": "apply", "cancel-in-progress": False},
        "jobs": jobs,
    }


def _units(spec: "Specification", words: str, since: str) -> Object:
    deletions = (
        {"APPROVED_DELETIONS": "${{ inputs.approved_deletions }}"} if "apply" in words else {}
    )
    return {
        "name": words.split()[0],
        "run": f'{_KUBECONFIG}{_WITH}{UNITS} {words} "$SINCE"\n',
        "env": {
            "SINCE": since,
            **deletions,
            **{name: f"${{{{ secrets.{name} }}}}" for name in variables(spec)},
        },
    }


def _lock() -> Object:
    """By hand: what versions.tf asks for is looked up, and shown as a patch to commit."""
    return {
        "name": "lock",
        "on": {"workflow_dispatch": {}},
        "permissions": {"contents": "read"},
        "jobs": {
            "lock": {
                "runs-on": ci.RUNNER,
                "timeout-minutes": 15,
                "steps": [
                    ci.checkout({"fetch-depth": 0}),
                    ci.opentofu(),
                    {"name": "lock", "run": _LOCK},
                ],
            }
        },
    }


def gitlab(spec: "Specification") -> Object:
    """The same in GitLab; the kubeconfig is a variable of the type file."""
    branch = "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"
    review = '$CI_PIPELINE_SOURCE == "merge_request_event"'
    jobs: dict[str, object] = {
        "check": ci.gitlab_check([{"when": "on_success"}]),
        "validate": {
            "stage": "check",
            "timeout": "15 minutes",
            "interruptible": True,
            "tags": ["tofu"],
            "rules": [{"when": "on_success"}],
            "script": [_FORMAT, _VALIDATE],
        },
        "plan": {
            "stage": "plan",
            "timeout": "1 hour",
            "tags": ["tofu"],
            "variables": {"GIT_DEPTH": "0"},
            "rules": [{"if": review}],
            "script": [f'{UNITS} plan all "$CI_MERGE_REQUEST_DIFF_BASE_SHA"'],
        },
        "lock": {
            "stage": "check",
            "timeout": "15 minutes",
            "tags": ["tofu"],
            "rules": [{"if": '$CI_PIPELINE_SOURCE == "web" && $LOCK'}],
            "script": ["tofu/lock.sh", "git add --intent-to-add .", "git diff"],
        },
    }
    for environment in environments(spec):
        jobs[f"apply-{environment}"] = {
            "stage": f"apply-{environment}",
            "timeout": "4 hours",
            "tags": ["tofu"],
            "variables": {"GIT_DEPTH": "0"},
            "environment": {"name": environment},
            "resource_group": f"apply-{environment}",
            "rules": [{"if": f'{branch} && $CI_COMMIT_REF_PROTECTED == "true"'}],
            "script": [f'{UNITS} apply {environment} "$CI_COMMIT_BEFORE_SHA"'],
        }
    stages = ["check", "plan", *(f"apply-{one}" for one in environments(spec))]
    return {"stages": stages, **jobs}


def environments(spec: "Specification") -> tuple[Environment, ...]:
    """Those that have a cluster, in the order of promotion."""
    used = {environment for environment, _, _ in spec.deployments()}
    return tuple(one for one in ENVIRONMENTS if one in used)


def _owners(spec: "Specification") -> File:
    """Every change is reviewed; Gitea and Forgejo read patterns as regular expressions."""
    git = spec.site.git
    everything = ".*" if git.type in ("gitea", "forgejo") else "*"
    text = (
        "# Who is asked to review. Yours to add to: `tutela blueprint update` merges.\n"
        f"{everything} @{git.organisation}/{git.administrators}\n"
    )
    return File(f".{git.type}/CODEOWNERS", text.encode(), Owner.SHARED)
