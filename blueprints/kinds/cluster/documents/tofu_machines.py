"""The OpenTofu module of a cluster's bare-metal servers: MAAS installs them, Ansible joins them.

Arguments: the documentation of canonical/maas 2 (``maas_instance``). Servers were enlisted and
commissioned in MAAS before; each is asked for by its name.
"""

from collections.abc import Iterator

from blueprints.emit.hcl import Block, Body, Expr, hcl_text
from blueprints.engine.blueprint import File
from blueprints.kinds.cluster.documents.tofu_provider import provider, variables, versions

FOLDER = "tofu/modules/machines"
_SERVERS = "list(object({ name = string, address = string, mac = string }))"
_VARIABLES = {
    "maas": ("object({ url = string, image = string })", "The MAAS, and what it installs."),
    "pools": (
        "list(object({ name = string, interface = string, network = object({ cidr = string }), "
        f"servers = {_SERVERS} }}))",
        "Servers, pool by pool.",
    ),
}


def files() -> Iterator[File]:
    """Everything under ``tofu/modules/machines/``."""
    parts: dict[str, Body] = {
        "versions": versions("maas"),
        "variables": list(variables(_VARIABLES)),
        "providers": [provider("maas", ("api_url", Expr("var.maas.url")))],
        "machines": list(machines()),
        "outputs": [_output()],
    }
    for name, body in parts.items():
        yield File(f"{FOLDER}/{name}.tf", hcl_text(body))


def machines() -> Iterator[Block]:
    """One deployment for each server; a server that is taken out is released, its disk erased."""
    yield Block(
        "locals",
        (),
        [
            (
                "servers",
                Expr(
                    "merge([for pool in var.pools : { for server in pool.servers : server.name => "
                    "{ address = server.address, interface = pool.interface, "
                    "cidr = pool.network.cidr } }]...)"
                ),
            )
        ],
    )
    yield Block(
        "resource",
        ("maas_instance", "server"),
        [
            ("for_each", Expr("local.servers")),
            Block("allocate_params", (), [("hostname", Expr("each.key"))]),
            Block("deploy_params", (), [("distro_series", Expr("var.maas.image"))]),
            Block(
                "network_interfaces",
                (),
                [
                    ("name", Expr("each.value.interface")),
                    ("subnet_cidr", Expr("each.value.cidr")),
                    ("ip_address", Expr("each.value.address")),
                ],
            ),
            Block("release_params", (), [("erase", True), ("quick_erase", True)]),
        ],
    )


def _output() -> Block:
    return Block(
        "output",
        ("servers",),
        [
            (
                "value",
                Expr("{ for name, server in maas_instance.server : name => server.fqdn }"),
            ),
            ("description", "Names of the installed servers."),
        ],
    )
