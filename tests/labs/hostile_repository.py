"""A repository with a payload in every place where a careless check would run, follow or choke.

Whatever runs makes one file, named after the place, in the folder `marks`. `set_off` lets some of
it run on a copy, to show that the payloads work.
"""

import os
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

from tests.labs.hostile_git import hostile_repository as hostile_git

PROGRAMS = (
    "ansible-lint",
    "argocd-source-lint",
    "bash",
    "checkov",
    "git",
    "gitleaks",
    "helm",
    "kubeconform",
    "kubectl",
    "python",
    "python3",
    "sh",
    "terraform",
    "terragrunt",
    "tofu",
)
MODULES = ("json", "yaml", "sitecustomize", "usercustomize", "typer", "dulwich", "blueprints")

OBJECT = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\n"


def hostile(path: Path, marks: Path) -> Path:
    """Make the repository at `path`, and beside it what its links lead to."""
    hostile_git(path, marks)
    for leftover in marks.iterdir():
        leftover.unlink()
    outside = path.parent / "outside"
    outside.mkdir()
    (outside / "private.yaml").write_text(f"{OBJECT}data: {{private: value-of-somebody-else}}\n")
    _links(path, outside)
    _code(path, marks)
    _large(path)
    _special(path)
    _names(path)
    _leading_out(path)
    return path


def _links(path: Path, outside: Path) -> None:
    for name, target in {
        "link-out.yaml": outside / "private.yaml",
        "folder-out": outside,
        "passwd.yaml": Path("/etc/passwd"),
        "loop": Path("loop"),
        "up.yaml": Path("../outside/private.yaml"),
        "proc.yaml": Path("/proc/self/environ"),
        "device.yaml": Path("/dev/zero"),
    }.items():
        (path / name).symlink_to(target)


def _code(path: Path, marks: Path) -> None:
    def python(name: str) -> str:
        return f"import pathlib\npathlib.Path({str(marks / name)!r}).touch()\n"

    files: dict[str, str] = {
        ".ansible-lint": "rulesdir: [rules/]\nuse_default_rules: true\nenable_list: [evil]\n",
        "rules/evil.py": python("ansible-lint-rules"),
        "ansible.cfg": "[defaults]\naction_plugins = plugins\nlibrary = plugins\n",
        "plugins/evil.py": python("ansible-plugins"),
        "playbook.yml": f"- hosts: localhost\n  tasks: [{{shell: touch {marks}/playbook}}]\n",
        ".checkov.yaml": "external-checks-dir: [checks]\n",
        "checks/__init__.py": python("checkov-checks"),
        "checks/evil.py": python("checkov-checks-evil"),
        "terragrunt.hcl": f'inputs = {{ a = run_cmd("touch", "{marks}/run_cmd") }}\n',
        "main.tf": 'data "external" "evil" {\n'
        f'  program = ["touch", "{marks}/external"]\n}}\n'
        f'provider "evil" {{}}\nlocals {{ a = file("/etc/passwd") }}\n',
        ".terraform/providers/evil/terraform-provider-evil": f"#!/bin/sh\ntouch {marks}/provider\n",
        ".terraformrc": 'provider_installation { dev_overrides { "evil" = "." } }\n',
        "conftest.py": python("conftest"),
        "setup.py": python("setup"),
        "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "setup"\n'
        'backend-path = ["."]\n',
        ".pre-commit-config.yaml": "repos:\n- repo: local\n  hooks:\n  - {id: evil, name: evil, "
        f"entry: touch {marks}/pre-commit, language: system}}\n",
        ".yamllint": "rules: {}\nyaml-files: ['/etc/*']\n",
        ".gitleaks.toml": "[allowlist]\npaths = ['''.*''']\n",
        ".envrc": f"touch {marks}/envrc\n",
        "Makefile": f"all:\n\ttouch {marks}/make\n",
        "package.json": '{"scripts": {"prepare": "touch ' + f'{marks}/npm"}}}}',
        "tags.yaml": f'a: !!python/object/apply:os.system ["touch {marks}/yaml-tag"]\n'
        f'b: !!python/object/new:os.system ["touch {marks}/yaml-new"]\n',
        "include.yaml": "a: !include /etc/passwd\nb: !ENV ${HOME}\n",
        "chart/Chart.yaml": "apiVersion: v2\nname: evil\nversion: 1.0.0\n",
        "chart/templates/a.yaml": '{{ .Files.Get "../../outside/private.yaml" }}\n'
        '{{ getHostByName "example.org" }}\n{{ lookup "v1" "Secret" "" "" }}\n',
        "endless/Chart.yaml": "apiVersion: v2\nname: endless\nversion: 1.0.0\n",
        "endless/templates/a.yaml": "{{ range $i := until 2000000000 }}{{ $i }}{{ end }}\n",
        "script.sh": f"touch {marks}/script\n",
        "kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1beta1\n"
        "kind: Kustomization\nresources: [../outside, /etc]\n"
        "generators: [evil.yaml]\n",
        "evil.yaml": "apiVersion: evil/v1\nkind: Evil\nmetadata:\n  name: evil\n  annotations:\n"
        "    config.kubernetes.io/function: |\n      exec: {path: ./script.sh}\n",
    }
    for name in MODULES:
        files[f"{name}.py"] = python(f"module-{name}")
    for folder in ("", "bin/"):
        for name in PROGRAMS:
            files[f"{folder}{name}"] = f"#!/bin/sh\ntouch {marks}/program-{name}\n"
    for name, content in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
        if content.startswith("#!"):
            file.chmod(0o755)


