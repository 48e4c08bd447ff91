"""Tries the wheel where nothing but the wheel and what it depends on is installed.

python .ci/smoke.py EMPTY/bin/tutela dist/tutela-*.whl
"""

import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

HELP_SECONDS = 0.3
ROOMS = ("tutela", "tce", "governance", "blueprints", "policies")
Run = Callable[..., subprocess.CompletedProcess[str]]


def main(tutela: str, wheel: str) -> int:
    """Return how many things do not hold."""
    problems = [*in_wheel(Path(wheel)), *runs(tutela)]
    for problem in problems:
        print(f"smoke: {problem}")
    return min(len(problems), 1)


def in_wheel(wheel: Path) -> list[str]:
    """Everything that git has in the rooms, and nothing from elsewhere."""
    words = ["git", "ls-files", *ROOMS]
    listed = subprocess.run(words, capture_output=True, text=True, check=True)
    names = set(zipfile.ZipFile(wheel).namelist())
    code = {name for name in names if ".dist-info/" not in name}
    committed = set(listed.stdout.splitlines())
    return [
        *(f"not in the wheel: {name}" for name in sorted(committed - code)),
        *(f"in the wheel, and not in git: {name}" for name in sorted(code - committed)),
        *(f"a test is in the wheel: {name}" for name in sorted(names) if name.startswith("test")),
    ]


def runs(tutela: str) -> list[str]:
    """Version, help in time, a workspace of each policy pack, a repository, what extras say."""
    problems = []
    with tempfile.TemporaryDirectory() as folder:

        def run(*words: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run([tutela, *words], capture_output=True, text=True, cwd=folder)

        if not run("--version").stdout.startswith("tutela "):
            problems.append("--version does not say the version")
        best = 99.0
        for _ in range(5):
            started = time.monotonic()
            run("--help")
            best = min(best, time.monotonic() - started)
        print(f"tutela --help: {best:.2f} s")
        if best > HELP_SECONDS:
            problems.append(f"--help takes {best:.2f} s, more than {HELP_SECONDS}")
        listed = json.loads(run("--json", "policy", "packs").stdout)
        packs = [pack["name"] for pack in listed["packs"]]
        if len(packs) < 4:
            problems.append(f"only these policy packs: {packs}")
        for pack in packs:
            if run("init", "-w", f"with-{pack}", "--policy-pack", pack).returncode:
                problems.append(f"init --policy-pack {pack} fails")
            if run("policy", "test", pack).returncode:
                problems.append(f"policy test of pack {pack} fails")
        demo = run("demo")
        if demo.returncode != 1 or "pip install" not in demo.stderr:
            problems.append("demo does not say what to install")
        for name in ("cluster", "sandbox", "tce"):
            problems += repository(name, Path(folder), run)
        proof = run("tce", "prove", "tce")
        if proof.returncode != 1 or "pip install" not in proof.stderr:
            problems.append("tce prove does not say what to install")
        for words in (
            ("matrix", "tce"),
            ("explain", "tce", "--packet", "udp 192.0.2.1 > 192.0.2.2:9"),
        ):
            if run("tce", *words).returncode:
                problems.append(f"tce {words[0]} fails")
    return problems


def repository(name: str, folder: Path, run: Run) -> list[str]:
    """What a blueprint's own example becomes, and what a check without its extra says of it."""
    specification = run("blueprint", "spec", name)
    (folder / f"{name}.yaml").write_text(specification.stdout)
    rendered = run("blueprint", "render", f"{name}.yaml", "--out", name)
    if rendered.returncode:
        return [f"blueprint render of {name} fails: {rendered.stderr}"]
    checked = run("--json", "check", name)
    if checked.returncode:
        return [f"check fails for a new {name}: {checked.stdout}{checked.stderr}"]
    if "pip install" not in str(json.loads(checked.stdout)["not_checked"]):
        return [f"check of a {name} does not say what is not checked without its extra"]
    return []


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
