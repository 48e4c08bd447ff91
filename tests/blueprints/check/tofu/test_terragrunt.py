"""Units as their files declare them."""

from __future__ import annotations

from pathlib import Path

from blueprints.check.tofu.terragrunt import local_source, units
from blueprints.check.tofu.values import Unknown
from tests.blueprints.check.tofu.trees import CLUSTER, FILES, HERE, repository, written


def test_every_folder_with_a_unit_is_found_and_its_root_is_none(tmp_path: Path) -> None:
    files = {**FILES, "terragrunt.hcl": FILES["root.hcl"]}
    for name in (f"{HERE}/cluster/terragrunt.hcl", f"{HERE}/registration/terragrunt.hcl"):
        files[name] = files[name].replace(
            'find_in_parent_folders("root.hcl")', '"../../../terragrunt.hcl"'
        )
    assert set(units(written(tmp_path, files))) == {f"{HERE}/cluster", f"{HERE}/registration"}


def test_inputs_are_those_of_the_root_under_its_own(tmp_path: Path) -> None:
    unit = units(repository(tmp_path))[f"{HERE}/cluster"]
    assert unit.inputs is not None
    name, region = unit.inputs["name"], unit.inputs["region"]
    assert (name.file, name.line, name.value) == (unit.file, 14, "production-inference")
    assert (region.file, region.value) == ("root.hcl", "zurich")
    assert unit.inputs["pools"].value[0]["count"] == 3


def test_an_include_that_is_not_merged_gives_no_inputs(tmp_path: Path) -> None:
    text = CLUSTER.replace('root.hcl")\n', 'root.hcl")\n  merge_strategy = "no_merge"\n', 1)
    unit = units(repository(tmp_path, **{f"{HERE}/cluster/terragrunt.hcl": text}))[
        f"{HERE}/cluster"
    ]
    assert unit.inputs is not None
    assert "region" not in unit.inputs


def test_inputs_that_only_a_run_tells_are_none(tmp_path: Path) -> None:
    text = CLUSTER.replace("inputs = {", 'inputs = merge(yamldecode(run_cmd("a")), {').replace(
        "local.data.pools\n}", "local.data.pools\n})"
    )
    unit = units(repository(tmp_path, **{f"{HERE}/cluster/terragrunt.hcl": text}))[
        f"{HERE}/cluster"
    ]
    assert unit.inputs is None


def test_outputs_of_other_units_are_known_to_a_run_only(tmp_path: Path) -> None:
    unit = units(repository(tmp_path))[f"{HERE}/registration"]
    assert unit.inputs is not None
    assert isinstance(unit.inputs["id"].value, Unknown)
    assert unit.inputs["name"].value == "production-inference"


def test_dependencies_lead_to_folders(tmp_path: Path) -> None:
    unit = units(repository(tmp_path))[f"{HERE}/registration"]
    (one,) = unit.dependencies
    assert (one.name, one.folder, one.line, one.mocks) == (
        "cluster",
        f"{HERE}/cluster",
        10,
        {"id": "invented"},
    )


def test_modules_of_the_repository_are_found(tmp_path: Path) -> None:
    known = units(repository(tmp_path))
    modules = {folder: unit.module.path for folder, unit in known.items() if unit.module}
    assert modules == {
        f"{HERE}/cluster": "modules/cluster",
        f"{HERE}/registration": "modules/registration",
    }


def test_modules_from_elsewhere_are_of_no_folder() -> None:
    assert local_source("git::https://git.example.org/a.git//b?ref=1", "a") is None
    assert local_source("tfr:///a/b/c?version=1", "a") is None
    assert local_source("../../../../etc", "a/b") is None
    assert local_source("../b//c?ref=1", "a/d") == "a/b/c"
    assert local_source(3, "a") is None


def test_what_is_wrong_is_told_with_its_place(tmp_path: Path) -> None:
    text = CLUSTER.replace("local.data.name", "local.data.nam")
    unit = units(repository(tmp_path, **{f"{HERE}/cluster/terragrunt.hcl": text}))[
        f"{HERE}/cluster"
    ]
    assert unit.inputs is None
    assert [(one.file, one.line, one.message) for one in unit.wrong] == [
        (unit.file, 13, "inputs: local.data.nam is not there")
    ]


def test_locals_that_need_each_other_end_somewhere(tmp_path: Path) -> None:
    text = CLUSTER.replace("locals {", "locals {\n  a = local.b\n  b = local.a")
    unit = units(repository(tmp_path, **{f"{HERE}/cluster/terragrunt.hcl": text}))[
        f"{HERE}/cluster"
    ]
    unit.config.all_locals()
    assert list(unit.wrong) == []


def test_the_state_is_that_of_the_root_as_seen_from_the_unit(tmp_path: Path) -> None:
    unit = units(repository(tmp_path))[f"{HERE}/registration"]
    assert unit.state is not None
    assert unit.state[0].file == "root.hcl"
    assert unit.state[2]["key"] == "a/registration.tfstate"
