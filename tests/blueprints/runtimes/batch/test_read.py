import pytest
from hypothesis import given, settings

from blueprints.runtimes.registry import runtime
from blueprints.runtimes.runtime import ReadError
from blueprints.service.service import Gather, Service
from blueprints.service.site import Site
from tests.blueprints.runtimes.batch.jobs import at, service
from tests.blueprints.runtimes.law import edited, found, written
from tests.blueprints.service.services import pairs

SLURM = runtime("slurm")


@settings(max_examples=20, deadline=None)
@given(pairs())
def test_what_was_written_is_read_back(pair: tuple[Service, Site]) -> None:
    meant, where = pair
    for name in ("slurm", "flux"):
        assert found(runtime(name), meant, written(runtime(name), meant, where)) == []


NODE = [
    ("interface=hsn0", "interface=eth0", "interface"),
    ("memory=68719476736", "memory=1", "memory"),
    ("processors=72", "processors=7", "processors"),
    ("name=scout\n", "name=other\n", "name"),
    ("--name=scout", "--name=other", "name"),
    ("gpu=3", "gpu=2", "devices"),
    ("--env=HF_HUB_OFFLINE=1", "--env=HF_HUB_OFFLINE=0", "env.HF_HUB_OFFLINE"),
    ('VLLM_HOST_IP="$own_address"', 'VLLM_HOST_IP="$head_address"', "env.VLLM_HOST_IP"),
    ("  --rm \\\n", "  --rm --privileged \\\n", "option.--privileged"),
    ("--port=8000", "--port=8001", "argv.4"),
    ("secret VLLM_API_KEY models/", "secret VLLM_API_KEY other/", "secret.VLLM_API_KEY"),
]


@pytest.mark.parametrize("gather", ["ray", "engine"])
@pytest.mark.parametrize(("old", "new", "fact"), NODE)
def test_every_edit_of_what_a_node_runs_is_a_difference(
    gather: Gather, old: str, new: str, fact: str
) -> None:
    meant = service(gather)
    files = edited(written(SLURM, meant, at("slurm", "podman")), old, new, "node.sh")
    assert fact in [one.fact for one in found(SLURM, meant, files)]


@pytest.mark.parametrize(
    ("old", "new", "fact"),
    [
        ("\nport=8000", "\nport=8001", "port"),
        ("health=/health", "health=/ping", "probe.path"),
        ("start_seconds=1800", "start_seconds=18", "probe.start-seconds"),
        ("period_seconds=10", "period_seconds=1", "probe.period-seconds"),
        ("gather_seconds=900", "gather_seconds=9", "gather-seconds"),
        ("\nnodes=3", "\nnodes=2", "nodes"),
        ('--exclude="$head"', "--overlap", "gather"),
        ('--nodelist="$head" ', "", "gather"),
        ('--nodes="$workers"', "--nodes=1", "gather"),
    ],
)
def test_every_edit_of_the_job_is_a_difference(old: str, new: str, fact: str) -> None:
    meant = service("ray")
    files = edited(written(SLURM, meant, at("slurm", "podman")), old, new, "job.sh")
    assert fact in [one.fact for one in found(SLURM, meant, files)]


@pytest.mark.parametrize("container", ["podman", "apptainer"])
@pytest.mark.parametrize(
    "word", ["RAY_AUTH_MODE=token", 'RAY_AUTH_TOKEN="$token"', '"$folder/cluster.sh"']
)
def test_a_cluster_that_others_could_join_is_a_difference(container: str, word: str) -> None:
    meant = service("ray")
    files = edited(written(SLURM, meant, at("slurm", container)), word, "X=1", "node.sh")
    assert "gather" in [one.fact for one in found(SLURM, meant, files)]


def test_nodes_of_the_cluster_are_those_of_the_job() -> None:
    meant = service("ray")
    files = written(SLURM, meant, at("slurm", "podman"))
    one = found(SLURM, meant, edited(files, "nodes=3\n", "nodes=2\n", "cluster.sh"))
    assert [(each.fact, each.found) for each in one] == [
        ("nodes", "3 in line 3, 3 in job.sh, 2 in cluster.sh")
    ]


@pytest.mark.parametrize(
    ("gather", "file", "old", "new", "told"),
    [
        ("ray", "cluster.sh", "gather_port=6379", "gather_port=1", "cluster.sh:1: its port"),
        ("engine", "node.sh", "--master-port=29500", "--master-port=1", "node.sh:1: nodes are"),
        ("engine", "node.sh", '--node-rank="$rank"', "--node-rank=0", "node.sh:1: nodes are"),
        ("engine", "job.sh", "gather_port=29500", "gather_port=1", "node.sh:1: nodes are"),
        ("alone", "job.sh", "port=8000\n", "", "job.sh:1: port is not said"),
    ],
)
def test_what_cannot_work_is_told_with_its_file(
    gather: Gather, file: str, old: str, new: str, told: str
) -> None:
    files = written(SLURM, service(gather), at("slurm", "podman"))
    with pytest.raises(ReadError, match=told):
        SLURM.read(edited(files, old, new, file))


@pytest.mark.parametrize(
    ("gather", "container", "file"),
    [
        ("alone", "podman", "job.sh"),
        ("alone", "podman", "node.sh"),
        ("ray", "podman", "cluster.sh"),
        ("alone", "apptainer", "image.sh"),
    ],
)
def test_a_file_that_is_missing_is_told(gather: Gather, container: str, file: str) -> None:
    files = written(SLURM, service(gather), at("slurm", container))
    del files[file]
    with pytest.raises(ReadError, match=f"{file}:1: there is no such file"):
        SLURM.read(files)
