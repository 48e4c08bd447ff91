from datetime import UTC, datetime
from pathlib import Path

import pytest

from governance.evidence.errors import EvidenceError
from governance.evidence.serving.source import ServingSource
from governance.workspace.evidence import ServingEntry
from tests.governance.evidence.said import NOW, Said, said
from tests.governance.evidence.serving.deploy import CHART, MANIFESTS, NAMED, RENDERED
from tests.labs.git_lab import GitFolder


@pytest.fixture
def repo(tmp_path: Path) -> GitFolder:
    return GitFolder.init(tmp_path / "deploy")


def read(repo: GitFolder, refs: tuple[str, ...] = ("*",), paths: tuple[str, ...] = ("*",)) -> Said:
    entry = ServingEntry(name="prod", repo=str(repo.path), refs=refs, paths=paths)
    return said(ServingSource(entry, Path("/")))


def of_one(repo: GitFolder, name: str, text: str) -> Said:
    repo.commit(name, {name: text})
    return read(repo)


def test_every_model_of_a_repository_is_needed(repo: GitFolder) -> None:
    repo.commit("all", {**CHART, **MANIFESTS})
    found = read(repo)
    assert found.targets >= NAMED | RENDERED
    assert not any("docs" in target for target in found.targets)
    assert found.problems == []
    assert found.as_of == NOW


def test_a_claim_reads_well_and_says_where_it_is_said(repo: GitFolder) -> None:
    repo.commit("all", MANIFESTS)
    (claim,) = [row for row in read(repo).claims if row["target"] == "s3://models/llama/v4"]
    assert claim["holder"] == "serving:prod/kserve/llama.yaml#InferenceService/prod/llama"
    assert claim["words"] == ("InferenceService llama in deploy refs/heads/main: kserve/llama.yaml")
    assert (claim["root"], claim["root_name"]) == ("serving.active", "refs/heads/main")
    assert claim["at"] == "refs/heads/main:kserve/llama.yaml:8"
    assert claim["relation"] == "needs"


def test_a_deployment_is_a_node_with_a_label(repo: GitFolder) -> None:
    repo.commit("all", MANIFESTS)
    found = read(repo)
    node = "serving:prod/kserve/llama.yaml#InferenceService/prod/llama"
    assert found.noted("type")[node] == "deployment"
    assert found.noted("label")[node] == "InferenceService llama in deploy"
    assert found.noted("label")["serving:prod/gateway/litellm.yaml"] == (
        "gateway/litellm.yaml in deploy"
    )


def test_tips_are_read_and_what_was_before_them_is_not(repo: GitFolder) -> None:
    repo.commit("old", {"a.yaml": "modelURL: s3://m/old"})
    repo.run("tag", "v1")
    repo.commit("between", {"a.yaml": "modelURL: s3://m/between"})
    repo.commit("new", {"a.yaml": "modelURL: s3://m/new"})
    repo.run("checkout", "-q", "-b", "side")
    repo.commit("side", {"a.yaml": "modelURL: s3://m/side"})
    found = {(row["target"], row["root_name"]) for row in read(repo).claims}
    assert found == {
        ("s3://m/old", "refs/tags/v1"),
        ("s3://m/new", "refs/heads/main"),
        ("s3://m/side", "refs/heads/side"),
    }
    assert read(repo, refs=("refs/heads/main",)).targets == {"s3://m/new"}


def test_a_file_on_two_branches_is_needed_by_both(repo: GitFolder) -> None:
    repo.commit("one", {"a.yaml": "modelURL: s3://m/a"})
    repo.run("branch", "prod")
    assert {row["root_name"] for row in read(repo).claims} == {
        "refs/heads/main",
        "refs/heads/prod",
    }


def test_only_the_paths_that_were_asked_for_are_read(repo: GitFolder) -> None:
    repo.commit("one", {"prod/a.yaml": "modelURL: s3://m/a", "dev/a.yaml": "modelURL: s3://m/b"})
    assert read(repo, paths=("prod/*",)).targets == {"s3://m/a"}


def test_branches_that_were_fetched_count(repo: GitFolder, tmp_path: Path) -> None:
    repo.commit("one", {"a.yaml": "modelURL: s3://m/a"})
    clone = repo.clone(tmp_path / "clone")
    clone.run("checkout", "-q", "--orphan", "empty")
    clone.run("branch", "-q", "-D", "main")
    assert {row["root_name"] for row in read(clone).claims} >= {"refs/remotes/origin/main"}


