from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from blueprints.kinds.inference.documents.protection import api
from tests.blueprints.kinds.inference.specifications import both, data, host, rendered, typed

GIT = {
    "github": "https://github.com/inference/models.git",
    "gitlab": "https://gitlab.example.org/inference/deep/models.git",
    "gitea": "https://git.example.org/inference/models",
    "forgejo": "https://git.example.org/inference/models.git",
}
API = {
    "github": "https://api.github.com/repos/inference/models",
    "gitlab": "https://gitlab.example.org/api/v4/projects/inference%2Fdeep%2Fmodels",
    "gitea": "https://git.example.org/api/v1/repos/inference/models",
    "forgejo": "https://git.example.org/api/v1/repos/inference/models",
}
TOKEN = "an invented token"
CURL = f"""#!{sys.executable}
import json, pathlib, sys
words = sys.argv[1:]
config = pathlib.Path(words[words.index("--config") + 1]).read_text()
here = pathlib.Path(__file__).parent
body = next((one[1:] for one in words if one.startswith("@")), None)
method = words[words.index("--request") + 1]
record = dict(words=words, config=config, method=method, url=words[-1],
              body=json.loads(pathlib.Path(body).read_text()) if body else None)
with (here / "calls").open("a") as calls:
    print(json.dumps(record), file=calls)
answers = json.loads((here / "answers").read_text())
answer = answers.get(method + " " + words[-1].partition("models")[2])
if answer is None:
    sys.exit(22)
print(json.dumps(answer))
"""


def _git(kind: str, **changes: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "organisation": "inference",
        "repository": GIT[kind],
        "credentials": "platform/reader",
        **changes,
    }


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str
    calls: list[dict[str, Any]]


