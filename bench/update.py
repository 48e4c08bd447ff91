"""Update of a sandbox repository of 200 files with edits in a third of them.

python bench/update.py [--projects 4] [--repeats 5]

The repository is rendered from the blueprint's own example with its projects repeated, committed
to Git, and edited: a comment and an annotation in every third YAML file, a paragraph in each README
of a project. The other version is the same specification with another domain, Git server and name,
other groups, quotas and image versions, so that half of the files change. It runs as
`tutela blueprint update --to SPEC`, a process each time.
"""

import argparse
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
# Its html.py would hide the standard library's.
sys.path.remove(str(Path(__file__).resolve().parent))

from blueprints.engine import registry, render, spec
from blueprints.engine.stage import publish

_UPDATE = "from tutela.__main__ import run; run()"


def specification(projects: int) -> str:
    """The example with its projects repeated under other names."""
    text = (registry.named("sandbox").folder / "examples" / "sandbox.yaml").read_text()
    head, _, body = text.partition("\nprojects:\n")
    parts = re.split(r"(?m)^(?=  - name: )", body)[1:]
    copies = []
    for number in range(projects):
        part = parts[number % len(parts)]
        name = part.split("\n", 1)[0].removeprefix("  - name: ")
        part = re.sub(r"(?m)^    waldur: .*\n", "", part)
        copies.append(re.sub(rf"\b{name}\b", f"{name}-{number}", part))
    return f"{head}\nprojects:\n{''.join(copies)}"


def changed(text: str) -> str:
    """Another domain, Git server, name and groups, other versions of images, other quotas."""
    for old, new in (
        ("sandboxes.example.org", "next.example.org"),
        ("git.example.org", "code.example.org"),
        ("name: example\n", "name: second\n"),
        ("-admins", "-leads"),
    ):
        text = text.replace(old, new)
    text = re.sub(r"(registry\.example\.org/\S+)@sha256:0000", r"\1@sha256:0001", text)
    return text.replace('cpu: "', 'cpu: "1')


def edited(folder: Path) -> int:
    """Edit as people do; the number of files."""
    done = 0
    for number, file in enumerate(sorted(folder.rglob("*.yaml"))):
        text = file.read_text()
        if number % 3 == 0 and "\nmetadata:\n" in text:
            mine = '\nmetadata:  # seen by us\n  annotations:\n    example.org/reviewed: "yes"\n'
            if "\n  annotations:\n" not in text:
                file.write_text(text.replace("\nmetadata:\n", mine, 1))
                done += 1
    for file in [folder / "README.md", *folder.glob("projects/*/repository/README.md")]:
        file.write_text(file.read_text().replace("\n\n", "\n\nAsk Ada.\n\n", 1))
        done += 1
    return done


def git(folder: Path, *words: str) -> str:
    """Run Git in a folder."""
    named = ["-c", "user.name=bench", "-c", "user.email=bench@example.org"]
    return subprocess.run(
        ["git", *named, *words], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


def used() -> float:
    """Seconds of processor time of all programs that were waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--projects", type=int, default=4)
    options.add_argument("--repeats", type=int, default=5)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        text = specification(chosen.projects)
        (top / "next.yaml").write_text(changed(text))
        publish(render.repository(spec.parse(text.encode(), "spec.yaml")), top / "repo")
        git(top / "repo", "init", "--quiet")
        files = sum(
            1 for file in (top / "repo").rglob("*") if file.is_file() and ".git" not in file.parts
        )
        count = edited(top / "repo")
        git(top / "repo", "add", "--all")
        git(top / "repo", "commit", "--quiet", "-m", "edited")
        times, cpu = [], []
        for _ in range(chosen.repeats):
            shutil.copytree(top / "repo", top / "run", symlinks=True)
            start, spent = time.perf_counter(), used()
            done = subprocess.run(
                [sys.executable, "-c", _UPDATE, "blueprint", "update", "run", "--to", "next.yaml"],
                cwd=top,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)},
                capture_output=True,
                text=True,
                check=False,
            )
            times.append(time.perf_counter() - start)
            cpu.append(used() - spent)
            if done.returncode:
                raise SystemExit(done.stdout + done.stderr)
            status = git(top / "run", "status", "--porcelain").splitlines()
            shutil.rmtree(top / "run")
        print(done.stdout.splitlines()[0])
        print(f"{files} files, {count} edited by hand, {len(status)} changed by the update")
        median, worst = statistics.median(times), max(times)
        print(f"update: {median:.2f} s median of {len(times)}, {worst:.2f} s worst")
        print(f"processor time: {statistics.median(cpu):.2f} s")


if __name__ == "__main__":
    main()
