"""OpenTofu's files: read by HashiCorp's parser, in the form of `fmt`, and mistakes in them found.

What Terraform itself says of them: tests/real/test_cluster_tofu.py.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pygohcl
import pytest

from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.rules import hcl_references, tofu_argument
from blueprints.check.settings import load_settings
from blueprints.check.tofu.arguments import table
from blueprints.check.tofu.reader import Attribute, Block, read
from tests.blueprints.kinds.cluster.mutants import MUTANTS, OPEN
from tests.blueprints.kinds.cluster.specifications import GONE, typed
from tests.blueprints.kinds.cluster.tofu import (
    MODULES,
    files,
    parsed,
    providers,
    rendered,
    write,
)
from tests.labs.providers.oracle import kept
from tests.labs.providers.schema import Block as Schema
from tests.labs.providers.schema import Provider
from tests.labs.terraform import Terraform, needs_terraform

RULES = {"hcl-references": hcl_references, "tofu-argument": tofu_argument}


def test_every_file_is_right_for_hashicorps_parser() -> None:
    read = [pygohcl.loads(text) for path, text in files().items() if path.endswith((".tf", ".hcl"))]
    assert len(read) >= 25


@needs_terraform
def test_fmt_would_change_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path / "repository", files())
    for file in folder.rglob("*.hcl"):
        file.rename(file.with_suffix(".tf"))  # `fmt` reads no other names
    assert Terraform(tmp_path, {}).run(folder, "fmt", "-check", "-recursive", "-diff").stdout == ""


def told(folder: Path, rule: str) -> list[Finding | NotChecked]:
    repo = Repository(folder)
    return list(RULES[rule].check(repo, load_settings(repo)))


@pytest.mark.parametrize("rule", RULES)
def test_the_check_finds_nothing_and_leaves_nothing_out(tmp_path: Path, rule: str) -> None:
    assert told(write(tmp_path, files()), rule) == []


@pytest.mark.parametrize("mutant", [*MUTANTS, *OPEN])
def test_the_check_finds_a_mutant_where_it_is(tmp_path: Path, mutant: str) -> None:
    one = {**MUTANTS, **OPEN}[mutant]
    found = told(write(tmp_path, one.files()), one.rule)
    errors = [it for it in found if not isinstance(it, Finding) or it.level is Level.ERROR]
    assert {it.file for it in errors} == {one.path}


WITHOUT_ORACLE = [
    "kubernetes_cluster_role_binding_v1",
    "kubernetes_cluster_role_v1",
    "kubernetes_secret_v1",
    "kubernetes_service_account_v1",
    "maas_instance",
]
"""Their schemas follow the providers' documentation: no typed package is made from them."""


def used(kind: str) -> set[str]:
    """Types of resources, or of data sources, in all modules."""
    return {name for path in files() if path.endswith(".tf") for name in parsed(path).get(kind, {})}


def test_every_resource_is_held_against_an_oracle_or_is_listed() -> None:
    rancher = kept()["pulumi_rancher2"]
    assert sorted(used("resource") - set(rancher.resources)) == WITHOUT_ORACLE
    assert used("data") <= set(rancher.data)


@pytest.mark.parametrize("provider", providers(), ids=lambda one: one.address.rpartition("/")[2])
def test_the_check_knows_exactly_what_the_schemas_have(provider: Provider) -> None:
    for group, blocks in (("resources", provider.resources), ("data", provider.data)):
        for name, block in blocks.items():
            entry = table(group)[name]
            if "computed" in entry:
                assert _arguments(entry) == _schema(block), name
                assert set(entry["computed"]) == {*block.computed, *_told(block)}, name


def _told(block: Schema) -> set[str]:
    return {"id"} & set(block.both)


def _arguments(entry: dict[str, Any], outer: str = "") -> set[str]:
    """Arguments of an entry of the table; blocks are gone into, marks of what is required kept."""
    found = {f"{outer}{name}" for name in entry if name not in ("blocks", "computed")}
    for name, inner in entry.get("blocks", {}).items():
        found |= {f"{outer}{name}", *_arguments(inner, f"{outer}{name}.")}
    return found


