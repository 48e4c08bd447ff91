"""Virtual machines of a cluster, and what registered nodes are told.

Rancher's machine drivers take numbers as texts; Harvester's takes disks and networks as JSON.
Sources: rancher/rancher2 13, ``rancher2_machine_config_v2``; docs.rke2.io, "CIS Hardening Guide"
(settings of the kernel and etcd's user, which the profile asks of every host).
"""

from collections.abc import Iterator

from blueprints.emit.hcl import Block, Body, Call, Expr, Value
from blueprints.kinds.cluster.names import POOL_LABEL

_SYSCTL = """\
vm.panic_on_oom=0
vm.overcommit_memory=1
kernel.panic=10
kernel.panic_on_oops=1
"""
_ETCD = "getent passwd etcd || useradd -r -c 'etcd user' -s /sbin/nologin -M etcd -U"


def dynamic(name: str, each: str, body: Body) -> Block:
    """A block for each of something."""
    return Block("dynamic", (name,), [("for_each", Expr(each)), Block("content", (), body)])


def machines() -> Iterator[Block]:
    """What Rancher makes machines from; numbers are texts, disks and networks are JSON."""
    credentials = (
        "[for pool in var.pools : "
        "pool.harvester == null ? pool.vsphere.credential : pool.harvester.credential]"
    )
    yield Block(
        "data",
        ("rancher2_cloud_credential", "pool"),
        [
            ("for_each", Expr(f"toset({credentials})")),
            ("name", Expr("each.value")),
        ],
    )
    yield Block(
        "data",
        ("rancher2_cloud_credential", "snapshots"),
        [
            ("count", Expr("var.snapshots == null ? 0 : 1")),
            ("name", Expr("var.snapshots.credential")),
        ],
    )
    yield Block(
        "resource",
        ("rancher2_machine_config_v2", "harvester"),
        [
            _for_pools("harvester"),
            ("generate_name", Expr('"${var.name}-${each.key}"')),
            Block(
                "harvester_config",
                (),
                [
                    ("vm_namespace", Expr("each.value.harvester.namespace")),
                    ("cpu_count", Expr("tostring(each.value.cpu)")),
                    ("memory_size", Expr("tostring(each.value.memory_gib)")),
                    (
                        "disk_info",
                        Call(
                            "jsonencode",
                            {
                                "disks": [
                                    {
                                        "imageName": Expr("each.value.harvester.image"),
                                        "size": Expr("each.value.disk_gib"),
                                        "bootOrder": 1,
                                    }
                                ]
                            },
                        ),
                    ),
                    (
                        "network_info",
                        Call(
                            "jsonencode",
                            {"interfaces": [{"networkName": Expr("each.value.harvester.network")}]},
                        ),
                    ),
                    ("ssh_user", Expr("each.value.harvester.user")),
                    ("user_data", _first_boot("concat(local.prepare, local.agent)")),
                ],
            ),
        ],
    )
    yield Block(
        "resource",
        ("rancher2_machine_config_v2", "vsphere"),
        [
            _for_pools("vsphere"),
            ("generate_name", Expr('"${var.name}-${each.key}"')),
            Block(
                "vsphere_config",
                (),
                [
                    ("creation_type", "template"),
                    ("clone_from", Expr("each.value.vsphere.template")),
                    ("cpu_count", Expr("tostring(each.value.cpu)")),
                    ("memory_size", Expr("tostring(each.value.memory_gib * 1024)")),
                    ("disk_size", Expr("tostring(each.value.disk_gib * 1024)")),
                    ("datacenter", Expr("each.value.vsphere.datacenter")),
                    ("pool", Expr("each.value.vsphere.pool")),
                    ("datastore", Expr("each.value.vsphere.datastore")),
                    ("folder", Expr("each.value.vsphere.folder")),
                    ("network", Expr("[each.value.vsphere.network]")),
                    ("cfgparam", ["disk.enableUUID=TRUE"]),
                    ("cloud_config", _first_boot("local.prepare")),
                ],
            ),
        ],
    )
    yield Block(
        "locals",
        (),
        [
            (
                "hardened",
                {"path": "/etc/sysctl.d/60-rke2-cis.conf", "content": _SYSCTL},
            ),
            ("prepare", [["sysctl", "--system"], ["sh", "-c", _ETCD]]),
            # Rancher learns a machine's address from the agent, which the image has to carry.
            ("agent", [["systemctl", "enable", "--now", "qemu-guest-agent.service"]]),
            (
                "machine_configs",
                Expr(
                    "merge(rancher2_machine_config_v2.harvester, "
                    "rancher2_machine_config_v2.vsphere)"
                ),
            ),
        ],
    )


def _first_boot(commands: str) -> Expr:
    """What cloud-init does before Rancher installs anything."""
    document = f"{{ write_files = [local.hardened], runcmd = {commands} }}"
    return Expr(f'"#cloud-config\\n${{yamlencode({document})}}"')


def _for_pools(on: str) -> tuple[str, Value]:
    return (
        "for_each",
        Expr(f"{{ for pool in var.pools : pool.name => pool if pool.{on} != null }}"),
    )


def pools() -> Block:
    """The machines themselves: replaced one by one, drained before."""
    master = 'machine_pools.value.role == "master"'
    credential = (
        "machine_pools.value.harvester == null ? machine_pools.value.vsphere.credential : "
        "machine_pools.value.harvester.credential"
    )
    body: Body = [
        ("name", Expr("machine_pools.value.name")),
        (
            "cloud_credential_secret_name",
            Expr(f"data.rancher2_cloud_credential.pool[{credential}].id"),
        ),
        ("quantity", Expr("machine_pools.value.count")),
        ("control_plane_role", Expr(master)),
        ("etcd_role", Expr(master)),
        ("worker_role", Expr('machine_pools.value.role == "worker"')),
        ("machine_labels", Expr("machine_pools.value.labels")),
        ("drain_before_delete", True),
        # A machine is called <cluster>-<pool>-<random>, and Linux takes no longer host name.
        ("hostname_length_limit", 63),
        Block(
            "machine_config",
            (),
            [
                ("kind", Expr("local.machine_configs[machine_pools.value.name].kind")),
                ("name", Expr("local.machine_configs[machine_pools.value.name].name")),
            ],
        ),
        Block("rolling_update", (), [("max_surge", "1"), ("max_unavailable", "0")]),
        dynamic(
            "taints",
            "machine_pools.value.taints",
            [
                ("key", Expr("taints.value.key")),
                ("value", Expr("taints.value.value")),
                ("effect", Expr("taints.value.effect")),
            ],
        ),
    ]
    return dynamic("machine_pools", "var.pools", body)


def selectors() -> Block:
    """A RAM disk of a diskless node is memory that no pod may have.

    Labels that a node registers with are labels of its Machine too (rancher/rancher, the server of
    its bootstrap), hence a selector finds the nodes of a pool.
    """
    return dynamic(
        "machine_selector_config",
        "var.hpc",
        [
            (
                "config",
                Call(
                    "yamlencode",
                    {
                        "kubelet-arg": [
                            Expr(
                                '"system-reserved=memory='
                                '${machine_selector_config.value.reserved_gib}Gi"'
                            )
                        ]
                    },
                ),
            ),
            Block(
                "machine_label_selector",
                (),
                [("match_labels", {POOL_LABEL: Expr("machine_selector_config.value.name")})],
            ),
        ],
    )
