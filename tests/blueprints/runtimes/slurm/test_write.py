import dataclasses

from blueprints.runtimes.slurm.write import write
from tests.blueprints.runtimes.batch.jobs import at, service
from tests.blueprints.runtimes.example import site


def directives(text: bytes) -> list[str]:
    lines = text.decode().splitlines()
    return [line.removeprefix("#SBATCH ") for line in lines if line.startswith("#SBATCH ")]


def test_slurm_reads_what_the_service_needs() -> None:
    job = next(iter(write(service("ray"), at("slurm", "podman"))))
    assert directives(job.content) == [
        "--job-name=scout",
        "--nodes=3",
        "--ntasks-per-node=1",
        "--cpus-per-task=72",
        "--gpus-per-node=4",
        "--exclusive",
        "--mem=0",
        "--time=24:00:00",
        "--partition=gpu",
        "--account=ai",
        "--signal=B:USR1@300",
        "--no-requeue",
        "--output=%x-%j.log",
    ]


def test_what_a_site_does_not_say_is_not_asked_of_slurm() -> None:
    where = site(scheduler={"type": "slurm", "hours": 1})
    job = next(iter(write(service("alone"), where)))
    assert not [one for one in directives(job.content) if "partition" in one or "account" in one]


def test_fewer_accelerators_than_a_node_has_are_said() -> None:
    meant = dataclasses.replace(service("alone"), devices=2)
    job = next(iter(write(meant, at("slurm", "podman"))))
    assert "--gpus-per-node=2" in directives(job.content)
