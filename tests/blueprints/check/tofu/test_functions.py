"""Functions that only read the repository."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from blueprints.check.repository import Repository
from blueprints.check.tofu.functions import functions, inside
from blueprints.check.tofu.values import Placed, Scope, Unknown, WrongError

UNIT = "clusters/production/inference/cluster"


@pytest.fixture
def scope(tmp_path: Path) -> Scope:
    for name, text in {
        "root.hcl": "",
        "clusters/site.yaml": "name: alps\n",
        "clusters/two.yaml": "a: 1\n---\nb: 2\n",
        f"{UNIT}/terragrunt.hcl": "",
        "clusters/production/inference/cluster.yaml": "state: {cluster: key}\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return Scope({}, functions(Repository(tmp_path), UNIT, UNIT, ""))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('file("../cluster.yaml")', "state: {cluster: key}\n"),
        ('yamldecode(file("../cluster.yaml")).state.cluster', "key"),
        ('yamldecode(file("${get_terragrunt_dir()}/../../../site.yaml")).name', "alps"),
        ('yamldecode(file("${get_repo_root()}/clusters/site.yaml")).name', "alps"),
        ('fileexists("../cluster.yaml")', True),
        ('fileexists("../other.yaml")', False),
        ('find_in_parent_folders("root.hcl")', "/repository/root.hcl"),
        ('find_in_parent_folders("nothing.hcl", "none")', "none"),
        ("get_terragrunt_dir()", f"/repository/{UNIT}"),
        ("get_parent_terragrunt_dir()", "/repository/"),
        ("get_path_from_repo_root()", UNIT),
        ("get_path_to_repo_root()", "../../../.."),
        ("path_relative_to_include()", UNIT),
        ("path_relative_from_include()", "../../../.."),
        ('basename("a/b")', "b"),
        ('dirname("a/b")', "a"),
        ('dirname("a")', "."),
        ('trimsuffix("a/", "/")', "a"),
        ("merge({ a = 1, b = 1 }, { b = 2 })", {"a": 1, "b": 2}),
        ('lookup({ a = 1 }, "b", 2)', 2),
        ('coalesce(null, "", "a")', "a"),
        ('contains(["a"], "a")', True),
        ("concat([1], [2])", [1, 2]),
        ('join(",", ["a", "b"], ["c"])', "a,b,c"),
        ('format("%s-%d", "a", 1)', "a-1"),
        ("keys({ b = 1, a = 2 })", ["a", "b"]),
        ("values({ b = 1, a = 2 })", [2, 1]),
        ("length([1, 2])", 2),
        ("tostring(true)", "true"),
        ('upper("a")', "A"),
        ('split("/", "a/b")', ["a", "b"]),
    ],
)
def test_work_as_those_of_terragrunt(scope: Scope, text: str, value: Any) -> None:
    assert scope.of(text) == value


@pytest.mark.parametrize(
    "text",
    [
        'run_cmd("touch", "/tmp/never")',
        'get_env("HOME")',
        'sops_decrypt_file("a")',
        'file("/etc/passwd")',
        'file("../../../../../../etc/passwd")',
        'fileexists("/etc/passwd")',
        "get_aws_account_id()",
        "get_working_dir()",
        'yamldecode("a: 1")',
        'abspath("a")',
        'format("%q", "a")',
        'replace("a", "/a/", "b")',
        "length(3)",
    ],
)
def test_never_reach_out_of_the_repository(scope: Scope, text: str) -> None:
    assert isinstance(scope.of(text), Unknown)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('file("../other.yaml")', "there is no file clusters/production/inference/other.yaml"),
        ('find_in_parent_folders("a.hcl")', "no folder above holds a.hcl"),
        (
            'yamldecode(file("../../../two.yaml"))',
            "clusters/two.yaml is not one document of YAML",
        ),
        ('lookup({}, "a")', "there is no a"),
        ("coalesce(null)", "coalesce finds nothing"),
    ],
)
def test_say_what_would_stop_a_run(scope: Scope, text: str, words: str) -> None:
    with pytest.raises(WrongError, match=words):
        scope.of(text)


def test_say_which_texts_are_made_of_a_place(scope: Scope) -> None:
    assert isinstance(scope.of("path_relative_to_include()"), Placed)
    assert not isinstance(scope.of('file("${get_terragrunt_dir()}/../cluster.yaml")'), Placed)


def test_a_path_is_inside_of_the_repository_or_nowhere() -> None:
    assert inside("/repository/a/../b") == "b"
    assert inside("/repository") == ""
    assert inside("/repository/../etc") is None
    assert inside("/repositories/a") is None
