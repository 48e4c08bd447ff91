"""Measures rendering against copier, and 1,000 sandboxes from a specification to a checked folder.

python bench/render.py --sandboxes 1000

First the same 20 files of text, rendered into a new folder by this engine, by copier's Python API
and by cookiecutter's generator: all in this process, in turn, once before it counts; milliseconds,
medians. The engine's folder has a lock and a base besides, and is flushed to disk. Then
`tutela blueprint render` of many sandboxes, the example's first one under other names without its
stacks: wall and CPU seconds and peak resident memory of a process that renders, and of one that
checks what the first one wrote. Exit code 3 where a target is missed: rendering at least as fast as
copier; render and check of 1,000 sandboxes within 60 s and 1 GB.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # not this folder: its html.py would stand before Python's own

from bench.peak import peak_kb  # noqa: E402 - after the path to it

MOST_SECONDS = 60
MOST_MB = 1000
FILES = 20
VALUES = {"folder": "made", "name": "kitchen", "site": "alps", "owner": "ada"}


def template(folder: Path) -> None:
    """Files of 1.5 kB with values in them and in their names; for cookiecutter and copier alike."""
    project = folder / "{{cookiecutter.folder}}"
    for number in range(FILES):
        file = project / f"part-{number % 5}" / f"{{{{cookiecutter.name}}}}-{number}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        line = "{{ cookiecutter.name }} at {{ cookiecutter.site }} is kept by "
        text = f"# Part {number}\n\n" + f"{line}{{{{ cookiecutter.owner }}}}.\n" * 18
        file.write_text(text + "{% if cookiecutter.site == 'alps' %}\nHigh up.\n{% endif %}\n")
    values = ", ".join(f'"{key}": "{value}"' for key, value in VALUES.items())
    (folder / "cookiecutter.json").write_text(f"{{{values}}}\n")
    (folder / "copier.yml").write_text(
        '_templates_suffix: ""\n_subdirectory: "{{cookiecutter.folder}}"\n'
    )


def engine(folder: Path) -> Callable[[Path], None]:
    """The way of every blueprint: render, lock, base, staged and flushed."""
    from pydantic import BaseModel

    from blueprints.engine import render, spec, stage
    from blueprints.engine.blueprint import Blueprint, Prose

    class Nothing(BaseModel):
        blueprint: Literal["bench"]
        version: Literal[1]

    def prose(_: Any) -> Iterator[Prose]:
        yield Prose("all", "", VALUES)

    place = folder / "templates"
    place.mkdir()
    (place / "all").symlink_to(folder / "template", target_is_directory=True)
    bench = Blueprint("bench", 1, "a bench", Nothing, folder, lambda _: (), prose)
    text = b"blueprint: bench\nversion: 1\n"

    def run(out: Path) -> None:
        stage.publish(render.repository(spec.parse(text, "bench.yaml", bench)), out)

    return run


def copier(folder: Path) -> Callable[[Path], None]:
    """copier's own function; quiet, with all answers."""
    from copier import run_copy

    def run(out: Path) -> None:
        data = {"cookiecutter": VALUES}
        run_copy(str(folder / "renamed"), out, data=data, defaults=True, quiet=True)

    # copier finds the folder of its files by name, and renders names only inside of it.
    subprocess.run(["cp", "-r", str(folder / "template"), str(folder / "renamed")], check=True)
    (folder / "renamed" / "{{cookiecutter.folder}}").rename(folder / "renamed" / "project")
    settings = folder / "renamed" / "copier.yml"
    settings.write_text(settings.read_text().replace("{{cookiecutter.folder}}", "project"))
    return run


def cookiecutter(folder: Path) -> Callable[[Path], None]:
    """Its generator alone, hooks off."""
    from cookiecutter.generate import generate_files

    def run(out: Path) -> None:
        out.mkdir()
        generate_files(folder / "template", {"cookiecutter": VALUES}, out, accept_hooks=False)

    return run


