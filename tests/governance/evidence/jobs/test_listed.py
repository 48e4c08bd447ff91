import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.evidence.errors import EvidenceError
from governance.evidence.jobs.listed import job_list, job_of, number_of, text_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["jobs", "job_id", "state", "job_state", "meta", "data", "task", "number"]
            )
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("job", "active"),
    [
        ({"job_state": "RUNNING"}, True),
        ({"job_state": ["PENDING"]}, True),
        ({"job_state": ["COMPLETED"]}, False),
        ({"job_state": "FAILED"}, False),
        ({"job_state": ["COMPLETED", "COMPLETING"]}, True),
        ({"job_state": ["CANCELLED", "REQUEUED"]}, True),
        ({"job_state": ["SPECIAL_EXIT"]}, True),
        ({"job_state": ["SUSPENDED"]}, True),
        ({"job_state": []}, True),
        ({"job_state": "A_STATE_OF_LATER"}, True),
        ({"job_state": 3}, True),
        ({"state": {"current": "TIMEOUT", "reason": "None"}}, False),
        ({"state": {"current": ["RUNNING"], "reason": "None"}}, True),
        ({"state": "CANCELLED by 1234"}, False),
        ({"state": "COMPLETED"}, False),
        ({"status": {"state": "RUNNING"}}, True),
        ({"status": {"state": "OUT_OF_MEMORY"}}, False),
        ({"status": {"state": "cancelled"}}, True),
        ({}, True),
    ],
)
def test_only_what_has_clearly_ended_is_not_active(job: dict[str, object], active: bool) -> None:
    found = job_of({"job_id": 1, **job})
    assert found is not None
    assert found.active is active


def test_a_job_as_data_parsers_of_today_write_it() -> None:
    job = job_of(
        {
            "job_id": 77,
            "cluster": "alps",
            "name": "sft",
            "user_name": "alice",
            "array_job_id": {"set": True, "infinite": False, "number": 70},
            "array_task_id": {"set": True, "infinite": False, "number": 7},
            "job_state": ["RUNNING"],
            "current_working_directory": "/scratch/run",
            "command": "/scratch/run/train.sh",
            "stdout_expanded": "/scratch/run/77.out",
            "comment": {"administrator": "", "job": "for s3://m/a", "system": ""},
            "flags": ["/not/a/place"],
            "environment": ["TOKEN=/secret"],
        }
    )
    assert job is not None
    assert (job.id, job.cluster, job.name, job.user) == ("77", "alps", "sft", "alice")
    assert job.array == ("70", "7")
    assert job.folder == "/scratch/run"
    assert dict(job.texts) == {
        "command": "/scratch/run/train.sh",
        "stdout_expanded": "/scratch/run/77.out",
        "comment.job": "for s3://m/a",
    }


@pytest.mark.parametrize(
    "value",
    [
        {"jobs": [{"jobId": "5", "status": {"state": "RUNNING"}, "workingDirectory": "/w"}]},
        [{"jobid": "5", "state": "RUNNING", "workingDirectory": "/w"}],
        {"task": {"status": "200", "data": {"0": {"jobid": "5", "workingDirectory": "/w"}}}},
        {"task": {"status": "200", "data": [{"jobid": "5", "workingDirectory": "/w"}]}},
    ],
)
def test_lists_of_firecrest_are_read(value: object) -> None:
    (job,) = map(job_of, job_list(value).jobs)
    assert job is not None
    assert (job.id, job.folder) == ("5", "/w")


def test_no_jobs_are_no_jobs() -> None:
    assert job_list({"jobs": None}).jobs == ()
    assert job_list({"jobs": []}).jobs == ()


@pytest.mark.parametrize(
    "value",
    [None, {}, {"nodes": []}, 3, "jobs", {"jobs": 3}, {"task": {"status": "400"}}, {"task": {}}],
)
def test_what_is_no_job_list_is_refused(value: object) -> None:
    with pytest.raises(EvidenceError):
        job_list(value)


def test_what_the_list_says_of_itself_is_read() -> None:
    found = job_list(
        {
            "jobs": [],
            "meta": {"slurm": {"cluster": "alps"}, "command": ["sacct"]},
            "last_update": {"set": True, "infinite": False, "number": 1_795_000_000},
            "errors": [{"description": "Unable to reach\n slurmdbd"}, "more"],
        }
    )
    assert (found.cluster, found.updated, found.accounts) == ("alps", 1_795_000_000, True)
    assert found.errors == ("Unable to reach slurmdbd", "more")


def test_numbers_are_read_in_both_forms() -> None:
    assert number_of(3) == 3
    assert number_of({"set": True, "infinite": False, "number": 3}) == 3
    assert number_of({"set": False, "infinite": False, "number": 3}) is None
    assert number_of({"set": True, "infinite": True, "number": 3}) is None
    assert number_of(True) is None
    assert text_of(float("nan")) == ""
    assert text_of(float("inf")) == ""
    assert text_of(10**400) == "1" + "0" * 400


@given(JSON)
def test_whatever_a_file_says_it_is_read_or_refused(value: object) -> None:
    try:
        found = job_list(value)
    except EvidenceError:
        return
    for job in map(job_of, found.jobs):
        assert job is None or job.active in (True, False)