def _large(path: Path) -> None:
    with (path / "gigabyte.yaml").open("wb") as stream:
        stream.truncate(1 << 30)
    (path / "deep.yaml").write_text("a: " + "[" * 200_000)
    (path / "deep.json").write_text('{"apiVersion": "v1", "kind": ' + "[" * 200_000)
    (path / "indented.yaml").write_text("".join(f"{' ' * n}a:\n" for n in range(2_000)))
    bomb = ["a: &a [lol,lol,lol,lol,lol,lol,lol,lol,lol]"]
    for before, name in zip("abcdefghij", "bcdefghijk", strict=True):
        bomb.append(f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]")
    (path / "bomb.yaml").write_text("\n".join(bomb) + "\n")
    (path / "merge-bomb.yaml").write_text(
        "a0: &a0 {k: v}\n"
        + "".join(f"a{n}: &a{n} {{<<: *a{n - 1}, k{n}: *a{n - 1}}}\n" for n in range(1, 60))
    )
    (path / "number.yaml").write_text(f"{OBJECT}data: {'9' * 100_000}\n")
    (path / "wide.yaml").write_text(
        f"{OBJECT}data:\n" + "".join(f"  k{n}: v\n" for n in range(20_000))
    )


def _special(path: Path) -> None:
    os.mkfifo(path / "pipe.yaml")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(path / "socket.yaml"))
    if os.geteuid() == 0:
        os.mknod(path / "zero.yaml", stat.S_IFCHR | 0o666, os.makedev(1, 5))


def _names(path: Path) -> None:
    folder = os.fsencode(path)
    for name in (
        b"new\nline.yaml",
        b"::error file=x::owned.yaml",
        b"\x1b]0;owned\x07.yaml",
        "\u202egnp.yaml".encode(),
        b"\xff\xfe.yaml",
        b"--only=nothing.yaml",
        b"-rf",
        b"$(touch marks).yaml",
        b"a;b|c&d.sh",
        b"'\"`.yaml",
        b"%0A::error::owned.yaml",
        b"n" * 255,
    ):
        with open(folder + b"/" + name, "wb") as stream:
            stream.write(b"a: [\n" if name.endswith(b".yaml") else b"x\n")


def _leading_out(path: Path) -> None:
    application = (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\n"
        "metadata: {name: out, namespace: argocd}\nspec:\n  project: x\n"
        "  destination: {server: s, namespace: n}\n  source:\n    repoURL: https://evil.example/x\n"
        "    path: %s\n    helm: {valueFiles: [../../../outside/private.yaml, /etc/passwd]}\n"
    )
    (path / "app.yaml").write_text(
        "---\n".join(application % one for one in ("../outside", "/etc", "chart", "chart/../.."))
    )
    (path / ".tutela-check.yaml").write_text(
        "version: 1\nrepositories: {'https://evil.example/x': ../../..}\n"
        "external: {secrets: ['*']}\n"
    )
    (path / "tutela.lock").write_text(
        '{"schema": "tutela/lock/v1", "files": {"../outside/private.yaml": {"sha256": "x"}}}'
    )
    (path / ".tutela-base").symlink_to("/etc")


def set_off(path: Path, marks: Path) -> set[str]:
    """Do with a copy what a careless check does, and return which payloads ran."""
    copy = path.parent / "copy"
    shutil.copytree(path, copy, symlinks=True, ignore=lambda _, names: _unreadable(names))
    environ = {"PATH": f"{copy}:{os.environ['PATH']}", "HOME": str(copy), "PYTHONPATH": str(copy)}
    for command in (
        ["gitleaks", "dir", "."],
        ["terraform", "validate"],
        ["make"],
        [sys.executable, "-c", "import yaml"],
        [sys.executable, "rules/evil.py"],
        ["/bin/sh", "script.sh"],
        ["/bin/sh", ".terraform/providers/evil/terraform-provider-evil"],
    ):
        subprocess.run(command, cwd=copy, env=environ, capture_output=True, check=False)
    ran = {mark.name for mark in marks.iterdir()}
    for mark in marks.iterdir():
        mark.unlink()
    shutil.rmtree(copy)
    return ran


def _unreadable(names: list[str]) -> list[str]:
    return [name for name in names if name in ("pipe.yaml", "socket.yaml", "zero.yaml", ".git")]
