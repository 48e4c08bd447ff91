"""Measures a check: reading small documents, the Kubernetes part, and a whole repository.

python bench/check.py --sandboxes 1000

First 16,000 small documents in as many files, read into objects, in a process of its own; with
`kubernetes-validate`'s parser (PyYAML's C loader) beside it. Then the rule `kubernetes-schema`
against `kubernetes_validate.validate`, strict, in this process, on the same parsed objects of
Kubernetes' own kinds for the same versions: microseconds for each manifest, medians; ours is
measured with the compilation of its schemas (cold, once for each process) and without. Then
`tutela check` of many rendered sandboxes, in a process of its own. Exit code 3 where a target is
missed: 16,000 documents within 10 s, three times kubernetes-validate, 1 GB for 1,000 sandboxes.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # not this folder: its html.py would stand before Python's own

from bench.render import process, sandboxes  # noqa: E402

MOST_SECONDS = 10
LEAST_RATIO = 3
MOST_MB = 1000
FEW = 10
"""Sandboxes whose objects are judged by both."""
VERSIONS = ("1.31", "1.33")
DOCUMENT = """\
apiVersion: v1
kind: Service
metadata:
  name: web-{n}
  namespace: shop
  labels:
    app.kubernetes.io/name: web
    app.kubernetes.io/part-of: shop
spec:
  type: ClusterIP
  selector:
    app.kubernetes.io/name: web
  ports:
    - name: http
      port: 80
      targetPort: 8080
"""
_READ = """
import json, sys, time
from pathlib import Path
from bench.peak import peak_mb
began = time.monotonic()
if sys.argv[2] == "ours":
    from blueprints.check.repository import Repository
    count = len(Repository(Path(sys.argv[1])).objects)
else:
    import yaml
    kept = [
        document
        for file in sorted(Path(sys.argv[1]).iterdir())
        for document in yaml.load_all(file.read_text(), Loader=yaml.CSafeLoader)
    ]
    count = len(kept)
print(json.dumps([time.monotonic() - began, peak_mb(), count]))
"""


def reading(folder: Path, count: int) -> dict[str, tuple[float, float]]:
    """Seconds and megabytes of reading `count` files, ours and PyYAML's."""
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:05}.yaml").write_text(DOCUMENT.replace("{n}", str(number)))
    found = {}
    for name in ("ours", "PyYAML"):
        done = subprocess.run(
            [sys.executable, "-c", _READ, str(folder), name],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        seconds, megabytes, documents = json.loads(done.stdout)
        if documents != count:
            raise SystemExit(f"{name} read {documents} documents of {count}")
        found[name] = (seconds, megabytes)
    return found


def kubernetes(folder: Path, repeats: int) -> tuple[dict[str, float], int]:
    """Microseconds for each manifest, and how many there are: ours cold and warm, theirs."""
    import kubernetes_validate

    from blueprints.check.finding import Finding
    from blueprints.check.repository import Repository
    from blueprints.check.rules.kubernetes_schema import check
    from blueprints.check.schemas import core

    repo = Repository(folder)
    own = set(core.load(VERSIONS[-1]).definitions)
    objects = tuple(one for one in repo.objects if (one.group, one.version, one.kind) in own)
    core.load.cache_clear()
    repo.__dict__["objects"] = objects
    settings = replace(repo.settings, kubernetes=VERSIONS)

    def ours() -> None:
        wrong = [one for one in check(repo, settings) if isinstance(one, Finding)]
        if wrong:
            raise SystemExit(f"a rendered object does not fit: {wrong[0]}")

    def theirs() -> None:
        for one in objects:
            for version in VERSIONS:
                kubernetes_validate.validate(one.data, version, strict=True)

    cold = seconds(ours)
    times: dict[str, list[float]] = {"ours": [], "theirs": []}
    for number in range(repeats):
        times["ours"].append(seconds(ours))
        if number < 3:
            times["theirs"].append(seconds(theirs))
    each = 1e6 / len(objects)
    return {
        "ours, first time": cold * each,
        "ours": statistics.median(times["ours"]) * each,
        "kubernetes-validate": statistics.median(times["theirs"]) * each,
    }, len(objects)


def seconds(run: Callable[[], None]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def rendered(folder: Path, count: int) -> Path:
    """A repository of so many sandboxes."""
    folder.mkdir()
    (folder / "spec.yaml").write_bytes(sandboxes(count))
    out = folder / "repository"
    words = ("render", str(folder / "spec.yaml"), "--out", str(out), "--unsafe-unchecked")
    process(folder / "log", "blueprint", *words)
    return out


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=16_000)
    parser.add_argument("--sandboxes", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=9)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        return measure(Path(place), asked.documents, asked.sandboxes, asked.repeats)


def measure(folder: Path, documents: int, count: int, repeats: int) -> int:
    """Print every figure; 3 where a target is missed."""
    read = reading(folder / "documents", documents)
    for name, (taken, megabytes) in read.items():
        print(f"read          {taken:7.1f} s {megabytes:7.0f} MB for {documents} files, {name}")
    times, objects = kubernetes(rendered(folder / "few", FEW), repeats)
    for name, taken in times.items():
        print(f"schema        {taken:9.0f} us for each of {objects} manifests, {name}")
    ratio = times["kubernetes-validate"] / times["ours, first time"]
    print(f"schema        {ratio:9.1f} times kubernetes-validate, compilation included")
    run = process(folder / "log", "check", str(rendered(folder / "many", count)))
    figures = f"{run.seconds:7.1f} s {run.cpu:7.1f} CPU s {run.megabytes:7.0f} MB"
    print(f"check         {figures} for {count} sandboxes")
    missed = read["ours"][0] > MOST_SECONDS or ratio < LEAST_RATIO or run.megabytes > MOST_MB
    return 3 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