def test_a_model_that_nothing_sets_is_a_problem(repo: GitFolder) -> None:
    found = of_one(repo, "t/a.yaml", "{{- if .x }}\nstorageUri: {{ .Values.model }}\n{{- end }}\n")
    assert found.claims == []
    assert found.words == [
        "refs/heads/main:t/a.yaml:2: storageUri is {{ .Values.model }}, "
        "which nothing in the repository sets"
    ]


def test_a_model_that_a_script_is_given_is_a_remark(repo: GitFolder) -> None:
    found = of_one(repo, "serve.sh", 'vllm serve "$1"\n')
    assert found.problems == []
    assert "serve.sh" in found.remarks[0]


def test_what_a_pipeline_is_given_is_a_remark(repo: GitFolder) -> None:
    found = of_one(repo, ".github/workflows/a.yaml", "env: {MODEL: '${{ inputs.model }}'}\n")
    assert found.problems == []
    assert found.remarks


def test_an_alias_that_stays_open_is_nothing(repo: GitFolder) -> None:
    found = of_one(repo, "a.yaml", "served-model-name: '{{ .Values.name }}'\n")
    assert (found.problems, found.remarks, found.claims) == ([], [], [])


def test_what_is_not_yaml_is_a_problem_with_its_line(repo: GitFolder) -> None:
    found = of_one(repo, "a.yaml", "model: org/a\nb: [1\n")
    assert found.targets == {"hub:org/a"}
    assert found.words[0].startswith("refs/heads/main:a.yaml:")
    assert "is not YAML" in found.words[0]


def test_a_model_that_lies_elsewhere_is_a_remark(repo: GitFolder) -> None:
    found = of_one(repo, "a.yaml", "storageUri: pvc://claim/llama\nmodelUri: oci://r/m:v1\n")
    assert (found.claims, found.problems) == ([], [])
    assert len(found.remarks) == 2


def test_other_repositories_are_remarked_once(repo: GitFolder) -> None:
    app = "spec: {source: {repoURL: https://git/charts}}\n---\n"
    found = of_one(repo, "apps.yaml", app * 3)
    assert found.remarks == [
        "apps.yaml: deploys what is in https://git/charts: a source of its own"
    ]


def test_a_submodule_is_remarked(repo: GitFolder) -> None:
    found = of_one(repo, ".gitmodules", '[submodule "x"]\n\tpath = x\n\turl = https://git/x\n')
    assert found.remarks == ["it has submodules: each is a source of its own"]


def test_a_file_that_is_lost_is_a_problem(repo: GitFolder) -> None:
    repo.commit("one", {"a.yaml": "modelURL: s3://m/a", "b.yaml": "modelURL: s3://m/b"})
    blob = repo.run("rev-parse", "HEAD:a.yaml")
    (repo.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    found = read(repo)
    assert found.targets == {"s3://m/b"}
    assert blob[:12] in found.words[0]


def test_a_mirror_is_as_of_its_last_fetch(repo: GitFolder, tmp_path: Path) -> None:
    repo.commit("one", {"a.yaml": "modelURL: s3://m/a"})
    mirror = repo.clone(tmp_path / "mirror", "--mirror")
    mirror.run("fetch", "-q")
    source = ServingSource(ServingEntry(repo=str(mirror.path)), Path("/"))
    found = said(source, datetime(2090, 1, 1, tzinfo=UTC))
    assert found.as_of is not None
    assert found.as_of.year < 2090


def test_a_repository_without_such_refs_is_an_error(repo: GitFolder) -> None:
    repo.commit("one")
    with pytest.raises(EvidenceError, match="no refs like refs/heads/prod"):
        read(repo, refs=("refs/heads/prod",))


def test_what_is_no_repository_is_an_error(tmp_path: Path) -> None:
    source = ServingSource(ServingEntry(repo="nothing", name="prod"), tmp_path)
    assert (source.name, source.place) == ("prod", f"{tmp_path}/nothing")
    assert source.writers == f"whoever may push to {tmp_path}/nothing"
    with pytest.raises(EvidenceError, match="no such repository"):
        said(source)


def test_hostile_names_are_text(repo: GitFolder) -> None:
    name = "a\n\x1b[31m$(touch x);.yaml"
    found = of_one(repo, name, "modelURL: s3://m/a\nmodel: 's3://m/../../etc'\n")
    assert found.targets == {"s3://m/a"}
    assert all(name in row["holder"] for row in found.claims)
