"""Terragrunt's units: one folder for each module that a cluster needs.

A unit reads the cluster's data and its environment's versions and hands them to its module; it
holds no value of its own. Source: docs.terragrunt.com, "HCL reference".
"""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from blueprints.emit.hcl import Block, Expr, Value, hcl_text
from blueprints.engine.blueprint import File
from blueprints.kinds.cluster.documents.data import folder, units

if TYPE_CHECKING:
    from blueprints.kinds.cluster.spec import Specification

_MOCKED = ["init", "validate", "plan"]
"""Commands that may be told of a cluster that is not there yet; never `apply`."""
_CLUSTER: dict[str, Value] = {
    "name": Expr("local.cluster.name"),
    "kubernetes_version": Expr("local.versions.kubernetes"),
    "rancher": Expr("local.site.rancher"),
    "identity": Expr("local.site.identity"),
    "owners": Expr("local.cluster.owners"),
    "api": Expr("local.cluster.api"),
    "domain": Expr("local.cluster.domain"),
    "cni": Expr("local.cluster.cni"),
    "ranges": Expr("local.cluster.ranges"),
    "pools": Expr("local.cluster.pools.virtual"),
    "hpc": Expr("local.cluster.pools.hpc"),
    "mirror": Expr("local.site.mirror"),
    "snapshots": Expr("local.site.snapshots"),
}
_REGISTRATION: dict[str, Value] = {
    "name": Expr("local.cluster.name"),
    "environment": Expr("local.cluster.environment"),
    "cluster": Expr("local.cluster.cluster"),
    "cluster_id": Expr("dependency.cluster.outputs.cluster_id"),
    "server": Expr("local.cluster.server"),
    "domain": Expr("local.cluster.domain"),
    "kubernetes_version": Expr("local.versions.kubernetes"),
    "components": Expr("local.cluster.components"),
    "rancher_url": Expr("local.site.rancher.url"),
    "rancher_token": Expr('get_env("RANCHER_TOKEN_KEY", "")'),
    "argocd": {
        "namespace": Expr("local.site.argocd.namespace"),
        "kubeconfig": Expr('get_env("ARGOCD_KUBECONFIG", "")'),
    },
    "owners": Expr("local.cluster.owners"),
    "groups_prefix": Expr("local.site.identity.groups_prefix"),
}
_MACHINES: dict[str, Value] = {
    "maas": Expr("local.site.maas"),
    "pools": Expr("local.cluster.pools.metal"),
}
_INPUTS = {"cluster": _CLUSTER, "registration": _REGISTRATION, "machines": _MACHINES}


def files(spec: "Specification") -> Iterator[File]:
    """``terragrunt.hcl`` of every unit of every cluster."""
    for environment, cluster, deployment in spec.deployments():
        for name in units(deployment):
            yield File(f"{folder(environment, cluster)}/{name}/terragrunt.hcl", unit(name))


@cache
def unit(name: str) -> bytes:
    """One unit: the same for every cluster."""
    inputs = _INPUTS[name]
    locals_ = data(site=True, versions="local.versions" in str(inputs))
    body: list[tuple[str, Value] | Block] = [
        Block(
            "include",
            ("root",),
            [("path", Expr('find_in_parent_folders("tofu/root.hcl")'))],
        ),
        Block(
            "terraform",
            (),
            [("source", Expr(f'"${{get_terragrunt_dir()}}/../../../../tofu/modules//{name}"'))],
        ),
        Block("locals", (), locals_),
    ]
    if name == "registration":
        body.append(
            Block(
                "dependency",
                ("cluster",),
                [
                    ("config_path", "../cluster"),
                    ("mock_outputs", {"cluster_id": "c-m-unknown"}),
                    ("mock_outputs_allowed_terraform_commands", list(_MOCKED)),
                ],
            )
        )
    return hcl_text([*body, ("inputs", inputs)])


def data(*, site: bool, versions: bool = False) -> list[tuple[str, Value]]:
    """Locals with the data of the cluster whose unit this is."""
    place = '"${get_terragrunt_dir()}/'
    found: list[tuple[str, Value]] = [
        ("cluster", Expr(f'yamldecode(file({place}../cluster.yaml"))')),
    ]
    if versions:
        found.append(("versions", Expr(f'yamldecode(file({place}../../versions.yaml"))')))
    if site:
        found.append(("site", Expr(f'yamldecode(file({place}../../../site.yaml"))')))
    return found
