"""``tofu/units.sh``, run as it is; the stand-in for Terragrunt writes down what it is told."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from blueprints.kinds.cluster import BLUEPRINT

SCRIPT = BLUEPRINT.folder / "scripts" / "units.sh"
_TERRAGRUNT = """#!/bin/sh
place=${PWD#"$TOP"/clusters/}
echo "$place $*" >> "$TOP/calls"
case " $FAILS " in *" $place "*) exit 1 ;; esac
case "$*" in *"show -json"*) cat "$TOP/plan.json" ;; esac
"""
UNITS = {
    "tds/models": ("cluster", "registration"),
    "production/models": ("cluster", "registration"),
    "production/data": ("cluster", "machines", "registration"),
}


def git(top: Path, *words: str) -> str:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    done = subprocess.run(
        ["git", *identity, *words], cwd=top, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of three clusters, in Git."""
    top = tmp_path_factory.mktemp("units") / "a repository"
    for cluster, units in UNITS.items():
        folder = top / "clusters" / cluster
        for unit in units:
            (folder / unit).mkdir(parents=True)
            (folder / unit / "terragrunt.hcl").write_text("# unit\n")
        (folder / "cluster.yaml").write_text("a: 1\n")
        (folder / "inventory.yaml").write_text("a: 1\n")
        (folder.parent / "versions.yaml").write_text("a: 1\n")
    (top / "clusters" / "site.yaml").write_text("a: 1\n")
    (top / "tofu").mkdir()
    (top / "tofu" / "units.sh").write_bytes(SCRIPT.read_bytes())
    (top / "tofu" / "units.sh").chmod(0o755)
    (top / "bin").mkdir()
    (top / "bin" / "terragrunt").write_text(_TERRAGRUNT)
    (top / "bin" / "terragrunt").chmod(0o755)
    (top / "plan.json").write_text("{}")
    git(top, "init", "-q")
    git(top, "add", "--all")
    git(top, "commit", "-qm", "one")
    return top


def units(top: Path, *words: str, **environ: str) -> tuple[int, list[str], str]:
    """Exit code, what Terragrunt was told, stderr."""
    (top / "calls").write_text("")
    done = subprocess.run(
        [str(top / "tofu" / "units.sh"), *words],
        cwd="/",
        env={
            "PATH": f"{top / 'bin'}:{os.environ['PATH']}",
            "HOME": str(top),
            "TOP": str(top),
            **environ,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, (top / "calls").read_text().splitlines(), done.stderr


def deleting(top: Path, *actions: str) -> None:
    change = {"address": "rancher2_cluster_v2.this", "change": {"actions": list(actions)}}
    (top / "plan.json").write_text(json.dumps({"resource_changes": [change]}))


def test_every_unit_is_planned_in_the_order_in_which_they_need_each_other(made: Path) -> None:
    code, calls, _ = units(made, "plan")
    assert code == 0
    assert [call.split()[0] for call in calls] == [
        "production/data/cluster",
        "production/data/machines",
        "production/data/registration",
        "production/models/cluster",
        "production/models/registration",
        "tds/models/cluster",
        "tds/models/registration",
    ]
    assert all(call.endswith(" plan -lock=false") for call in calls)


def test_only_what_was_planned_is_applied_and_only_of_the_environment(made: Path) -> None:
    deleting(made, "create")
    code, calls, _ = units(made, "apply", "tds")
    assert code == 0
    assert calls == [
        f"tds/models/{unit} {words}"
        for unit in ("cluster", "registration")
        for words in ("plan -out=unit.tfplan", "run -- show -json unit.tfplan", "apply unit.tfplan")
    ]


@pytest.mark.parametrize("actions", [("delete",), ("create", "delete"), ("delete", "create")])
def test_a_plan_that_deletes_waits_until_somebody_read_it(
    made: Path, actions: tuple[str, ...]
) -> None:
    deleting(made, *actions)
    code, calls, said = units(made, "apply", "tds", APPROVED_DELETIONS="production-models tds-mode")
    assert code == 1
    assert not [call for call in calls if " apply " in call]
    assert "rancher2_cluster_v2.this" in said
    assert "does not name tds-models" in said
    code, calls, _ = units(made, "apply", "tds", APPROVED_DELETIONS="a tds-models")
    assert code == 0
    assert len([call for call in calls if " apply " in call]) == 2


def test_what_needs_a_unit_that_failed_is_left_and_other_clusters_are_not(made: Path) -> None:
    deleting(made, "no-op")
    code, calls, said = units(made, "apply", "production", FAILS="production/data/cluster")
    assert code == 1
    assert "clusters/production/data/cluster failed" in said
    applied = [call.split()[0] for call in calls if " apply " in call]
    assert applied == ["production/models/cluster", "production/models/registration"]


def test_a_plan_that_cannot_be_read_is_not_applied(made: Path) -> None:
    (made / "plan.json").write_text("not JSON")
    code, calls, _ = units(made, "apply", "tds")
    assert code == 1
    assert not [call for call in calls if " apply " in call]


@pytest.mark.parametrize(
    ("file", "clusters"),
    [
        ("clusters/production/data/cluster.yaml", {"production/data"}),
        ("clusters/production/data/inventory.yaml", set()),
        ("clusters/production/versions.yaml", {"production/data", "production/models"}),
        ("clusters/site.yaml", set(UNITS)),
        ("tofu/root.hcl", set(UNITS)),
        ("README.md", set()),
    ],
)
def test_only_clusters_that_changed_are_looked_at(
    made: Path, file: str, clusters: set[str]
) -> None:
    before = git(made, "rev-parse", "HEAD")
    (made / file).write_text("a: 2\n")
    git(made, "add", "--all", "--", file)
    git(made, "commit", "-qm", "two")
    code, calls, _ = units(made, "plan", "all", before)
    git(made, "reset", "-q", "--hard", before)
    assert code == 0
    assert {"/".join(call.split("/")[:2]) for call in calls} == clusters


def test_all_are_looked_at_where_git_does_not_know_what_was_before(made: Path) -> None:
    _, every, _ = units(made, "plan")
    for since in ("0" * 40, "nothing", ""):
        assert units(made, "plan", "all", since)[:2] == (0, every)


@pytest.mark.parametrize("words", [(), ("destroy",), ("plan", "staging"), ("apply", "../tofu/x")])
def test_what_is_asked_wrongly_does_nothing(made: Path, words: tuple[str, ...]) -> None:
    code, calls, said = units(made, *words)
    assert (code, calls) == (2, [])
    assert said
