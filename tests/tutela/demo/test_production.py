"""What uses the demo's project is told in forms that tutela's own sources read."""

from pathlib import Path

from governance.evidence.jobs.source import JobsSource
from governance.evidence.serving.source import ServingSource
from governance.workspace.evidence import JobsEntry, ServingEntry
from tests.governance.evidence.said import NOW, said
from tutela.demo.production import write_jobs, write_service


def test_a_service_is_read_from_its_manifest(tmp_path: Path) -> None:
    write_service(tmp_path / "inference", "chat", "s3://bucket/model/", NOW)
    read = said(ServingSource(ServingEntry(repo="inference"), tmp_path))
    assert {target.rstrip("/") for target in read.targets} == {"s3://bucket/model"}
    assert read.claims[0]["words"].startswith("InferenceService chat")
    assert read.words == []


def test_a_job_that_runs_needs_what_it_names_and_one_that_ended_does_not(tmp_path: Path) -> None:
    write_jobs(tmp_path / "squeue.json", "s3://bucket/a/", "s3://bucket/b/", NOW)
    read = said(JobsSource(JobsEntry(file="squeue.json"), tmp_path))
    named = {target.rstrip("/") for target in read.targets}
    assert "s3://bucket/a" in named
    assert "s3://bucket/b" not in named
    assert read.words == []
    assert read.as_of == NOW