def _run(kind: str, answers: dict[str, Any], folder: Path, branch: str = "main") -> Ran:
    """The rendered script, with a program that stands for curl and answers as it is told."""
    if kind in ("github", "gitlab") and shutil.which("jq") is None:
        pytest.skip("no jq here; the script says so")
    made = rendered(typed(data(git=_git(kind, branch=branch))))
    for path, text in made.items():
        if path.startswith("protection/"):
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
    programs = folder / "bin"
    programs.mkdir()
    (programs / "curl").write_text(CURL, encoding="utf-8")
    (programs / "curl").chmod(0o755)
    (programs / "answers").write_text(json.dumps(answers), encoding="utf-8")
    (folder / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    done = subprocess.run(
        ["bash", "protection/apply.sh", "token"],
        cwd=folder,
        env={"PATH": f"{programs}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    calls = (programs / "calls").read_text(encoding="utf-8").splitlines()
    return Ran(done.returncode, done.stdout, done.stderr, [json.loads(one) for one in calls])


def _ways(ran: Ran) -> list[str]:
    return [f"{one['method']} {one['url'].partition('models')[2]}" for one in ran.calls]


@pytest.mark.parametrize("kind", GIT)
def test_requests_go_to_the_repository_s_own_address(kind: str) -> None:
    assert api(typed(data(git=_git(kind))).git) == API[kind]


def test_an_own_github_has_another_address() -> None:
    own = _git("github", repository="https://github.example.org/inference/models.git")
    assert api(typed(data(git=own)).git) == (
        "https://github.example.org/api/v3/repos/inference/models"
    )


@pytest.mark.parametrize("kind", GIT)
def test_nobody_pushes_and_an_owner_and_the_check_have_to_say_yes(kind: str) -> None:
    body = json.loads(rendered(typed(data(git=_git(kind))))["protection/branch.json"])
    match kind:
        case "github":
            rules = {one["type"]: one.get("parameters", {}) for one in body["rules"]}
            assert rules["pull_request"]["require_code_owner_review"] is True
            assert rules["pull_request"]["required_approving_review_count"] == 1
            assert rules["required_status_checks"]["required_status_checks"] == [
                {"context": "check"}
            ]
            assert {"deletion", "non_fast_forward"} < set(rules)
            assert body["bypass_actors"] == []
            assert body["conditions"]["ref_name"]["include"] == ["refs/heads/main"]
        case "gitlab":
            assert body["push_access_level"] == 0
            assert body["code_owner_approval_required"] is True
            assert body["allow_force_push"] is False
        case _:
            assert body["enable_push"] is False
            assert body["approvals_whitelist_teams"] == ["admins"]
            assert body["merge_whitelist_teams"] == ["admins"]
            assert body["status_check_contexts"] == ["check*"]


def test_github_gets_its_rules_once(tmp_path: Path) -> None:
    first = {"GET /rulesets?includes_parents=false": [{"id": 1, "name": "x"}], "POST /rulesets": {}}
    (tmp_path / "a").mkdir()
    ran = _run("github", first, tmp_path / "a")
    assert ran.code == 0, ran.err
    assert _ways(ran) == list(first)
    assert ran.calls[1]["body"]["name"] == "tutela: main"
    again = {
        "GET /rulesets?includes_parents=false": [{"id": 7, "name": "tutela: main"}],
        "PUT /rulesets/7": {},
    }
    (tmp_path / "b").mkdir()
    ran = _run("github", again, tmp_path / "b")
    assert (ran.code, _ways(ran)) == (0, list(again))


def test_gitlab_is_protected_and_asks_for_a_pipeline(tmp_path: Path) -> None:
    ran = _run("gitlab", {"PUT ": {}, "POST /protected_branches": {}}, tmp_path)
    assert ran.code == 0, ran.err
    assert _ways(ran) == ["PUT ", "GET /protected_branches/main", "POST /protected_branches"]
    assert ran.calls[0]["body"]["only_allow_merge_if_pipeline_succeeds"] is True


def test_gitlab_says_where_people_may_push_still(tmp_path: Path) -> None:
    answers = {
        "PUT ": {},
        "GET /protected_branches/main": {"push_access_levels": [{"access_level": 40}]},
        "PATCH /protected_branches/main": {},
    }
    ran = _run("gitlab", answers, tmp_path)
    assert (ran.code, _ways(ran)) == (1, list(answers))
    assert "No one" in ran.err


@pytest.mark.parametrize("kind", ["gitea", "forgejo"])
def test_gitea_and_forgejo_get_a_rule_or_a_newer_one(kind: str, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    ran = _run(kind, {"POST /branch_protections": {}}, tmp_path / "a", "release/1")
    assert ran.code == 0, ran.err
    assert _ways(ran) == ["GET /branch_protections/release%2F1", "POST /branch_protections"]
    assert ran.calls[1]["body"]["rule_name"] == "release/1"
    there: dict[str, Any] = {
        "GET /branch_protections/main": {},
        "PATCH /branch_protections/main": {},
    }
    (tmp_path / "b").mkdir()
    assert _ways(_run(kind, there, tmp_path / "b")) == list(there)


@pytest.mark.parametrize("kind", GIT)
def test_no_argument_holds_the_token_and_a_refusal_ends_it(kind: str, tmp_path: Path) -> None:
    ran = _run(kind, {}, tmp_path)
    assert ran.code != 0
    for call in ran.calls:
        assert not [word for word in call["words"] if TOKEN in word]
        assert call["config"] == f'header = "Authorization: Bearer {TOKEN}"\n'


@pytest.mark.parametrize("kind", GIT)
def test_scripts_are_right_for_bash_and_shellcheck(kind: str, tmp_path: Path) -> None:
    script = tmp_path / "apply.sh"
    script.write_text(rendered(typed(data(git=_git(kind))))["protection/apply.sh"], "utf-8")
    done = subprocess.run(
        [Path(sys.executable).parent / "shellcheck", script],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def _owners(said: dict[str, Any]) -> list[list[str]]:
    made = rendered(typed(said))
    (text,) = (text for path, text in made.items() if path.endswith("CODEOWNERS"))
    return [line.split() for line in text.splitlines() if not line.startswith("#")]


def test_administrators_review_everything() -> None:
    assert _owners(data()) == [[".*", "@inference/admins"]]
    assert _owners(data(git=_git("github"))) == [["*", "@inference/admins"]]


def test_reviewers_of_an_environment_review_its_sites_and_what_argocd_does_there() -> None:
    environments = [
        {"name": "testing", "sites": ["spare"]},
        {"name": "production", "sites": ["desk", "cloud"], "reviewers": "seniors"},
    ]
    sites = [host("spare"), *both()["sites"]]
    lines = _owners(both(git=_git("gitlab"), sites=sites, environments=environments))
    assert lines[1:] == [
        ["/models/*/desk/", "@inference/seniors"],
        ["/models/*/cloud/", "@inference/seniors"],
        ["/argocd/production/", "@inference/seniors"],
    ]


def test_a_site_without_models_has_no_line_that_fits_nothing() -> None:
    environments = [{"name": "production", "sites": ["desk", "spare"], "reviewers": "seniors"}]
    lines = _owners(data(sites=[host(), host("spare")], environments=environments))
    assert lines[1:] == [["models/[^/]+/desk/.*", "@inference/seniors"]]
