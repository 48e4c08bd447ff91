"""Schemas of real providers, read from packages that were generated from them.

Pulumi's packages carry the arguments of each resource as typed Python; names, types and what is
required are read here, from their syntax alone, and kept in `oracle.json`. What differs from
Terraform's own names is in two small tables, by the providers' documentation.

    python -m tests.labs.providers.oracle SITE-PACKAGES      writes oracle.json again

The packages: tests/real/requirements-oracle.txt.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from tests.labs.providers.schema import ID, Block, Nested, Provider, block, plain

KEPT = Path(__file__).with_name("oracle.json")
PACKAGES = ("pulumi_rancher2", "pulumi_vault")
RESOURCES = {
    "pulumi_rancher2": {
        "rancher2_cluster_role_template_binding": "cluster_role_template_binding",
        "rancher2_cluster_v2": "cluster_v2",
        "rancher2_machine_config_v2": "machine_config_v2",
        "rancher2_role_template": "role_template",
    },
    "pulumi_vault": {
        "vault_approle_auth_backend_role": "approle/auth_backend_role",
        "vault_auth_backend": "auth_backend",
        "vault_kubernetes_auth_backend_role": "kubernetes/auth_backend_role",
        "vault_mount": "mount",
        "vault_pki_secret_backend_role": "pkisecret/secret_backend_role",
        "vault_policy": "policy",
        "vault_transit_secret_backend_key": "transit/secret_backend_key",
    },
}
"""Type in Terraform -> module of the package."""
DATA = {"pulumi_rancher2": {"rancher2_cloud_credential": "get_cloud_credential"}}
ADDRESSES = {
    "pulumi_rancher2": "registry.terraform.io/rancher/rancher2",
    "pulumi_vault": "registry.terraform.io/hashicorp/vault",
}
SINGULAR = {
    "ClusterV2RkeConfig": {
        "machine_selector_configs": "machine_selector_config",
        "machine_selector_files": "machine_selector_file",
    },
    "ClusterV2RkeConfigMachineSelectorFile": {"file_sources": "file_source"},
    "MachineConfigV2VsphereConfig": {
        "cfgparams": "cfgparam",
        "networks": "network",
        "vapp_properties": "vapp_property",
    },
}
"""Lists that Pulumi gives a plural to, by what the provider's own documentation calls them."""
NAMED = frozenset(
    [
        "rancher2_cloud_credential",
        "rancher2_cluster_role_template_binding",
        "rancher2_cluster_v2",
        "rancher2_role_template",
        "vault_pki_secret_backend_role",
        "vault_policy",
        "vault_transit_secret_backend_key",
    ]
)
"""Pulumi makes up names, so that it calls them optional; the documentation says required."""
_INSIDE = r"(?:[^\[\]]|\[(?:[^\[\]]|\[[^\[\]]*\])*\])*"
"""Text in which brackets are closed, two deep."""
_WRAPPED = re.compile(rf"\b(?:pulumi\.Input|Optional)\[({_INSIDE})\]")
_SCALARS = {"str": "string", "bool": "bool", "int": "number", "float": "number"}


def kept() -> dict[str, Provider]:
    """Providers as `oracle.json` has them, by the package that they were read from."""
    facts = json.loads(KEPT.read_text())
    return {
        package: Provider(
            one["address"],
            block(one["settings"]),
            {name: block(it) for name, it in one["resources"].items()},
            {name: block(it) for name, it in one["data"].items()},
        )
        for package, one in facts["providers"].items()
    }


def facts(packages: Path) -> dict[str, Any]:
    """What `oracle.json` says, from the packages in a folder of `site-packages`."""
    found: dict[str, Any] = {}
    for package in PACKAGES:
        types = _Types(packages / package)
        resources = {
            name: plain(types.resource(name, module)) for name, module in RESOURCES[package].items()
        }
        data = {
            name: plain(types.data(name, module)) for name, module in DATA.get(package, {}).items()
        }
        found[package] = {
            "address": ADDRESSES[package],
            "version": _version(packages, package),
            "settings": plain(types.settings()),
            "resources": resources,
            "data": data,
        }
    return {"providers": found}


def _version(packages: Path, package: str) -> str:
    said: str = json.loads((packages / package / "pulumi-plugin.json").read_text())["version"]
    return said