def _schema(block: Schema, outer: str = "") -> set[str]:
    """The same of a schema, without what is deprecated."""
    names = {*block.optional, *block.both} - {"id", *block.deprecated}
    found = {f"{outer}{name}" for name in names} | {f"{outer}{name}!" for name in block.required}
    for name, nested in block.blocks.items():
        if name not in block.deprecated:
            marked = f"{outer}{name}{'!' if nested.least else ''}"
            found |= {marked, *_schema(nested.block, f"{marked}.")}
    return found


def test_state_is_encrypted_locked_and_lies_where_the_data_say() -> None:
    root = parsed("tofu/root.hcl")
    state = root["generate"]["state"]
    assert state["if_exists"] == "overwrite_terragrunt"
    assert "path_relative_to_include" not in files()["tofu/root.hcl"]
    written = pygohcl.loads(state["contents"].replace("${", "").replace('}"', '"'))["terraform"]
    backend = written["backend"]["s3"]
    assert backend["use_lockfile"] is True
    assert backend["key"] == "local.cluster.state[local.unit]"
    encryption = written["encryption"]
    assert encryption["state"]["enforced"] is encryption["plan"]["enforced"] is True
    assert list(encryption["key_provider"]) == ["openbao"]
    assert list(encryption["method"]) == ["aes_gcm"]
    assert not {"token", "access_key", "secret_key", "passphrase"} & set(str(written).split("'"))


def test_init_takes_only_providers_that_are_locked() -> None:
    terraform = parsed("tofu/root.hcl")["terraform"]
    assert terraform["copy_terraform_lock_file"] is False
    assert "-lockfile=readonly" in terraform["extra_arguments"]["locked"]["arguments"]
    script = files()["tofu/lock.sh"]
    assert "-platform=linux_amd64 -platform=linux_arm64" in script


def test_the_script_that_locks_goes_through_every_module(tmp_path: Path) -> None:
    folder = write(tmp_path / "repository", files())
    (tmp_path / "tofu").write_text('#!/bin/sh\necho "$@"\n')
    (tmp_path / "tofu").chmod(0o755)
    ran = subprocess.run(
        ["bash", str(folder / "tofu/lock.sh")],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    asked = "providers lock -platform=linux_amd64 -platform=linux_arm64"
    for module in MODULES:
        assert f"-chdir={module}/ {asked}" in ran.stdout


def test_a_site_without_servers_has_no_module_for_them() -> None:
    made = rendered(typed({"clusters/2": GONE}))
    assert not any(path.startswith("tofu/modules/machines/") for path in made)


def test_no_secret_and_no_name_of_a_cluster_is_in_a_module() -> None:
    for path, text in files().items():
        if path.startswith("tofu/"):
            assert "example.org" not in text
            assert "models" not in text


def _attributes(block: Block) -> Iterator[Attribute]:
    for one in block.blocks:
        if one.type not in ("locals", "required_providers"):  # names of one's own
            yield from one.attributes.values()
            yield from _attributes(one)


def _block_names(block: Block) -> Iterator[Block]:
    for one in block.blocks:
        yield one
        yield from _block_names(one)


def _misspelt(text: str, line: int, name: str) -> str:
    lines = text.split("\n")
    assert name in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(name, f"{name[:-1]}x", 1)
    return "\n".join(lines)


def test_every_argument_and_every_block_that_is_misspelt_is_found(tmp_path: Path) -> None:
    texts = {}
    for path, text in files().items():
        if path.endswith(".tf"):
            top = read(text)
            found = [(one.line, one.name) for one in _attributes(top)]
            found += [(one.line, one.type) for one in _block_names(top)]
            for line, name in found:
                texts[f"{path}/{line}-{name}/main.tf"] = _misspelt(text, line, name)
    told_of = {one.file for one in told(write(tmp_path, texts), "tofu-argument")}
    assert sorted(set(texts) - told_of) == []
    assert len(texts) > 250
