import pytest

from blueprints.runtimes.flux import RUNTIME
from blueprints.runtimes.runtime import ReadError
from tests.blueprints.runtimes.batch.jobs import at, service
from tests.blueprints.runtimes.law import edited, found, written

MEANT = service("ray")
FILES = written(RUNTIME, MEANT, at("flux", "apptainer"))


@pytest.mark.parametrize(
    ("file", "old", "new", "fact"),
    [
        ("job.sh", "--job-name=scout", "--job-name=other", "name"),
        ("job.sh", "# flux: --nodes=3", "# flux: --nodes=2", "nodes"),
        ("job.sh", "--requires=-rank:0", "--requires=rank:0", "gather"),
        ("job.sh", "every=(--exclusive", "every=(--verbose", "gather"),
        ("node.sh", "  --pid \\\n", "", "option.--pid"),
        ("cluster.sh", "devices=4", "devices=2", "devices"),
    ],
)
def test_every_edit_is_a_difference(file: str, old: str, new: str, fact: str) -> None:
    files = edited(FILES, old, new, file)
    assert [one.fact for one in found(RUNTIME, MEANT, files)][:1] == [fact]


def test_several_options_of_one_line_are_read() -> None:
    files = edited(FILES, "--nodes=3 --exclusive", "--exclusive --nodes=4 # more", "job.sh")
    assert [one.fact for one in found(RUNTIME, MEANT, files)] == ["nodes"]


def test_an_option_that_is_not_known_is_told_with_its_line() -> None:
    files = edited(FILES, "--time-limit=24h", "--time-limited", "job.sh")
    with pytest.raises(ReadError, match="not known: --time-limited"):
        RUNTIME.read(files)
