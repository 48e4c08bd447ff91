"""Secrets that lie around change nothing of what is rendered, and nothing looks at them.

Each blueprint is rendered by the command line in two processes, in two worlds with other secrets in
the home, in the environment and in OpenBao. Nothing here could fail to find a leak: blueprints that
have one are found, too.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprints.engine import registry
from tce.canary.search import canary, search
from tce.canary.world import HOME, VARIABLES
from tests.labs.openbao import OpenBao
from tests.labs.programs.renders import LEAK, LEAKS
from tests.labs.worlds import World, told, tree

ROOT = Path(__file__).parents[2]
NAMES = ("one", "another-one-with-a-longer-name")
OTHERWISE = {
    "one": {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "1"},
    "another-one-with-a-longer-name": {
        "LC_ALL": "de_CH.UTF-8",
        "TZ": "Pacific/Auckland",
        "PYTHONHASHSEED": "2",
    },
}


def _worlds(folder: Path, bao: OpenBao) -> Iterator[World]:
    for name in NAMES:
        mount = bao.kv()
        secret = f"the-secret-of-{name}"
        path = f"{mount}/data/leak"
        bao.root.write(path, {"data": {"value": f"{secret}-in-openbao"}})
        token = bao.login({path: ["read"]}).text()
        more = {**bao.environ(), **OTHERWISE[name], "LEAK_PATH": path, "LEAK_TOKEN": token}
        yield World(folder / name, secret, more).make()


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory, bao: OpenBao) -> tuple[World, ...]:
    return tuple(_worlds(tmp_path_factory.mktemp("worlds"), bao))


def _render(world: World, *leaky: str) -> dict[str, tuple[int, bytes]]:
    out, report = world.folder / "-".join(("out", *leaky)), world.folder / "report"
    done = subprocess.run(
        [sys.executable, "-m", "tests.labs.programs.renders", str(out), str(report), *leaky],
        cwd=world.folder,
        env={**world.environ(), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert world.secret not in done.stdout + done.stderr
    return tree(out)


@pytest.fixture(scope="module")
def rendered(
    worlds: tuple[World, ...], bao: OpenBao
) -> tuple[list[dict[str, tuple[int, bytes]]], list[dict[str, list[str]]], int]:
    """The trees, what was done meanwhile, and how many requests OpenBao had."""
    before = bao.audit.read_bytes().count(b"\n")
    trees = [_render(world) for world in worlds]
    reports = [told(world.folder / "report") for world in worlds]
    return trees, reports, bao.audit.read_bytes().count(b"\n") - before


Rendered = tuple[list[dict[str, tuple[int, bytes]]], list[dict[str, list[str]]], int]


def test_every_blueprint_renders_the_same_bytes_in_both_worlds(rendered: Rendered) -> None:
    (one, other), _, _ = rendered
    assert {path.split("/")[0] for path in one} == set(registry.names())
    assert {path: content for path, content in one.items() if other.get(path) != content} == {}
    assert one.keys() == other.keys()


def test_no_secret_of_either_world_is_in_what_was_rendered(
    rendered: Rendered, worlds: tuple[World, ...]
) -> None:
    trees, _, _ = rendered
    wanted = [canary(world.folder.name, world.secret.encode()) for world in worlds]
    for content in {content for found in trees for _, content in found.values()}:
        assert list(search(content, wanted, lambda _words: None)) == []


def test_nothing_in_the_home_is_opened_nobody_is_asked_and_nothing_is_started(
    rendered: Rendered,
) -> None:
    _, reports, requests = rendered
    assert reports == [{"opened": [], "connected": [], "started": []}] * 2
    assert requests == 0


def test_a_blueprint_that_leaks_is_found(worlds: tuple[World, ...], bao: OpenBao) -> None:
    before = bao.audit.read_bytes().count(b"\n")
    one, other = (_render(world, "tce") for world in worlds)
    wanted = [canary("one", worlds[0].secret.encode())]
    for leak in LEAKS:
        path = next(path for path in one if path.endswith(LEAK.format(leak)))
        assert one[path] != other[path], leak
        assert len(list(search(one[path][1], wanted, lambda _words: None))) == 1, leak
    report = told(worlds[0].folder / "report")
    assert {Path(path).name for path in report["opened"]} == {".vault-token"}
    assert report["connected"]
    assert bao.audit.read_bytes().count(b"\n") > before


def test_both_worlds_are_full_of_secrets(worlds: tuple[World, ...]) -> None:
    for world in worlds:
        environ = world.environ()
        files = [file for file in world.home.rglob("*") if file.is_file()]
        assert all(world.secret in file.read_text() for file in files)
        assert len(files) == len(HOME)
        assert sum(world.secret in value for value in environ.values()) >= len(VARIABLES)
