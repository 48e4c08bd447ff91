"""What the file of openings and the page of openings have to agree on."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from blueprints.check.repository import Repository
from blueprints.check.rules.openings import check

VALID = Path(__file__).parent.parent.parent / "invalid" / "openings" / "valid"


def findings(folder: Path) -> list[str]:
    repo = Repository(folder)
    return [str(getattr(one, "message", one)) for one in check(repo, repo.settings)]


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return Path(shutil.copytree(VALID, tmp_path / "repo"))


def changed(repo: Path, change: Callable[[Any], object]) -> list[str]:
    file = repo / "openings/openings.json"
    data = json.loads(file.read_text())
    change(data)
    file.write_text(json.dumps(data))
    return findings(repo)


def test_both_say_the_same(repo: Path) -> None:
    assert findings(repo) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda data: data["openings"].clear(), "nothing goes to or from"),
        (lambda data: data["openings"][0].update(why="else"), "is not in openings.md"),
        (lambda data: data["openings"][0].update(protocol="udp"), "is not in openings.md"),
        (lambda data: data["openings"][0].update(protocol="sctp"), "ports are pairs of numbers"),
        (lambda data: data["openings"][0].update(ports=[[443, 80]]), "ports are pairs of numbers"),
        (lambda data: data["openings"][0].update(ports=[[True, 443]]), "ports are pairs"),
        (lambda data: data["openings"][0].update(direction="in"), "direction has to be out"),
        (lambda data: data["openings"][0].update(cluster="tds-web"), "cluster has to be"),
        (lambda data: data["openings"][0].update(versions=[4, 6]), "versions has to be [4]"),
        (lambda data: data["openings"][0].update(versions=[4.0]), "versions has to be [4]"),
        (lambda data: data["openings"][0].update(source="site/git"), "a zone that is not here"),
        (lambda data: data["openings"][0].update(fact="other"), "is known from no fact here"),
        (lambda data: data["openings"][0].pop("component"), "has not just"),
        (lambda data: data["openings"].append(data["openings"][0]), "comes twice"),
        (lambda data: data["zones"].reverse(), "zones are not sorted"),
        (lambda data: data["zones"][0].update(vlan=211), "is not as in openings.md"),
        (lambda data: data["zones"][0].update(vlan="210"), "vlan of production-web/nodes/master"),
        (lambda data: data["zones"][0].update(plane="other"), "plane of"),
        (lambda data: data["zones"][0].update(plane="management"), "network of"),
        (lambda data: data["zones"][0].update(cidr="192.0.2.16/28"), "network of"),
        (lambda data: data["zones"][0].update(cidr="192.0.3.0/24"), "does not lie in"),
        (lambda data: data["zones"][0].update(addresses=["192.0.2.32/28"]), "is not as in"),
        (lambda data: data["zones"][0].update(addresses=["x"]), "something that is no network"),
        (lambda data: data["zones"][0].update(kind="api"), "kind of"),
        (lambda data: data["zones"][0].update(flavour="metals"), "flavour of"),
        (lambda data: data["zones"][0].update(environment="tds"), "environment of"),
        (lambda data: data["zones"][0].pop("network"), "needs network"),
        (lambda data: data["zones"][0].update(more=1), "more is no key of a zone"),
        (lambda data: data["zones"][1].update(hosts=[]), "is not as in openings.md"),
        (lambda data: data["zones"][1].update(what="ArgoCD"), "is not as in openings.md"),
        (lambda data: data["facts"]["rke2-ports"].update(url="x"), "is not as in openings.md"),
        (lambda data: data["facts"]["rke2-ports"].pop("url"), "needs title and url"),
        (lambda data: data.pop("facts"), "has no facts"),
        (lambda data: data.update(more=1), "more is no key of it"),
        (lambda data: data.update(schema="tutela/openings/v2"), "is not of the schema"),
    ],
)
def test_what_differs_is_told(repo: Path, change: Callable[[Any], object], says: str) -> None:
    assert any(says in one for one in changed(repo, change)), changed(repo, change)


@pytest.mark.parametrize("name", ["openings.json", "openings.md"])
def test_one_without_the_other_is_told(repo: Path, name: str) -> None:
    (repo / "openings" / name).unlink()
    assert len(findings(repo)) == 1


def test_what_is_on_the_page_only_is_told(repo: Path) -> None:
    page = repo / "openings/openings.md"
    row = "| master | rancher | tcp 443 | 1   | rancher: the agent |\n"
    page.write_text(page.read_text().replace(row, row + row.replace("443", "8443")))
    (told,) = findings(repo)
    assert told == (
        "master to rancher in production-web, tcp 8443 (rancher: the agent) is in openings.md only"
    )


def test_other_files_of_these_names_are_nobodys_business(tmp_path: Path) -> None:
    (tmp_path / "openings.json").write_text('{"a": 1}')
    assert findings(tmp_path) == []
