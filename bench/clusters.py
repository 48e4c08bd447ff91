"""Measures 200 clusters from a specification to a checked folder, beside copier.

python bench/clusters.py --clusters 200

The clusters of the cluster blueprint's example over and over under other names, in other VLANs and
at other addresses, until there are as many folders of clusters as asked: `tutela blueprint render`
and `tutela check` of them, wall and CPU seconds and peak resident memory of a process each. Then
copier renders a template of just as many files of the same sizes, one value in each, in a process
of its own: it has no typed specification, no lock, no base, and checks nothing. Exit code 3 where
the target is missed: render and check of 200 clusters within 60 s and 1 GB.
"""

import argparse
import copy
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # not this folder: its html.py would stand before Python's own

from bench.render import Run, process  # noqa: E402

MOST_SECONDS = 60
MOST_MB = 1000
_ADDRESS = re.compile(r"\b10\.(2[1-4]|3[1-3])\.")
_SECOND = {str(octet): place for place, octet in enumerate((21, 22, 23, 24, 31, 32, 33))}
"""Second octets of the example's networks; each copy has as many of its own."""
_TAKEN = {42, 43, 44, 45, 90}
"""Of pods, services and Ceph, which stay where they are."""
_FREE = [octet for octet in range(256) if octet not in _TAKEN]
_COPIER = """
import sys
from copier import run_copy
run_copy(sys.argv[1], sys.argv[2], data={"site": "alps"}, defaults=True, quiet=True)
"""


class Estate:
    """The example's clusters and networks once more."""

    def __init__(self, number: int) -> None:
        self.number = number
        first = number * len(_SECOND)
        self.octets = [_FREE[first + place] for place in range(len(_SECOND))]

    def name(self, value: str) -> str:
        """Another name."""
        return f"{value}-{self.number}"

    def moved(self, value: Any) -> Any:
        """The same at other addresses, with other names of networks, partitions and nodes."""
        if isinstance(value, dict):
            return {key: self._moved(key, one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.moved(one) for one in value]
        if isinstance(value, str):
            return _ADDRESS.sub(lambda found: f"10.{self.octets[_SECOND[found[1]]]}.", value)
        return value

    def _moved(self, key: str, value: Any) -> Any:
        if key in ("network", "vcluster"):
            return self.name(value)
        if key == "mac":
            return f"02:00:00:{self.number:02x}:{value[12:]}"
        if key in ("servers", "nodes"):
            return [{**self.moved(one), "name": self.name(one["name"])} for one in value]
        return self.moved(value)


def specification(data: dict[str, Any], count: int) -> dict[str, Any]:
    """The example's specification, with so many clusters in all environments together."""
    data = copy.deepcopy(data)
    networks, clusters = data["site"]["networks"], data["clusters"]
    vclusters = data["site"]["alps"]["vclusters"]
    machines = [one["networks"] for kind in ("harvester", "vmware") for one in data["site"][kind]]
    of_machines = [dict(one) for one in machines]
    for found in (data["site"], data):
        for key in ("networks", "clusters"):
            if key in found:
                found[key] = []
    data["site"]["alps"]["vclusters"] = []
    number = vlan = 0
    while left := count - sum(len(one["environments"]) for one in data["clusters"]):
        estate = Estate(number)
        for one in networks:
            vlan += 1
            renamed = {"name": estate.name(one["name"]), "vlan": 100 + vlan}
            data["site"]["networks"].append({**estate.moved(one), **renamed})
        for target, there in zip(machines, of_machines, strict=True):
            if not number:
                target.clear()
            target |= {estate.name(key): f"{value}-{number}" for key, value in there.items()}
        for one in vclusters:
            renamed = {"name": estate.name(one["name"])}
            data["site"]["alps"]["vclusters"].append({**estate.moved(one), **renamed})
        data["clusters"] += _clusters(estate, clusters, left)
        number += 1
    return data


def _clusters(
    estate: Estate, clusters: list[dict[str, Any]], left: int
) -> Iterator[dict[str, Any]]:
    for one in clusters:
        environments = dict(list(one["environments"].items())[:left])
        left -= len(environments)
        if environments:
            moved = estate.moved({**one, "environments": environments})
            yield {**moved, "name": estate.name(one["name"])}


def example() -> dict[str, Any]:
    """The specification that `tutela blueprint spec cluster` prints."""
    from blueprints.engine import catalogue, spec

    return dict(spec.parse(catalogue.example("cluster").text.encode(), "clusters.yaml").data)


def rendered(folder: Path, count: int) -> tuple[Run, Path]:
    """A repository of so many clusters, and what rendering took."""
    from blueprints.emit.yaml import yaml_text

    (folder / "clusters.yaml").write_bytes(yaml_text([specification(example(), count)]))
    out = folder / "clusters"
    words = ("render", str(folder / "clusters.yaml"), "--out", str(out), "--unsafe-unchecked")
    return process(folder / "log", "blueprint", *words), out


def template(repository: Path, folder: Path) -> int:
    """A template of copier with files as in the repository; how many there are."""
    folder.mkdir()
    (folder / "copier.yml").write_text(
        '_templates_suffix: ""\n_subdirectory: "files"\nsite: here\n'
    )
    count = 0
    for file in sorted(repository.rglob("*")):
        path = file.relative_to(repository)
        if file.is_file() and path.parts[0] != ".tutela-base" and path.name != "tutela.lock":
            text = file.read_text()
            to = folder / "files" / path
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_text("{{ site }}{% raw %}" + text.replace("endraw", "") + "{% endraw %}\n")
            count += 1
    return count


def copier(folder: Path, repository: Path) -> tuple[Run, int]:
    """What copier takes for as many files, and how many it wrote."""
    count = template(repository, folder / "template")
    program = (sys.executable, "-c", _COPIER, str(folder / "template"), str(folder / "copied"))
    run = process(folder / "log", program=program)
    written = sum(1 for file in (folder / "copied").rglob("*") if file.is_file())
    if written != count:
        raise SystemExit(f"copier wrote {written} files of {count}")
    return run, count


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clusters", type=int, default=200)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        return measure(Path(place), asked.clusters)


def measure(folder: Path, count: int) -> int:
    """Print every figure; 3 where a target is missed."""
    render, repository = rendered(folder, count)
    check = process(folder / "log", "check", str(repository))
    peer, files = copier(folder, repository)
    for name, run in (("render", render), ("check", check), ("copier", peer)):
        figures = f"{run.seconds:7.1f} s {run.cpu:7.1f} CPU s {run.megabytes:7.0f} MB"
        print(f"{name:<14}{figures} for {count} clusters, {files} files")
    together = render.seconds + check.seconds
    print(f"together      {together:7.1f} s")
    most = max(render.megabytes, check.megabytes)
    return 3 if together > MOST_SECONDS or most > MOST_MB else 0


if __name__ == "__main__":
    sys.exit(main())
