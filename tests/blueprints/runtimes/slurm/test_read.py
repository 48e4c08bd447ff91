import pytest

from blueprints.runtimes.runtime import ReadError
from blueprints.runtimes.slurm import RUNTIME
from tests.blueprints.runtimes.batch.jobs import at, service
from tests.blueprints.runtimes.law import edited, found, written

MEANT = service("engine")
FILES = written(RUNTIME, MEANT, at("slurm", "podman"))


@pytest.mark.parametrize(
    ("old", "new", "fact"),
    [
        ("--job-name=scout", "--job-name=other", "name"),
        ("#SBATCH --nodes=3", "#SBATCH --nodes=2", "nodes"),
        ("--cpus-per-task=72", "--cpus-per-task=7", "processors"),
        ("--gpus-per-node=4", "--gpus-per-node=2", "devices"),
    ],
)
def test_every_edit_of_what_slurm_reads_is_a_difference(old: str, new: str, fact: str) -> None:
    files = edited(FILES, old, new, "job.sh")
    assert [one.fact for one in found(RUNTIME, MEANT, files)] == [fact]


def test_an_option_that_is_not_known_is_told_with_its_line() -> None:
    files = edited(FILES, "--mem=0", "--mem=1", "job.sh")
    with pytest.raises(ReadError, match=r"job\.sh:8: an option that is not known: --mem=1"):
        RUNTIME.read(files)


def test_slurm_reads_nothing_behind_the_first_command() -> None:
    files = edited(FILES, "umask 077", "umask 077\n#SBATCH --nodes=9", "job.sh")
    assert found(RUNTIME, MEANT, files) == []