def milliseconds(folder: Path, repeats: int) -> dict[str, tuple[float, float]]:
    """Of each, in turn: medians on the clock and of the processor."""
    template(folder / "template")
    runs = {
        "engine": engine(folder),
        "copier": copier(folder),
        "cookiecutter": cookiecutter(folder),
    }
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for number in range(repeats + 1):
        for name, run in runs.items():
            out = folder / f"{name}-{number}"
            began = (time.perf_counter(), time.process_time())
            run(out)
            ended = (time.perf_counter(), time.process_time())
            taken[name].append(((ended[0] - began[0]) * 1000, (ended[1] - began[1]) * 1000))
            files = [file for file in out.rglob("*.md") if file.is_file()]
            assert len(files) == FILES, (name, len(files))
    return {
        name: (statistics.median(wall), statistics.median(cpu))
        for name, times in taken.items()
        for wall, cpu in [zip(*times[1:], strict=True)]
    }


@dataclass(frozen=True)
class Run:
    """One process."""

    seconds: float
    cpu: float
    megabytes: float


def sandboxes(count: int) -> bytes:
    """A specification of many: the example's first project under other names."""
    import yaml

    from blueprints.emit.yaml import yaml_text
    from blueprints.engine.catalogue import example

    data = yaml.safe_load(example("sandbox").text)
    first = {**data["projects"][0], "stacks": []}
    text, name = yaml.safe_dump(first), first["name"]
    data["projects"] = [
        {**yaml.safe_load(text.replace(name, f"p{number:05}")), "waldur": f"{number:032x}"}
        for number in range(1, count + 1)
    ]
    return yaml_text([data])


def process(log: Path, *words: str, program: Sequence[str] = ()) -> Run:
    """Run tutela, or another program, in a process of its own."""
    program = program or (sys.executable, "-m", "tutela", *words)
    began = time.monotonic()
    with log.open("wb") as out:
        child = subprocess.Popen(program, cwd=ROOT, stdout=out)
        memory = 0
        while not (done := os.wait4(child.pid, os.WNOHANG))[0]:
            memory = max(memory, peak_kb(child.pid))
            time.sleep(0.02)
    seconds = time.monotonic() - began
    child.returncode = os.waitstatus_to_exitcode(done[1])
    if child.returncode:
        raise SystemExit(f"{' '.join(program)} failed:\n{log.read_text()[-3000:]}")
    return Run(seconds, done[2].ru_utime + done[2].ru_stime, memory / 1000)


def many(folder: Path, count: int) -> tuple[Run, Run, float]:
    """A render, a check of what it wrote, and how many files each sandbox has."""
    (folder / "many.yaml").write_bytes(sandboxes(count))
    out = folder / "many"
    words = ("render", str(folder / "many.yaml"), "--out", str(out), "--unsafe-unchecked")
    rendered = process(folder / "log", "blueprint", *words)
    checked = process(folder / "log", "check", str(out))
    files = sum(1 for file in (out / "projects").rglob("*") if file.is_file())
    files += sum(1 for file in (out / "tofu" / "projects").rglob("*") if file.is_file())
    return rendered, checked, files / count


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sandboxes", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=9)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        return measure(Path(place), asked.sandboxes, asked.repeats)


def measure(folder: Path, count: int, repeats: int) -> int:
    """Print every figure; 3 where a target is missed."""
    times = milliseconds(folder, repeats)
    for name, (wall, cpu) in times.items():
        print(f"{name:<14}{wall:8.1f} ms {cpu:7.1f} CPU ms for {FILES} files")
    rendered, checked, files = many(folder, count)
    for name, run in (("render", rendered), ("check", checked)):
        figures = f"{run.seconds:7.1f} s {run.cpu:7.1f} CPU s {run.megabytes:7.0f} MB"
        print(f"{name:<14}{figures} for {count} sandboxes of {files:.1f} files")
    together = rendered.seconds + checked.seconds
    print(f"together      {together:7.1f} s")
    most = max(rendered.megabytes, checked.megabytes)
    pairs = zip(times["engine"], times["copier"], strict=True)
    slower = any(ours > theirs for ours, theirs in pairs)
    missed = slower or together > MOST_SECONDS or most > MOST_MB
    return 3 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
