import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from governance.evidence.errors import EvidenceError
from governance.evidence.jobs.source import JobsSource
from governance.workspace.evidence import JobsEntry
from tests.governance.evidence.said import NOW, Said, said

RECORDED = Path(__file__).parent / "recorded"


def read(tmp_path: Path, value: object) -> Said:
    file = tmp_path / "jobs.json"
    file.write_text(value if isinstance(value, str) else json.dumps(value))
    os.utime(file, (0, (NOW - timedelta(hours=1)).timestamp()))
    return said(JobsSource(JobsEntry(file="jobs.json"), tmp_path))


def one(tmp_path: Path, **job: object) -> Said:
    return read(
        tmp_path, {"jobs": [{"job_id": 9, "cluster": "alps", "job_state": "RUNNING", **job}]}
    )


def test_a_real_queue_names_what_its_jobs_need(tmp_path: Path) -> None:
    found = read(tmp_path, (RECORDED / "squeue.json").read_text())
    assert {
        "file:///scratch/alice/work/run 1",
        "file:///scratch/ckpt/step-200",
        "s3://data/my corpus/v1",
        "file:///scratch/alice/work/other/ckpt",
        "s3://models/base/llama-3",
        "file:///store/a",
        "s3://ckpt/llama/step-100",
    } <= found.targets
    assert found.problems == []
    assert {row["root"] for row in found.claims} == {"job.active"}
    assert {row["root_name"] for row in found.claims} == {"RUNNING", "PENDING"}
    assert found.as_of == NOW - timedelta(hours=1)


def test_a_job_that_has_ended_needs_nothing(tmp_path: Path) -> None:
    found = read(tmp_path, (RECORDED / "squeue.json").read_text())
    assert "quick" not in json.dumps(found.claims)
    assert one(tmp_path, job_state="COMPLETED", command="/a/b").claims == []


def test_real_accounts_are_read_and_what_they_leave_out_is_said(tmp_path: Path) -> None:
    found = read(tmp_path, (RECORDED / "sacct.json").read_text())
    assert "file:///scratch/alice/work/run 1" in found.targets
    assert any("squeue" in words for words in found.remarks)


def test_a_claim_reads_well(tmp_path: Path) -> None:
    (claim,) = one(tmp_path, name="sft", command="train.sh --load=s3://ckpt/a").claims
    assert claim["holder"] == "job:alps/9"
    assert claim["words"] == "running job 9 of alps (sft)"
    assert (claim["at"], claim["relation"]) == ("command", "needs")


def test_the_cluster_is_the_lists_or_the_name_of_the_source(tmp_path: Path) -> None:
    jobs = [{"job_id": 9, "command": "/a/b"}]
    found = read(tmp_path, {"jobs": jobs, "meta": {"slurm": {"cluster": "daint"}}})
    assert {row["holder"] for row in found.claims} == {"job:daint/9"}
    source = JobsSource(JobsEntry(file="jobs.json", name="eiger"), tmp_path)
    (tmp_path / "jobs.json").write_text(json.dumps(jobs))
    assert {row["holder"] for row in said(source).claims} == {"job:eiger/9"}


def test_a_job_is_a_node_with_a_label(tmp_path: Path) -> None:
    found = one(tmp_path, name="sft")
    assert found.noted("type") == {"job:alps/9": "job"}
    assert found.noted("label") == {"job:alps/9": "job 9 of alps (sft)"}
    assert found.claims == []


def test_all_under_the_working_directory_is_needed(tmp_path: Path) -> None:
    found = one(tmp_path, current_working_directory="/scratch/alice/run")
    assert found.targets == {"file:///scratch/alice/run"}
    assert found.remarks == []


def test_a_working_directory_that_holds_everything_says_nothing(tmp_path: Path) -> None:
    found = one(tmp_path, current_working_directory="/")
    assert found.claims == []
    assert "says nothing" in found.remarks[0]
    assert found.problems == []


def test_a_working_directory_that_holds_a_lot_is_needed_and_remarked_once(tmp_path: Path) -> None:
    job = {"job_state": "RUNNING", "current_working_directory": "/scratch"}
    found = read(tmp_path, {"jobs": [{"job_id": number, **job} for number in (1, 2)]})
    assert found.targets == {"file:///scratch"}
    assert len(found.remarks) == 1


def test_names_of_output_files_are_filled_in(tmp_path: Path) -> None:
    found = one(
        tmp_path,
        **{"array_job_id": {"set": True, "number": 7}, "array_task_id": {"set": True, "number": 2}},
        **{"name": "sft", "user_name": "alice"},
        standard_output="/store/%u/%x-%A_%3a/%j%%.out",
        script="#!/bin/bash\nt.py --out /store/ml/${USER}/run --log /store/$USER/$SLURM_JOB_ID",
    )
    assert {
        "file:///store/alice/sft-7_002/9%.out",
        "file:///store/ml/alice/run",
        "file:///store/alice/9",
    } <= found.targets


def test_an_unfinished_list_is_a_problem_and_what_it_says_still_counts(tmp_path: Path) -> None:
    jobs = [{"job_id": 1, "command": "/a/b"}, {"name": "no id"}, "nothing"]
    found = read(tmp_path, {"jobs": jobs, "errors": [{"description": "Partial data"}]})
    assert found.targets == {"file:///a/b"}
    assert found.words == [
        "the list is not whole: Partial data",
        "2 of 3 entries are no jobs with an id",
    ]


@pytest.mark.parametrize("text", ["", '{"jobs": [{"job_id": 1}', "[]]", '{"nodes": []}', "null"])
def test_half_a_list_or_none_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(EvidenceError):
        read(tmp_path, text)


def test_a_list_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="cannot be opened"):
        said(JobsSource(JobsEntry(file="jobs.json"), tmp_path))


def test_a_job_that_names_the_whole_world_is_a_problem(tmp_path: Path) -> None:
    found = one(tmp_path, command=" ".join(f"--x /store/{number}" for number in range(3_000)))
    assert "places" in found.words[0]
    assert len(found.claims) == 2_000


def test_a_script_that_is_not_read_to_its_end_is_a_problem(tmp_path: Path) -> None:
    assert "longer" in one(tmp_path, script="/a " + "x" * 2_000_000).words[0]


def test_a_hostile_job_is_text_and_nothing_else(tmp_path: Path) -> None:
    found = one(
        tmp_path,
        job_id="9/../../x\n\x1b[31m",
        cluster="../..",
        name="$(touch /tmp/x)\u202e",
        command="cp s3://a/../b /x/../../srv/passwd \ud800/q /y" + "y" * 3_000,
    )
    assert all(".." not in target for target in found.targets)
    assert "file:///srv/passwd" in found.targets


def test_the_source_says_who_could_have_written_it(tmp_path: Path) -> None:
    source = JobsSource(JobsEntry(file="jobs.json", name="alps"), tmp_path)
    assert source.name == "alps"
    assert source.place == f"{tmp_path}/jobs.json"
    assert source.writers == f"whoever may write {tmp_path}/jobs.json"
