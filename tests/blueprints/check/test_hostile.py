"""A hostile repository ends with clear findings and leaves no trace."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.blueprints.check.places import write
from tests.labs.hostile_repository import PROGRAMS, hostile, set_off
from tests.program import run

ROOT = Path(__file__).parents[3]
TOOLS = [name for name in PROGRAMS if "-" in name or name in ("checkov", "gitleaks", "kubeconform")]
TOOLS += ["terraform", "tofu", "terragrunt"]
SECONDS = 120


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("hostile")
    repo = hostile(top / "repo", top / "marks")
    ran = set_off(repo, top / "marks")
    assert {
        "ansible-lint-rules",
        "make",
        "module-sitecustomize",
        "program-gitleaks",
        "program-terraform",
        "provider",
        "script",
    } <= ran, ran
    return top


def traces(folder: Path) -> dict[str, tuple[int, int, int, int]]:
    """Mode, size and times of everything: equal means untouched."""
    found = {}
    for here, folders, files in os.walk(os.fsencode(folder)):
        for name in [*folders, *files]:
            info = os.lstat(os.path.join(here, name))
            key = os.fsdecode(os.path.join(here, name))
            found[key] = (info.st_mode, info.st_size, info.st_mtime_ns, info.st_ctime_ns)
    return found


_PROGRAM = """
import sys
from pathlib import Path

seen = []
def hook(event, arguments):
    if event in ("os.system", "os.exec", "os.posix_spawn", "os.fork", "socket.connect",
                 "socket.getaddrinfo", "pty.spawn"):
        seen.append((event, arguments))
    if event == "subprocess.Popen" and arguments[1][1:4] != ["-P", "-m", "blueprints.check.worker"]:
        # Bash reads a script on its standard input without executing it.
        bash = ["/bin/bash", "--norc", "--noprofile", "-n"]
        if list(arguments[1]) != bash or arguments[2] != "/" or arguments[3] != {"LC_ALL": "C"}:
            seen.append((event, arguments))
    if event == "open":
        name, flags = str(arguments[0]), arguments[2]
        inside = name.startswith(sys.argv[1] + "/")
        if inside and isinstance(flags, int) and flags & 3:
            seen.append((event, arguments))
        if name.startswith((sys.argv[2], "/etc/passwd")) or name.endswith(".git/config"):
            seen.append((event, arguments))

from tutela.program import main
sys.addaudithook(hook)
code = main(["--json", "check", sys.argv[1], *sys.argv[3:]])
assert not seen, seen
# Not ru_maxrss: a new process inherits the peak of the one that started it.
status = Path("/proc/self/status").read_text().splitlines()
(peak,) = [int(line.split()[1]) for line in status if line.startswith("VmHWM:")]
assert peak < 1024 * 1024, peak
sys.exit(code)
"""


def checked(place: Path, *options: str) -> dict[str, list[dict[str, str]]]:
    """The result of a check that starts in the repository, with its programs first on PATH."""
    repo = place / "repo"
    before = traces(place)
    done = subprocess.run(
        [sys.executable, "-P", "-c", _PROGRAM, str(repo), str(place / "outside"), *options],
        cwd=repo,
        env={
            "PATH": f".:{repo}:{repo}/bin:/nonexistent",
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "TUTELA_NOW": "2026-11-22T00:00:00Z",
        },
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 3, done.stderr[-3000:]
    assert traces(place) == before
    assert list((place / "marks").iterdir()) == []
    assert "value-of-somebody-else" not in done.stdout
    assert "root:x:0" not in done.stdout
    result: dict[str, list[dict[str, str]]] = json.loads(done.stdout)
    return result


def test_it_ends_with_clear_findings_and_leaves_no_trace(place: Path) -> None:
    result = checked(place)
    told = {(one["file"], one["rule"]) for one in result["findings"]}
    unreadable = {file for file, rule in told if rule == "unreadable-file"}
    assert {
        "link-out.yaml",
        "folder-out",
        "passwd.yaml",
        "proc.yaml",
        "device.yaml",
        "up.yaml",
        "loop",
        "gigabyte.yaml",
        "pipe.yaml",
        "socket.yaml",
        "new\nline.yaml",
        "\u202egnp.yaml",
        "\x1b]0;owned\x07.yaml",
        "\udcff\udcfe.yaml",
    } <= unreadable
    syntax = {file for file, rule in told if rule == "yaml-syntax"}
    assert {"deep.yaml", "indented.yaml", "bomb.yaml", "tags.yaml", "new\nline.yaml"} <= syntax
    assert not [one for one in result["findings"] if "stopped with a bug" in one["message"]]


def test_tools_of_the_repositorys_own_are_never_run(place: Path) -> None:
    options = [word for tool in TOOLS for word in ("--with", tool)]
    result = checked(place, *options)
    reasons = {one["rule"]: one["reason"] for one in result["not_checked"]}
    for tool in TOOLS:
        assert "is not installed" in reasons[tool] or "--unsafe-trust-repo" in reasons[tool]


@pytest.mark.parametrize("form", ["text", "github", "sarif", "junit", "gitlab"])
def test_every_form_of_the_result_is_harmless(place: Path, form: str, tmp_path: Path) -> None:
    file = tmp_path / "out"
    ran = run("check", str(place / "repo"), "--no-history", "--format", form, "--output", str(file))
    assert ran.code == 3
    written = file.read_bytes()
    assert not any(byte in written for byte in (b"\x1b", b"\x07", "\u202e".encode()))
    if form == "github":
        commands = [line for line in written.splitlines() if line.lstrip().startswith(b"::")]
        assert all(b"owned" not in line.split(b"title=")[-1].split(b"::")[0] for line in commands)


def test_more_files_than_any_repository_has_end_the_walk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blueprints.check.tree.MOST_FILES", 200)
    write(tmp_path, {f"{n % 10}/{n}": "" for n in range(1_000)})
    ran = run("--json", "check", str(tmp_path))
    found = json.loads(ran.out)
    assert found["counts"]["files"] == 200
    assert [(one["file"], one["rule"]) for one in found["findings"]] == [("", "unreadable-file")]
