"""Jobs that really run, among programs that stand for schedulers, containers and the engine."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprints.service.service import Probe
from tests.blueprints.runtimes.batch.lab import Lab, option, own

WAYS = [("slurm", "podman"), ("flux", "apptainer")]


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with Lab(tmp_path) as made:
        yield made


@pytest.mark.parametrize(("scheduler", "container"), WAYS)
def test_what_arrives_on_one_node_is_the_service(lab: Lab, scheduler: str, container: str) -> None:
    service, _ = lab.place(scheduler, container)
    lab.start()
    lab.ready()
    (call,) = lab.stubs.calls("vllm")
    assert ("vllm", *call.arguments) == service.command
    assert own(call.environment) == {
        **service.environment,
        "VLLM_API_KEY": "a=b $(id) 'c'",
        **({"CUDA_VISIBLE_DEVICES": "0,1,2,3"} if container == "apptainer" else {}),
    }
    lab.signal(signal.SIGTERM)
    code, said = lab.end()
    assert (code, lab.left()) == (143, [])
    assert "was stopped" in said


def test_the_engines_own_rendezvous_gets_the_rank_of_each_node(lab: Lab) -> None:
    service, _ = lab.place("slurm", "apptainer", nodes=3, gather="engine", interface="lo")
    lab.start()
    lab.until(lambda: lab.called("vllm") == 3)
    ranks: dict[str | None, tuple[str, ...]] = {}
    for call in lab.stubs.calls("vllm"):
        length = len(service.command) - 1
        assert ("vllm", *call.arguments[:length]) == service.command
        rank = option(call, "--node-rank")
        ranks[rank] = call.arguments[length:]
        assert call.environment["VLLM_HOST_IP"] == "192.0.2.7"
    told = ("--nnodes=3", "--master-addr=192.0.2.7", "--master-port=29500")
    for rank in ("0", "1", "2"):
        behind = ("--headless",) if rank != "0" else ()
        assert ranks[rank] == (told[0], f"--node-rank={rank}", *told[1:], *behind)
    lab.signal(signal.SIGTERM)
    assert lab.end()[0] == 143
    assert lab.left() == []


def test_the_engine_starts_when_all_nodes_are_one_ray_cluster(lab: Lab) -> None:
    service, _ = lab.place("flux", "podman", nodes=3, gather="ray", interface="lo")
    lab.start()
    lab.ready()
    (call,) = lab.stubs.calls("vllm")
    assert ("vllm", *call.arguments) == service.command
    assert call.environment["RAY_ADDRESS"] == "192.0.2.7:6379"
    head, *workers = sorted(lab.stubs.calls("ray"), key=lambda call: "--head" not in call.arguments)
    assert option(head, "--port") == "6379"
    assert [option(one, "--address") for one in workers] == ["192.0.2.7:6379"] * 2
    assert {option(one, "--num-gpus") for one in (head, *workers)} == {"4"}
    lab.signal(signal.SIGTERM)
    assert lab.end()[0] == 143
    assert lab.left() == []


def test_the_head_is_placed_and_workers_exclude_its_node(lab: Lab) -> None:
    lab.place("slurm", "podman", nodes=3, gather="engine")
    lab.start()
    lab.ready()
    head, workers = lab.stubs.calls("srun")
    assert {"--nodes=1", "--ntasks=1", "--nodelist=n0"} <= set(head.arguments)
    assert {"--nodes=2", "--ntasks=2", "--exclude=n0"} <= set(workers.arguments)
    assert "--cpus-per-task=1" in head.arguments


@pytest.mark.parametrize("gather", ["engine", "ray"])
def test_a_worker_that_never_comes_ends_the_job_in_its_bound(lab: Lab, gather: str) -> None:
    lab.place("slurm", "podman", nodes=2, gather=gather, gather_seconds=2)
    lab.say("absent", "n1\n")
    lab.start()
    code, said = lab.end(20)
    assert code == 1
    # On a machine that is slow it is the head that is late.
    assert "no start on all 2 nodes in time" in said or "no head on n0 in time" in said
    if gather == "ray":
        assert lab.stubs.calls("vllm") == []
    assert [one for one in lab.left() if "/bin/sleep 60" not in one] == []


def test_jobs_that_cannot_be_sent_a_signal_are_cancelled(lab: Lab) -> None:
    lab.place("flux", "podman", nodes=2, gather="engine", gather_seconds=1)
    lab.say("absent", "n1\n")
    lab.start()
    assert lab.end()[0] == 1
    said = [call.arguments[0] for call in lab.stubs.calls("flux")]
    assert said.count("cancel") == said.count("submit") > 0


def test_a_server_that_does_not_answer_in_time_ends_the_job(lab: Lab) -> None:
    lab.place("flux", "podman", probe=Probe("/health", 1, 1))
    lab.say("behave", "load")
    lab.start()
    code, said = lab.end()
    assert (code, lab.left()) == (1, [])
    assert "no answer of /health in time" in said


def test_a_server_that_answers_no_more_ends_the_job(lab: Lab) -> None:
    lab.place("slurm", "apptainer")
    lab.start()
    lab.ready()
    (lab.calls / "ready").unlink()
    code, said = lab.end()
    assert (code, lab.left()) == (1, [])
    assert "has not answered 6 times" in said


def test_a_node_that_fails_ends_all_others(lab: Lab) -> None:
    lab.place("slurm", "podman")
    lab.say("behave", "end")
    lab.start()
    code, said = lab.end()
    assert code == 5
    assert "there is no answer of /health" in said
    assert lab.left() == []


def test_a_server_that_ends_is_started_again_three_times(lab: Lab) -> None:
    lab.place("slurm", "podman")
    lab.say("behave", "crash")
    lab.start("keep")
    code, said = lab.end()
    assert code == 3
    assert said.count("starts again") == 3
    assert "has ended 4 times: a person has to look" in said
    # The next job was queued once, when the server first answered, and is taken back.
    (queued,) = lab.stubs.calls("sbatch")
    assert queued.arguments[:2] == ("--parsable", "--dependency=afterany:17")
    assert queued.arguments[-2:] == ("job.sh", "keep")
    assert [call.arguments for call in lab.stubs.calls("scancel")] == [("18",)]


def test_a_server_that_never_answers_queues_no_next_job(lab: Lab) -> None:
    lab.place("slurm", "podman")
    lab.say("behave", "end")
    lab.start("keep")
    assert lab.end()[0] == 5
    assert lab.stubs.calls("sbatch") == []


def test_near_its_time_limit_a_job_makes_way_for_the_next(lab: Lab) -> None:
    lab.place("slurm", "podman")
    lab.start("keep")
    lab.ready()
    state = lab.stubs.folder / "home/.local/state/tutela/scout"
    assert (state / "endpoint").read_text() == "http://192.0.2.7:8000\n"
    lab.signal(signal.SIGUSR1)
    code, said = lab.end()
    assert (code, list(state.iterdir())) == (0, [])
    assert "the time limit is near" in said
    assert lab.stubs.calls("scancel") == []


def test_a_job_that_never_answered_in_its_time_queues_no_next(lab: Lab) -> None:
    lab.place("slurm", "podman")
    lab.say("behave", "load")
    lab.start("keep")
    lab.until(lambda: lab.called("vllm") == 1)
    lab.signal(signal.SIGUSR1)
    assert lab.end()[0] == 0
    assert lab.stubs.calls("sbatch") == []


def test_a_job_that_is_stopped_takes_the_next_back(lab: Lab) -> None:
    lab.place("flux", "podman")
    lab.start("keep")
    lab.ready()
    lab.signal(signal.SIGHUP)
    assert lab.end()[0] == 143
    said = [call.arguments for call in lab.stubs.calls("flux") if call.arguments[0] == "--parent"]
    assert said[0][:3] == ("--parent", "batch", "--dependency=afterany:f17")
    assert said[1] == ("--parent", "cancel", "f18")


def test_a_job_that_is_stopped_while_an_image_is_fetched_leaves_nothing(lab: Lab) -> None:
    lab.place("slurm", "podman")
    lab.say("late", "n0\n")
    lab.start()
    lab.until(lambda: any(call.arguments[0] == "pull" for call in lab.whole("podman")))
    lab.signal(signal.SIGTERM)
    assert lab.end()[0] == 143
    assert lab.left() == []
    assert lab.stubs.calls("vllm") == []


def test_a_folder_without_its_files_is_told(lab: Lab) -> None:
    lab.place("slurm", "podman")
    (lab.render / "node.sh").unlink()
    lab.start()
    code, said = lab.end()
    assert code == 1
    assert "submit from the folder of job.sh" in said
