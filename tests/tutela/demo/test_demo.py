"""The whole demo: real servers, real commands, one HTML file, and what it says of each artifact."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from blueprints.front import Front
from governance.retention.explain import Explanation, explain
from governance.retention.report import report
from governance.workspace.workspace import Workspace
from tutela.demo.demo import REPORT, Demo, Step, run

# One demo for all of them, and not one in each process.
pytestmark = pytest.mark.xdist_group("demo")

SECRET = "a-secret-that-this-test-can-look-for"


@dataclass(frozen=True)
class Done:
    """One demo that has run, and everything it told of its progress."""

    demo: Demo
    shown: tuple[str, ...]
    now: datetime
    """When its report was made."""
    environ_before: dict[str, str]

    @property
    def workspace(self) -> Workspace:
        return Workspace.find(self.demo.folder, self.demo.folder)

    def model(self, run: str) -> str:
        """Key of the model that a run logged to MLflow."""
        with sqlite3.connect(self.demo.folder / "mlflow.db") as database:
            (found,) = database.execute("SELECT run_uuid FROM runs WHERE name = ?", [run])
        return f"mlflow/{found[0]}/artifacts/model/"

    def why(self, key: str) -> Explanation:
        return explain(self.workspace, f"s3://swiss-ai/{key}", now=self.now)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    out = tmp_path_factory.mktemp("demo") / "out"
    now = datetime.fromtimestamp(int(time.time()), UTC)
    shown: list[str] = []
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tutela.demo.seaweed.secrets.token_urlsafe", lambda _: SECRET)
        before = dict(os.environ)
        demo = run(out, Front(now, False, False, environ, shown.append))
    return Done(demo, tuple(shown), now + REPORT, before)


@pytest.fixture(scope="module")
def verdicts(done: Done) -> dict[str, tuple[str, str, str]]:
    """Verdict, rule and reason by key, as the report has them."""
    made = json.loads(json.dumps(report(done.workspace, now=done.now).as_json()))
    return {
        one["uri"].removeprefix("s3://swiss-ai/"): (one["verdict"], one["rule"], one["reason"])
        for one in made["artifacts"]
    }


def test_scans_twice_asks_who_needs_what_reports_and_explains(done: Done) -> None:
    commands = [" ".join(step.command.split()[1:3]) for step in done.demo.steps]
    assert commands == [
        "init",
        *("catalog scan", "catalog scan", "evidence read", "retention report"),
        *("retention explain", "retention explain", "lineage show", "retention explain"),
    ]


def test_what_is_printed_is_short_and_fits_a_terminal(done: Done) -> None:
    lines = str(done.demo).splitlines()
    assert len(lines) < 200
    wide = [line for line in lines if len(line) > 100 and str(done.demo.folder) not in line]
    assert wide == []


@pytest.mark.parametrize(
    ("key", "verdict", "rule", "reason"),
    [
        # Needed through claims; without them each of these would go.
        (
            "finetune/sft-8b/final/",
            "keep",
            "protect:needed",
            "needed by adapter finetune/lora-clinical/",
        ),
        (
            "finetune/baseline/",
            "keep",
            "protect:needed",
            "needed by InferenceService chat in inference refs/heads/main: chat.yaml",
        ),
        (
            "finetune/sft-8b/checkpoint-1500/",
            "keep",
            "protect:needed",
            "needed by running job 4711 of alps (eval)",
        ),
        (
            "datasets/mixture/v1/data/",
            "keep",
            "protect:needed",
            "needed by alias production of model swiss-chat (mlflow)",
        ),
        ("datasets/mixture/v3/data/", "keep", "protect:running", "needed by run sft-8b-long"),
        (
            "finetune/sft-8b-long/checkpoint-500/",
            "keep",
            "protect:running",
            "needed by run sft-8b-long (mlflow)",
        ),
        # Kept by the rules; one of them asks MLflow.
        (
            "finetune/sft-8b/checkpoint-2500/",
            "keep",
            "best-of-sft",
            "the best by eval_loss (min) of finetune/sft-8b: 1.31",
        ),
        ("finetune/sft-8b/checkpoint-4000/", "keep", "thin-finetuning", "one of the 2 newest"),
        ("finetune/lora-clinical/adapter/", "keep", "keep-adapters", "the rule keeps"),
        # Nobody needs it: the job that named checkpoint-500 has ended, the run that wrote
        # sft-8b-retry failed, mixture v2 was read by no run.
        ("finetune/sft-8b/checkpoint-500/", "expire", "thin-finetuning", "not needed by any root"),
        (
            "finetune/sft-8b-retry/checkpoint-500/",
            "expire",
            "thin-finetuning",
            "not needed by any root",
        ),
        ("datasets/mixture/v2/data/", "expire", "old-data", "not needed by any root"),
        ("scratch/merge.tmp", "expire", "leftovers", "not needed by any root"),
    ],
)
def test_the_report_says_of_each_artifact_who_needs_it(
    verdicts: dict[str, tuple[str, str, str]], key: str, verdict: str, rule: str, reason: str
) -> None:
    assert verdicts[key][:2] == (verdict, rule)
    assert reason in verdicts[key][2]


def test_an_alias_keeps_the_model_whose_run_was_deleted(
    done: Done, verdicts: dict[str, tuple[str, str, str]]
) -> None:
    verdict, rule, reason = verdicts[done.model("chat-2025")]
    assert (verdict, rule) == ("keep", "protect:needed")
    assert reason.startswith("needed by alias production of model swiss-chat (mlflow)")
    said = [step.words for step in done.why(done.model("chat-2025")).needed.path]
    assert said == [
        "alias production of model swiss-chat (mlflow)",
        "version 2 of model swiss-chat (mlflow)",
    ]


def test_a_version_without_an_alias_may_go_and_every_root_was_looked_at(done: Done) -> None:
    why = done.why(done.model("chat-2024"))
    assert (why.artifact["verdict"], why.artifact["rule"]) == ("expire", "models-not-needed")
    for source in ("mlflow (site)", "dvc (corpus)", "serving (inference)", "jobs (alps)"):
        assert any(f"no root needs it in {source}" in line for line in why.checked), source


def test_the_data_of_a_released_model_are_kept_through_its_deleted_run(done: Done) -> None:
    path = done.why("datasets/mixture/v1/data/").needed.path
    assert path[0].words == "alias production of model swiss-chat (mlflow)"
    assert any(step.words.startswith("run chat-2025") for step in path)
    assert path[-1].target.rstrip("/") == "s3://swiss-ai/datasets/mixture/v1"


def test_data_in_the_dvc_remote_are_kept_by_a_branch_or_a_tag_and_the_rest_may_go(
    verdicts: dict[str, tuple[str, str, str]],
) -> None:
    blobs = {key: said for key, said in verdicts.items() if key.startswith("dvc/")}
    kept = [said[2] for said in blobs.values() if said[0] == "keep"]
    assert len(blobs) == 8
    assert sum("needed by ref refs/heads/main of repo data: corpus" in why for why in kept) == 5
    assert sum("needed by ref refs/tags/paper-2025 of repo data" in why for why in kept) == 2
    assert [said[1] for said in blobs.values() if said[0] == "expire"] == ["old-data"]


def test_every_source_has_answered_completely(done: Done) -> None:
    made = report(done.workspace, now=done.now).as_json()
    evidence = json.loads(json.dumps(made))["evidence"]
    named = {f"{one['kind']} {one['name']}": one for one in evidence}
    for source in ("mlflow site", "dvc corpus", "serving inference", "jobs alps"):
        assert named[source]["complete"], named[source]
        assert named[source]["trusted"]


def test_leaves_a_report_that_says_who_needs_what(done: Done) -> None:
    html = done.demo.html.read_text("utf-8")
    assert "<script>alert" not in html
    for words in ("needed by adapter", "needed by alias production", "needed by InferenceService"):
        assert words in html


def test_the_commands_to_type_say_what_the_demo_said(done: Done) -> None:
    typed = [line for line in done.demo.next if line.startswith("TUTELA_NOW=")]
    assert typed
    moment = typed[0].split()[0].removeprefix("TUTELA_NOW=")
    assert datetime.fromisoformat(moment) == done.now


def test_no_secret_is_printed_or_kept(done: Done) -> None:
    files = [path for path in done.demo.folder.rglob("*") if path.is_file()]
    assert len(files) > 20
    for text in [str(done.demo), json.dumps(done.demo.as_json()), *done.shown]:
        assert SECRET not in text
    for path in files:
        assert SECRET.encode() not in path.read_bytes(), path


def test_the_environment_is_as_before(done: Done) -> None:
    assert {name for name in os.environ if name.startswith(("MLFLOW_", "AWS_"))} == {
        name for name in done.environ_before if name.startswith(("MLFLOW_", "AWS_"))
    }


def test_a_step_says_what_it_leaves_out() -> None:
    output = "Head: all\n\n  Kept\n\nFacts\n  a 1\n\nRules: two\n  b"
    step = Step("tutela x", output, datetime(2026, 1, 1, tzinfo=UTC), ("Head", "  Kept"))
    assert str(step) == "$ tutela x\n\nHead: all\n\n  Kept\n\n(left out here: Facts, Rules)"
    assert step.as_json()["output"] == output


def test_refuses_a_folder_that_it_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    ran = subprocess.run(
        [sys.executable, "-m", "tutela", "demo", "--out", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert ran.returncode == 1
    assert "was not made by the demo" in ran.stderr
    assert (tmp_path / "thesis.tex").read_text() == "years of work"
