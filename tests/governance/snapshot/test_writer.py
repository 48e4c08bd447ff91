import errno
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from governance.errors import GovernanceError
from governance.snapshot.errors import DiskFullError, SnapshotExistsError
from governance.snapshot.manifest import Bytes, Counts
from governance.snapshot.reader import snapshots
from governance.snapshot.schema import LISTED
from governance.snapshot.writer import ROW_GROUP, RowFile, Writer, is_full, remove_leftovers
from tests.governance.snapshot.snapshots import Home, batch, manifest, recognised, write


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_a_snapshot_appears_whole_with_counts_and_digests(home: Home) -> None:
    seen: list[int] = []

    def recognise(writer: Writer) -> None:
        seen.append(pq.read_table(writer.listed()).num_rows)
        assert snapshots(home) == []
        recognised(writer)

    rows = [batch(("a", 3), ("b", 4)), batch(), batch(("c", 5), latest=False)]
    snapshot = write(home, batches=rows, between=recognise)
    assert seen == [3]
    [found] = snapshots(home)
    assert found == snapshot
    assert found.manifest.counts == Counts(rows=3, versions=3)
    assert found.manifest.bytes == Bytes(live=7, noncurrent=5)
    assert sorted(path.name for path in found.folder.iterdir()) == [
        "artifacts.parquet",
        "manifest.json",
        "objects.parquet",
    ]
    assert [path.name for path in home.snapshots_dir.iterdir()] == [found.manifest.id]


def test_a_snapshot_of_nothing_is_a_snapshot(home: Home) -> None:
    assert write(home).manifest.counts == Counts()


def test_rows_go_out_group_by_group(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    piece = batch(*((f"k{number}", 1) for number in range(10_000)))
    with RowFile(path) as file:
        for _ in range(26):
            file.append(piece)
    read = pq.ParquetFile(path)
    assert read.metadata.num_rows == file.rows == 260_000
    assert read.metadata.num_row_groups == 2
    assert read.schema_arrow == LISTED
    assert read.metadata.row_group(0).num_rows <= ROW_GROUP + 10_000


@pytest.mark.parametrize("fault", [KeyboardInterrupt, RuntimeError, GovernanceError])
def test_whatever_ends_it_early_leaves_nothing(home: Home, fault: type[BaseException]) -> None:
    def fail(writer: Writer) -> None:
        writer.listed()
        raise fault("now")

    with pytest.raises(fault):
        write(home, batches=[batch(("a", 1))], between=fail)
    assert list(home.snapshots_dir.iterdir()) == []


def test_the_same_source_twice_in_one_second_is_refused_and_harms_nothing(home: Home) -> None:
    first = write(home)
    with pytest.raises(SnapshotExistsError, match="there already"):
        write(home)
    assert snapshots(home) == [first]


def test_two_writers_of_one_snapshot_do_not_meet(home: Home) -> None:
    with Writer(home.snapshots_dir, manifest().id) as writer:
        with pytest.raises(SnapshotExistsError, match=f"process {os.getpid()}"):
            write(home)
        recognised(writer)
        writer.commit(manifest())
    assert len(snapshots(home)) == 1


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.governance.snapshot.snapshots import batch, manifest
from governance.snapshot.writer import Writer
with Writer(Path(sys.argv[1]), manifest().id) as writer:
    writer.append(batch(("a", 1)))
    writer.listed()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_run_left_is_removed_by_the_next_and_a_live_run_is_not(home: Home) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(home.snapshots_dir)], check=False, cwd=Path.cwd()
    )
    assert done.returncode == -9
    dead = f".partial-{manifest().id}"
    assert (home.snapshots_dir / dead / "listed.parquet").exists()
    alive = manifest("s3://other/").id
    with Writer(home.snapshots_dir, alive) as writer:
        assert remove_leftovers(home.snapshots_dir) == [dead]
        assert writer.folder.exists()
        recognised(writer)
        writer.commit(manifest("s3://other/"))
    assert remove_leftovers(home.snapshots_dir) == []
    assert [path.name for path in home.snapshots_dir.iterdir()] == [alive]


def test_there_is_nothing_to_remove_where_nothing_ever_was(tmp_path: Path) -> None:
    assert remove_leftovers(tmp_path / "snapshots") == []


FULL = """
import resource, sys
from pathlib import Path
from tests.governance.snapshot.snapshots import Home, batch, write
from governance.snapshot.errors import DiskFullError
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
import random
rng = random.Random(1)
piece = batch(*((rng.randbytes(60).hex(), 1) for _ in range(40_000)))
try:
    write(Home(Path(sys.argv[1])), batches=[piece] * 8)
except DiskFullError as error:
    print(error)
"""


def test_a_full_disk_is_one_clear_error_and_leaves_nothing(home: Home) -> None:
    """A real limit of the kernel: no file may grow beyond 200 kB."""
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(home.snapshots_dir.parent)],
        check=False,
        capture_output=True,
        text=True,
        cwd=Path.cwd(),
    )
    assert "no room left for a snapshot" in done.stdout, done.stderr
    assert list(home.snapshots_dir.iterdir()) == []


def test_a_disk_that_recognition_found_full_is_told_the_same_way(home: Home) -> None:
    def recognise(writer: Writer) -> None:
        raise RuntimeError("IO Error: could not write: No space left on device")

    with pytest.raises(DiskFullError, match="no room left"):
        write(home, between=recognise)
    assert list(home.snapshots_dir.iterdir()) == []


def test_only_a_full_disk_is_one() -> None:
    assert is_full(OSError(errno.ENOSPC, "x"))
    assert is_full(OSError(errno.EDQUOT, "x"))
    assert not is_full(OSError(errno.EACCES, "permission denied"))
    assert not is_full(ValueError("no"))


def test_memory_does_not_grow_with_the_number_of_rows(tmp_path: Path) -> None:
    """Two million rows pass through; a few row groups of them may be held."""
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from tests.governance.snapshot.snapshots import batch\n"
        "from governance.snapshot.writer import RowFile\n"
        "piece = batch(*((f'runs/run-{n}/step/model.safetensors', n) for n in range(10_000)))\n"
        "def grow(times):\n"
        "    with RowFile(Path(sys.argv[1])) as file:\n"
        "        for _ in range(times): file.append(piece)\n"
        "    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024\n"
        "few = grow(30); many = grow(200); print(many - few)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "rows.parquet")],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path.cwd(),
    )
    assert int(done.stdout) < 64  # MiB
