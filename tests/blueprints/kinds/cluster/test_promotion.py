"""The cluster blueprint's own promotion, on its example."""

from pathlib import Path

import pytest

from blueprints.engine import registry, render, spec
from blueprints.engine.blueprint import Copied, File
from blueprints.kinds.cluster.promotion import PROMOTION
from blueprints.kinds.cluster.spec import ENVIRONMENTS
from blueprints.promote.promote import Asked, promote
from blueprints.promote.result import Promoted
from blueprints.update.update import Options, RefusedError
from tests.blueprints.update.repositories import GIT, tree

BLUEPRINT = registry.named("cluster")
EXAMPLE = (BLUEPRINT.folder / "examples" / "cluster.yaml").read_text()


@pytest.fixture(scope="module")
def files() -> tuple[File, ...]:
    return render.repository(spec.parse(EXAMPLE.encode(), "spec.yaml"))


@pytest.fixture
def repo(tmp_path: Path, files: tuple[File, ...]) -> Path:
    for file in files:
        to = tmp_path / "repo" / file.path
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(file.content)
        to.chmod(0o755 if file.executable else 0o644)
    return tmp_path / "repo"


def promoted(repo: Path, to: str) -> Promoted:
    return promote(repo, Asked(to), Options(git=GIT))


def kubernetes(before: str, after: str) -> list[str]:
    return list(PROMOTION.objections(Copied(("kubernetes",), before, after)))


def test_its_stages_are_the_environments() -> None:
    assert PROMOTION.stages == ENVIRONMENTS


@pytest.mark.parametrize("to", ["tds", "production"])
def test_only_the_versions_of_the_environment_change(repo: Path, to: str) -> None:
    before = tree(repo)
    result = promoted(repo, to)
    assert result.wanted.copied
    after = tree(repo)
    differing = {path for path in before if before[path] != after[path]}
    assert after.keys() == before.keys()
    assert differing - {".tutela-check.yaml", ".tutela-base/render/top.jsonl"} == {
        f"clusters/{to}/versions.yaml",
        f".tutela-base/render/clusters/{to}.jsonl",
        "spec.yaml",
        "tutela.lock",
    }
    assert promoted(repo, to).updated is None


def test_the_specification_differs_in_lines_of_versions_only(repo: Path) -> None:
    result = promoted(repo, "tds")
    old, new = EXAMPLE.splitlines(), (repo / "spec.yaml").read_text().splitlines()
    lines = [(one, other) for one, other in zip(old, new, strict=True) if one != other]
    assert len(lines) == len(result.wanted.copied)
    for (one, other), copied in zip(lines, result.wanted.copied, strict=True):
        assert one.replace(copied.before or "", copied.after) == other


def test_the_clusters_that_change_are_named(repo: Path) -> None:
    assert "inference" in promoted(repo, "tds").touched


def test_kubernetes_goes_up_one_minor_version_at_a_time() -> None:
    assert kubernetes("v1.33.5+rke2r1", "v1.34.1+rke2r1") == []
    assert kubernetes("v1.33.5+rke2r1", "v1.33.9+rke2r1") == []
    (why,) = kubernetes("v1.32.9+rke2r1", "v1.34.1+rke2r1")
    assert why.endswith("v1.33 comes first")


def test_kubernetes_never_goes_back_a_minor_version() -> None:
    assert kubernetes("v1.33.5+rke2r1", "v1.33.4+rke2r1") == []
    (why,) = kubernetes("v1.34.1+rke2r1", "v1.33.5+rke2r1")
    assert "snapshot of etcd" in why


def test_a_chart_may_pass_over_versions() -> None:
    assert list(PROMOTION.objections(Copied(("components", "metallb"), "0.9.0", "1.2.0"))) == []


def test_a_version_that_development_does_not_run_by_now_stops_it(repo: Path) -> None:
    file = repo / "clusters/development/versions.yaml"
    file.write_text(file.read_text().replace("v1.34.1+rke2r1", "v1.34.2+rke2r1"))
    with pytest.raises(RefusedError, match="development was edited by hand"):
        promoted(repo, "tds")