class _Types:
    """The typed arguments in one package."""

    def __init__(self, package: Path) -> None:
        self.package = package

    @cache  # noqa: B019 - lives as long as the script
    def _classes(self, module: str) -> dict[str, ast.ClassDef]:
        tree = ast.parse((self.package / f"{module}.py").read_text())
        return {one.name: one for one in tree.body if isinstance(one, ast.ClassDef)}

    def resource(self, name: str, module: str) -> Block:
        """Arguments of a resource, and what only its state has."""
        classes = self._classes(module)
        own = next(one for one in classes if one.endswith("Args"))
        known = self._block(own.removesuffix("Args"), classes[own], module, name)
        state = classes[f"_{own.removesuffix('Args')}State"]
        computed = {
            argument: self._type(annotation, module)
            for argument, annotation, _ in _parameters(state)
            if argument not in known.arguments() and argument != "id"
        }
        return replace(known, computed=computed, both=ID)

    def settings(self) -> Block:
        """Arguments of the provider itself."""
        classes = self._classes("provider")
        return self._block("Provider", classes["ProviderArgs"], "provider", "")

    def data(self, name: str, module: str) -> Block:
        """What a data source is asked with; the rest of its result is computed."""
        tree = ast.parse((self.package / f"{module}.py").read_text())
        asked = next(
            one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == module
        )
        asking = {
            one.arg: _scalar(_plain(one.annotation))
            for one in asked.args.args
            if one.annotation is not None and one.arg != "opts"
        }
        result = next(one for one in self._classes(module).values() if "Result" in one.name)
        properties = {
            one.name: one.returns
            for one in result.body
            if isinstance(one, ast.FunctionDef) and one.returns is not None
        }
        computed = {
            argument: self._type(annotation, module)
            for argument, annotation in properties.items()
            if argument not in {*asking, "id"}
        }
        required = {one: type_ for one, type_ in asking.items() if one == "name" and name in NAMED}
        optional = {one: type_ for one, type_ in asking.items() if one not in required}
        return Block(required, optional, computed, ID)

    def _block(self, type_: str, of: ast.ClassDef, module: str, name: str) -> Block:
        required: dict[str, object] = {}
        optional: dict[str, object] = {}
        blocks: dict[str, Nested] = {}
        for pulumi, annotation, needed in _parameters(of):
            argument = SINGULAR.get(type_, {}).get(pulumi, pulumi)
            text = _plain(annotation)
            needed = needed or (argument == "name" and name in NAMED)
            if inner := re.search(r"'(\w+)Args'", text):
                blocks[argument] = Nested(
                    self._nested(inner[1], module),
                    least=int(needed),
                    most=0 if text.startswith("Sequence") else 1,
                )
            else:
                (required if needed else optional)[argument] = _scalar(text)
        warned = [SINGULAR.get(type_, {}).get(one, one) for one in _deprecated(of)]
        return Block(required, optional, {}, {}, blocks, warned)

    def _nested(self, type_: str, module: str) -> Block:
        inputs = f"{module.rpartition('/')[0]}/_inputs".lstrip("/")
        return self._block(type_, self._classes(inputs)[f"{type_}Args"], module, "")

    def _type(self, annotation: ast.expr, module: str) -> object:
        """The type of something computed: what is nested is an object there."""
        text = _plain(annotation)
        if inner := re.search(r"'(?:outputs\.)?(\w+?)(?:Args|Result)?'", text):
            inputs = f"{module.rpartition('/')[0]}/_inputs".lstrip("/")
            fields = _parameters(self._classes(inputs)[f"{inner[1]}Args"])
            return ["list", ["object", {one: self._type(it, module) for one, it, _ in fields}]]
        return _scalar(text)


def _parameters(of: ast.ClassDef) -> list[tuple[str, ast.expr, bool]]:
    """(name, type, whether it is required) of a class's own `__init__`."""
    made = next(
        one for one in of.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"
    )
    pairs = zip(made.args.kwonlyargs, made.args.kw_defaults, strict=True)
    return [
        (one.arg, one.annotation, default is None)
        for one, default in pairs
        if one.annotation is not None
    ]


def _deprecated(of: ast.ClassDef) -> Iterator[str]:
    """Arguments for which `__init__` warns."""
    for one in ast.walk(of):
        if (
            isinstance(one, ast.If)
            and isinstance(one.test, ast.Compare)
            and isinstance(one.test.left, ast.Name)
            and "DeprecationWarning" in ast.unparse(one.body[0])
        ):
            yield one.test.left.id


def _plain(annotation: ast.expr) -> str:
    """A type without what every argument of Pulumi is wrapped in."""
    text = ast.unparse(annotation).replace("_builtins.", "")
    while (inner := _WRAPPED.sub(r"\1", text)) != text:
        text = inner
    return text


def _scalar(text: str) -> object:
    if text in _SCALARS:
        return _SCALARS[text]
    if listed := re.fullmatch(r"Sequence\[(.*)\]", text):
        return ["list", _scalar(listed[1])]
    if mapped := re.fullmatch(r"Mapping\[str, (.*)\]", text):
        return ["map", _scalar(mapped[1])]
    if text == "Any":
        return "dynamic"
    raise ValueError(f"no type of Terraform is known for {text}")


if __name__ == "__main__":
    KEPT.write_text(json.dumps(facts(Path(sys.argv[1])), indent=1, sort_keys=True) + "\n")
