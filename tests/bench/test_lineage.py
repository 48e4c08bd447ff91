import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).parent.parent.parent / "bench" / "lineage.py"


def test_it_measures_tutela_and_its_peer() -> None:
    asked = [sys.executable, str(BENCH), "--artifacts", "2000", "--starts", "2", "--peer"]
    told = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    names = [line.partition(":")[0] for line in told.splitlines()]
    assert names == [
        "load",
        "walk",
        "peak",
        "networkx load",
        "networkx ancestors",
        "networkx peak",
    ]
