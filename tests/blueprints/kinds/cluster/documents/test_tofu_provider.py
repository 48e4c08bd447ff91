"""Providers: pinned, and without their secrets."""

import pygohcl
import pytest

from blueprints.emit.hcl import hcl_text
from blueprints.kinds.cluster.documents.tofu_provider import provider, variables, versions
from tests.blueprints.kinds.cluster.tofu import MODULES, files, parsed

NEEDED = {"cluster": ["rancher2"], "registration": ["kubernetes"], "machines": ["maas"]}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_asks_for_one_version_of_what_it_uses(module: str) -> None:
    terraform = parsed(f"tofu/modules/{module}/versions.tf")["terraform"]
    required = terraform["required_providers"]
    assert list(required) == NEEDED[module]
    assert all(one["version"].startswith("= ") for one in required.values())
    assert terraform["required_version"] == ">= 1.10.0"


@pytest.mark.parametrize("module", MODULES)
def test_a_provider_is_told_no_secret(module: str) -> None:
    text = files()[f"tofu/modules/{module}/providers.tf"]
    assert "api_key" not in text
    assert "token_key" not in text
    assert '"' not in text.replace('provider "', "").replace('" {', "").replace('"${', "").replace(
        '}"', ""
    ).replace('"argocd"', "")


def test_versions_are_in_the_order_of_names() -> None:
    text = hcl_text(versions("rancher2", "maas")).decode()
    assert text.index("maas") < text.index("rancher2")


def test_an_input_that_may_be_null_says_so() -> None:
    known = {"a": ("string", "One."), "b": ("string", "Another.")}
    body = list(variables(known, optional=["b"], sensitive=["a"]))
    read = pygohcl.loads(hcl_text(body).decode())["variable"]
    assert read["a"] == {
        "type": "string",
        "description": "One.",
        "nullable": False,
        "sensitive": True,
    }
    assert read["b"]["nullable"] is True


def test_a_provider_has_its_arguments() -> None:
    assert hcl_text([provider("x", ("a", 1))]) == b'provider "x" {\n  a = 1\n}\n'
