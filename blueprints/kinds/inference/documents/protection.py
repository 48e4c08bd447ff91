"""Who may change what is served: CODEOWNERS, and the protection of the branch that ArgoCD reads.

The protection is a request body as the code host's interface takes it, and a script that hands it
over. Sources: GitHub's REST API (repository rulesets), GitLab's (protected branches, projects),
Gitea's and Forgejo's swagger (CreateBranchProtectionOption).
"""

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from blueprints.emit.json import json_text
from blueprints.engine.blueprint import File, Owner
from blueprints.kinds.inference.placed import placed

if TYPE_CHECKING:
    from blueprints.kinds.inference.spec import Git, Specification

CHECK = "check"
"""The job of the CI that has to pass."""
_SCRIPTS = Path(__file__).parent.parent / "scripts"
_HEAD = """\
#!/usr/bin/env bash
# Protects the branch that ArgoCD reads, as protection/branch.json says. Whoever administers the
# repository runs it once, and again after each change:
#   protection/apply.sh FILE
# FILE holds a token; it goes to curl by a pipe, where no list of processes shows it.
set -euo pipefail
"""


def files(spec: "Specification") -> Iterator[File]:
    """CODEOWNERS, the body, the script."""
    yield owners(spec)
    yield File("protection/branch.json", json_text(body(spec)))
    for name, content in more(spec).items():
        yield File(f"protection/{name}.json", json_text(content))
    yield File("protection/apply.sh", script(spec.git), executable=True)


def owners(spec: "Specification") -> File:
    """Everybody who reviews is of the administrators; the last line that fits a file counts."""
    regular = spec.git.type in ("gitea", "forgejo")
    lines = [
        "# Who has to approve. Yours to add to: `tutela blueprint update` merges.",
        f"{'.*' if regular else '*'} {_team(spec, spec.administrators)}",
    ]
    delivered = {one.site.name: one.delivered is not None for one in placed(spec)}
    for environment in spec.environments:
        if environment.reviewers is None:
            continue
        team = _team(spec, environment.reviewers)
        for site in environment.sites:
            if site in delivered:
                pattern = f"models/[^/]+/{site}/.*" if regular else f"/models/*/{site}/"
                lines.append(f"{pattern} {team}")
        if any(delivered.get(site) for site in environment.sites):
            folder = f"argocd/{environment.name}/"
            lines.append(f"{folder}.* {team}" if regular else f"/{folder} {team}")
    return File(f".{spec.git.type}/CODEOWNERS", "\n".join([*lines, ""]).encode(), Owner.SHARED)


def _team(spec: "Specification", team: str) -> str:
    return f"@{spec.git.organisation}/{team}"


def body(spec: "Specification") -> Mapping[str, object]:
    """What the branch asks of a change: a review by an owner, and a check that passed."""
    branch = spec.git.branch
    match spec.git.type:
        case "github":
            return _ruleset(branch)
        case "gitlab":
            return {
                "name": branch,
                "push_access_level": 0,
                "merge_access_level": 40,
                "unprotect_access_level": 40,
                "allow_force_push": False,
                "code_owner_approval_required": True,
            }
        case "gitea" | "forgejo":
            teams = [spec.administrators]
            return {
                "rule_name": branch,
                "enable_push": False,
                "enable_merge_whitelist": True,
                "merge_whitelist_teams": teams,
                "required_approvals": 1,
                "enable_approvals_whitelist": True,
                "approvals_whitelist_teams": teams,
                "block_on_rejected_reviews": True,
                "block_on_official_review_requests": True,
                "block_on_outdated_branch": True,
                "dismiss_stale_approvals": True,
                "enable_status_check": True,
                "status_check_contexts": [f"{CHECK}*"],
            }


def more(spec: "Specification") -> dict[str, Mapping[str, object]]:
    """GitLab says of the project, not of the branch, that a pipeline has to pass."""
    if spec.git.type != "gitlab":
        return {}
    return {
        "project": {
            "only_allow_merge_if_pipeline_succeeds": True,
            "allow_merge_on_skipped_pipeline": False,
            "only_allow_merge_if_all_discussions_are_resolved": True,
        }
    }


def _ruleset(branch: str) -> Mapping[str, object]:
    return {
        "name": f"tutela: {branch}",
        "target": "branch",
        "enforcement": "active",
        "bypass_actors": [],
        "conditions": {"ref_name": {"include": [f"refs/heads/{branch}"], "exclude": []}},
        "rules": [
            {"type": "deletion"},
            {"type": "non_fast_forward"},
            {
                "type": "pull_request",
                "parameters": {
                    "required_approving_review_count": 1,
                    "dismiss_stale_reviews_on_push": True,
                    "require_code_owner_review": True,
                    "require_last_push_approval": True,
                    "required_review_thread_resolution": True,
                },
            },
            {
                "type": "required_status_checks",
                "parameters": {
                    "strict_required_status_checks_policy": True,
                    "required_status_checks": [{"context": CHECK}],
                },
            },
        ],
    }


def script(git: "Git") -> bytes:
    """What differs as shell words, then what is the same everywhere."""
    host = "gitea" if git.type == "forgejo" else git.type
    values = {"api": api(git)}
    if host != "github":
        values["branch"] = quote(git.branch, safe="")
    said = "".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items())
    common = (_SCRIPTS / "call.sh").read_text(encoding="utf-8")
    own = (_SCRIPTS / f"protect-{host}.sh").read_text(encoding="utf-8")
    return f"{_HEAD}{said}{common}{own}".encode()


def api(git: "Git") -> str:
    """Where the code host takes requests about this repository."""
    parts = urlsplit(git.repository)
    path = parts.path.strip("/").removesuffix(".git")
    match git.type:
        case "github" if parts.hostname == "github.com":
            return f"https://api.github.com/repos/{path}"
        case "github":
            return f"https://{parts.netloc}/api/v3/repos/{path}"
        case "gitlab":
            return f"https://{parts.netloc}/api/v4/projects/{quote(path, safe='')}"
        case "gitea" | "forgejo":
            return f"https://{parts.netloc}/api/v1/repos/{path}"
