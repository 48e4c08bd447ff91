from pathlib import Path

from tests.governance.evidence.dvc.claims import NoContents, Said, read_dvc
from tests.labs.git_lab import GitFolder

A, B, C = "a" * 32, "b" * 32, "c" * 32
CONFIG = "['remote \"s\"']\n    url = s3://bucket/p\n"


def _said(tmp_path: Path, files: dict[str, str]) -> Said:
    repo = GitFolder.init(tmp_path / "repo")
    repo.commit("c", {".dvc/config": CONFIG, **files})
    return read_dvc(repo.path, tmp_path / "ws", NoContents())


def _out(digest: str, path: str, more: str = "") -> str:
    return f"outs:\n- md5: {digest}\n  hash: md5\n  path: {path}\n{more}"


def test_an_import_that_is_not_pushed_needs_its_origin(tmp_path: Path) -> None:
    deps = f"deps:\n- etag: {B}\n  path: s3://raw/x.csv\n"
    said = _said(
        tmp_path,
        {
            "kept.dvc": _out(A, "kept", deps),
            "light.dvc": _out(C, "light", "  push: false\n" + deps),
            "none.dvc": f"{deps}outs:\n- hash: md5\n  path: none\n",
        },
    )
    # One claim of one ref is enough, whichever pointer comes first.
    assert len(said.words("s3://raw/x.csv")) == 1
    assert said.targets() == {f"md5:{A}", f"md5:{C}", "s3://raw/x.csv"}
    lines = {(one["holder"], one["target"]) for one in said.claims if one["root"] is None}
    assert (f"md5:{A}", "s3://raw/x.csv") in lines


def test_data_that_dvc_keeps_outside_are_a_place(tmp_path: Path) -> None:
    said = _said(tmp_path, {"x.dvc": f"outs:\n- etag: {A}-3\n  path: remote://s/raw/x\n"})
    assert said.targets() == {f"dvc:etag:{A}-3", "s3://bucket/p/raw/x"}
    assert said.reached(f"dvc:etag:{A}-3") == {f"s3://bucket/p/aa/{'a' * 30}-3"}


def test_what_another_repository_has_is_no_lineage_here(tmp_path: Path) -> None:
    deps = f"deps:\n- path: a\n  md5: {B}\n  repo:\n    url: https://x\n"
    said = _said(tmp_path, {"a.dvc": _out(A, "a", deps)})
    assert said.targets() == {f"md5:{A}"}
    assert not [one for one in said.claims if one["target"] == f"md5:{B}"]


def test_a_subproject_keeps_its_versions_under_its_own_paths(tmp_path: Path) -> None:
    cloud = "  cloud:\n    s:\n      version_id: v1\n"
    config = CONFIG + "    version_aware = true\n"
    said = _said(tmp_path, {"sub/.dvc/config": config, "sub/d/x.dvc": _out(A, "x", cloud)})
    assert {"s3://bucket/p/d/x", "s3://bucket/p/sub/d/x"} <= said.reached(f"md5:{A}")


def test_a_stage_of_thousands_is_not_millions_of_claims(tmp_path: Path) -> None:
    def data(start: int) -> str:
        return "".join(
            f"    - path: x{number}\n      hash: md5\n      md5: '{start + number:032x}'\n"
            for number in range(300)
        )

    lock = f"schema: '2.0'\nstages:\n  s:\n    cmd: c\n    deps:\n{data(0)}    outs:\n{data(1000)}"
    said = _said(tmp_path, {"dvc.lock": lock})
    lines = [one for one in said.claims if one["words"] == "stage s of repo repo"]
    assert len(lines) == 600
    (between,) = {str(one["target"]) for one in lines if str(one["holder"]).startswith("md5:")}
    assert {one["target"] for one in lines if one["holder"] == between} == {
        f"md5:{number:032x}" for number in range(300)
    }


def test_names_with_controls_stay_data(tmp_path: Path) -> None:
    said = _said(tmp_path, {"a\nb.dvc": _out(A, '"a\\nb"'), "--x.dvc": _out(B, "--x")})
    assert said.targets() == {f"md5:{A}", f"md5:{B}"}
    assert said.problems == []
