"""What may differ between the environments of a cluster, and what may not."""

import shutil
from pathlib import Path

import pytest

from blueprints.check.repository import Repository
from blueprints.check.rules.environment_parity import check

VALID = Path(__file__).parent.parent.parent / "invalid" / "environment-parity" / "valid"
PRODUCTION = "clusters/production/inference"


def findings(folder: Path) -> list[tuple[str, str]]:
    repo = Repository(folder)
    return [
        (str(getattr(one, "file", "")), str(getattr(one, "message", one)))
        for one in check(repo, repo.settings)
    ]


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return Path(shutil.copytree(VALID, tmp_path / "repo"))


def edit(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1))


def test_names_and_addresses_of_its_own_are_no_difference(repo: Path) -> None:
    assert findings(repo) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("info", "debug", "speaker.logLevel is debug, and info in tds-inference"),
        ("false", "'false'", "speaker.ignoreExcludeLB is false, and False in tds-inference"),
        ("  logLevel: info\n", "", "has no speaker.logLevel, as tds-inference"),
        ("  logLevel", "  more: 1\n  logLevel", "has speaker.more, unlike tds-inference"),
        ("- 10.21.1.0", "- 10.99.1.0", "has addresses.["),
    ],
)
def test_a_value_that_nobody_specified_is_told(repo: Path, old: str, new: str, says: str) -> None:
    edit(repo, f"{PRODUCTION}/values/metallb.yaml", old, new)
    assert any(says in message for _, message in findings(repo)), findings(repo)


def test_what_its_own_part_of_the_specification_says_is_told_of_nobody(repo: Path) -> None:
    edit(repo, f"{PRODUCTION}/values/metallb.yaml", "info", "32Gi")
    assert [file for file, _ in findings(repo)] == ["clusters/tds/inference/values/metallb.yaml"]


def test_projects_are_compared_too(repo: Path) -> None:
    folder = repo / "argocd/projects"
    folder.mkdir(parents=True)
    for name, more in (("tds-inference", ""), ("production-inference", ", {group: '', kind: Pod}")):
        kinds = f"[{{group: '', kind: Secret}}{more}]"
        (folder / f"{name}.yaml").write_text(
            f"metadata: {{name: {name}}}\nspec: {{namespaceResourceWhitelist: {kinds}}}\n"
        )
    told = [message for _, message in findings(repo)]
    assert any("has no spec.namespaceResourceWhitelist.[" in one for one in told)


def test_a_pool_of_another_sort_makes_another_cluster(repo: Path) -> None:
    edit(repo, f"{PRODUCTION}/values/metallb.yaml", "info", "debug")
    edit(repo, "spec.yaml", "name: baseline, flavour: harvester", "name: baseline, flavour: vmware")
    assert findings(repo) == []


def test_a_repository_of_anything_else_is_left_alone(repo: Path) -> None:
    edit(repo, "spec.yaml", "blueprint: cluster", "blueprint: other")
    edit(repo, f"{PRODUCTION}/values/metallb.yaml", "info", "debug")
    assert findings(repo) == []


def test_what_only_one_environment_is_specified_to_have_shows_in_its_values(repo: Path) -> None:
    values = f"{PRODUCTION}/values/metallb.yaml"
    more = "tolerations: [{key: example.org/only, operator: Exists}]\nspeaker:"
    edit(repo, values, "speaker:", more)
    assert any("operator" in message for _, message in findings(repo))
    taint = "disk: 200Gi, taints: [{key: example.org/only, value: x}]"
    edit(repo, "spec.yaml", "disk: 200Gi", taint)
    assert findings(repo) == []


def test_pools_of_other_clusters_are_their_own(repo: Path) -> None:
    """Three of the same sorts, but in another order: what two have says nothing of the third."""
    spec = (repo / "spec.yaml").read_text()
    cluster = spec.partition("  - name: inference\n")[2]
    kept, _, environments = cluster.partition("    environments:\n")
    production = environments.partition("      tds:\n")[0]
    other = production.replace("name: master, flavour: harvester", "name: master, flavour: vmware")
    mine = production.replace("baseline, flavour: harvester", "baseline, flavour: vmware")
    spec = spec.replace(production, mine)
    for name in ("one", "two"):
        spec += f"  - name: {name}\n{kept}    environments:\n{other}"
        folder = shutil.copytree(repo / PRODUCTION, repo / f"clusters/production/{name}")
        edit(
            folder, "cluster.yaml", "- name: master", "- vsphere: {folder: /a}\n      name: master"
        )
    edit(
        repo,
        f"{PRODUCTION}/cluster.yaml",
        "- name: base",
        "- vsphere: {folder: /a}\n      name: base",
    )
    (repo / "spec.yaml").write_text(spec)
    assert not [message for _, message in findings(repo) if "pools" in message]


def test_files_of_environments_are_compared_too(repo: Path) -> None:
    folder = repo / "argocd/environments"
    folder.mkdir(parents=True)
    for name, heals in (("tds", "true"), ("production", "false")):
        (folder / f"{name}.yaml").write_text(
            f"metadata: {{name: {name}}}\nspec: {{heal: {heals}}}\n"
        )
    assert ("argocd/environments/tds.yaml", "spec.heal is True, and False in production") in (
        findings(repo)
    )
