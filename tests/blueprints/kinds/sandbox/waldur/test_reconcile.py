"""A repository follows its portal: the real client, a portal on this machine, real Git."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.blueprints.kinds.sandbox.waldur.conftest import CLIMATE, PROTEIN, commit, git
from tests.blueprints.kinds.sandbox.waldur.portal_server import TOKEN, Waldur
from tests.program import Ran, run

NOW = {"TUTELA_NOW": "2026-11-22T03:17:00+00:00", "WALDUR_TOKEN": TOKEN}


def reconcile(portal: Waldur, repository: Path, *words: str, **environ: str) -> Ran:
    return run(
        "blueprint",
        "reconcile",
        str(repository),
        "--waldur",
        portal.url,
        *words,
        environ={**NOW, **environ},
    )


def found(ran: Ran) -> list[tuple[str, str, str]]:
    said = json.loads(ran.out)
    assert said["schema"] == "tutela/blueprint-reconcile/v1"
    return [(one["project"], one["kind"], one["what"]) for one in said["changes"]]


def project(repository: Path, name: str) -> dict[str, Any]:
    said = YAML(typ="safe").load((repository / "spec.yaml").read_text())
    return next(one for one in said["projects"] if one["name"] == name)


def test_nothing_happens_where_the_portal_says_what_the_repository_says(
    portal: Waldur, repository: Path
) -> None:
    ran = reconcile(portal, repository)
    assert ran.code == 0, ran.err
    assert "says what the portal says" in ran.out
    assert git(repository, "status", "--porcelain") == ""


def test_a_member_who_was_added_gets_into_the_group(portal: Waldur, repository: Path) -> None:
    portal.join(CLIMATE, "emil", "PROJECT.MEMBER")
    ran = reconcile(portal, repository, "--json")
    assert ran.code == 0, ran.err
    assert found(ran) == [("climate", "member added", "emil")]
    assert {"name": "emil", "role": "member"} in project(repository, "climate")["members"]
    main = (repository / "tofu/projects/climate/main.tf").read_text()
    assert 'member = ["blaise", "emil"]' in main
    changed = git(repository, "diff", "--name-only").split()
    assert {one for one in changed if not one.startswith(".tutela-base/")} == {
        "spec.yaml",
        "tofu/projects/climate/main.tf",
        "tutela.lock",
    }


def test_a_member_who_was_removed_leaves_the_group_and_comments_stay(
    portal: Waldur, repository: Path
) -> None:
    portal.leave(CLIMATE, "carla")
    ran = reconcile(portal, repository, "--json")
    assert ran.code == 0, ran.err
    assert found(ran) == [("climate", "member removed", "carla")]
    assert "carla" not in (repository / "tofu/projects/climate/main.tf").read_text()
    text = (repository / "spec.yaml").read_text()
    assert "# The first of all." in text
    assert "# on leave until spring" in text


def test_a_quota_that_changed_reaches_quota_and_limits(portal: Waldur, repository: Path) -> None:
    portal.resources[0]["limits"] = {"cpu": 32.0, "memory": 256.5, "gpu": 4.0, "storage": 4096.0}
    ran = reconcile(portal, repository, "--json")
    assert ran.code == 0, ran.err
    assert found(ran) == [("climate", "quota changed", key) for key in ("cpu", "gpu", "memory")]
    quota = (repository / "projects/climate/tenancy/quota.yaml").read_text()
    assert 'requests.cpu: "32"' in quota
    assert "requests.memory: 262656Mi" in quota
    assert 'requests.nvidia.com/gpu: "4"' in quota
    assert "memory: 262656Mi" in (repository / "projects/climate/tenancy/limits.yaml").read_text()
    assert project(repository, "climate")["quota"]["pods"] == 100


def test_two_resources_of_a_project_add_up(portal: Waldur, repository: Path) -> None:
    portal.grant(PROTEIN, {"cpu": 2.0})
    portal.grant(PROTEIN, {"cpu": 1000.0}, state="Terminated")
    ran = reconcile(portal, repository, "--json")
    assert found(ran) == [("protein", "quota changed", "cpu")]
    assert project(repository, "protein")["quota"]["cpu"] == "10"


@pytest.mark.parametrize("how", ["end", "removed"])
def test_a_project_that_is_over_is_marked_and_nothing_of_it_goes(
    portal: Waldur, repository: Path, how: str
) -> None:
    before = git(repository, "ls-files").split()
    if how == "end":
        portal.end(CLIMATE, date(2026, 11, 21))
    else:
        portal.projects[CLIMATE]["is_removed"] = True
    ran = reconcile(portal, repository, "--json")
    assert ran.code == 0, ran.err
    assert found(ran) == [("climate", "project ended", "")]
    there = project(repository, "climate")
    assert there["ended"] == ("2026-11-21" if how == "end" else "2026-11-22")
    assert len(there["members"]) == 3
    assert git(repository, "ls-files").split() == before
    assert git(repository, "diff", "--diff-filter=D", "--name-only") == ""
    namespace = (repository / "projects/climate/tenancy/namespace.yaml").read_text()
    assert "tutela/ended" in namespace

    commit(repository)
    ran = reconcile(portal, repository)
    assert ran.code == 0, ran.err
    assert "removal proposed" in ran.out
    assert git(repository, "status", "--porcelain") == ""


def test_the_last_day_still_belongs_to_the_project(portal: Waldur, repository: Path) -> None:
    portal.end(CLIMATE, date(2026, 11, 22))
    assert found(reconcile(portal, repository, "--json")) == []


def test_a_project_that_goes_on_is_no_longer_marked(portal: Waldur, repository: Path) -> None:
    portal.end(CLIMATE, date(2026, 11, 1))
    reconcile(portal, repository)
    commit(repository)
    portal.end(CLIMATE, date(2027, 11, 1))
    assert found(reconcile(portal, repository, "--json")) == [("climate", "project resumed", "")]
    assert "ended" not in project(repository, "climate")


def test_a_new_project_is_rendered_and_passes_the_check(portal: Waldur, repository: Path) -> None:
    portal.add("77" * 16, 'Say "{{ hi }}" ${now}\n*/ ok', "new-one")
    portal.join("77" * 16, "zoe", "PROJECT.MANAGER")
    portal.grant("77" * 16, {"cpu": 4.0})
    ran = reconcile(portal, repository, "--json")
    assert ran.code == 0, ran.err
    assert ("new-one", "project added", "77" * 16) in found(ran)
    made = project(repository, "new-one")
    assert made["title"] == 'Say "{{ hi }}" ${now}\n*/ ok'
    assert made["quota"]["cpu"] == "4"
    assert made["quota"]["memory"] == "32Gi"
    assert (repository / "projects/new-one/argocd/project.yaml").is_file()
    commit(repository)
    checked = run("check", str(repository))
    assert checked.code == 0, checked.out


def test_a_dry_run_says_the_same_and_writes_nothing(portal: Waldur, repository: Path) -> None:
    portal.join(CLIMATE, "emil", "PROJECT.MEMBER")
    ran = reconcile(portal, repository, "--dry-run", "--json")
    assert found(ran) == [("climate", "member added", "emil")]
    assert git(repository, "status", "--porcelain") == ""


def test_a_project_that_the_portal_does_not_show_is_left_as_it_is(
    portal: Waldur, repository: Path
) -> None:
    del portal.projects[PROTEIN]
    portal.join(CLIMATE, "emil", "PROJECT.MEMBER")
    ran = reconcile(portal, repository, "--json")
    assert ran.code == 4
    assert found(ran) == [("climate", "member added", "emil")]
    said = json.loads(ran.out)["problems"]
    assert said == [{"project": "protein", "why": "the portal does not show it; left as it is"}]
    assert len(project(repository, "protein")["members"]) == 1


@pytest.mark.parametrize("fault", ["short", "html", "500", "redirect", "no-list"])
def test_a_portal_that_misbehaves_changes_nothing_and_the_token_is_not_told(
    portal: Waldur, repository: Path, fault: str
) -> None:
    portal.join(CLIMATE, "emil", "PROJECT.MEMBER")
    portal.fault = fault
    ran = reconcile(portal, repository)
    assert ran.code == 1, ran.out
    assert TOKEN not in ran.out + ran.err
    assert "Traceback" not in ran.err
    assert git(repository, "status", "--porcelain") == ""


def test_a_wrong_token_is_told_without_it(portal: Waldur, repository: Path) -> None:
    ran = reconcile(portal, repository, WALDUR_TOKEN="wrong-token-42")
    assert ran.code == 1
    assert "answered 401" in ran.err
    assert "wrong-token-42" not in ran.out + ran.err


def test_the_token_may_lie_in_a_file(portal: Waldur, repository: Path, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    ran = reconcile(portal, repository, "--token-file", str(tmp_path / "token"), WALDUR_TOKEN="")
    assert ran.code == 0, ran.err
    assert all(TOKEN not in path for path in portal.requests)


def test_a_token_never_goes_over_plain_http_to_another_machine(repository: Path) -> None:
    ran = run(
        "blueprint",
        "reconcile",
        str(repository),
        "--waldur",
        "http://portal.example.org",
        environ=NOW,
    )
    assert ran.code == 1
    assert "is not https" in ran.err


def test_without_a_token_it_says_how_to_give_one(portal: Waldur, repository: Path) -> None:
    ran = reconcile(portal, repository, WALDUR_TOKEN="")
    assert ran.code == 1
    assert "--token-file" in ran.err
    assert portal.requests == []


def test_a_folder_that_no_blueprint_rendered_is_refused(tmp_path: Path) -> None:
    ran = run("blueprint", "reconcile", str(tmp_path), environ=NOW)
    assert ran.code == 1
    assert "no blueprint rendered it" in ran.err


def test_edits_that_are_not_in_git_stop_it(portal: Waldur, repository: Path) -> None:
    portal.join(CLIMATE, "emil", "PROJECT.MEMBER")
    (repository / "README.md").write_text("mine\n")
    ran = reconcile(portal, repository)
    assert ran.code == 1
    assert "uncommitted changes" in ran.err


def test_an_export_begins_a_specification_that_renders(tmp_path: Path) -> None:
    export = {
        "schema": "tutela/waldur/v1",
        "projects": [
            {
                "uuid": f"{number:032x}",
                "name": f"Project {number}",
                "slug": f"p-{number}",
                "is_removed": False,
                "users": [{"user_username": "ada", "role_name": "PROJECT.MANAGER"}],
                "resources": [],
            }
            for number in range(1, 6)
        ],
    }
    (tmp_path / "waldur.json").write_text(json.dumps(export))
    ran = run("blueprint", "spec", "sandbox", "--from", "waldur.json", cwd=tmp_path, environ=NOW)
    assert ran.code == 0, ran.err
    (tmp_path / "s.yaml").write_text(ran.out)
    done = run("blueprint", "render", "s.yaml", "--out", "repo", cwd=tmp_path)
    assert done.code == 0, done.err
    assert len(list((tmp_path / "repo/projects").iterdir())) == 5
