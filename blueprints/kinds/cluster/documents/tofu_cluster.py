"""The OpenTofu module of a cluster in Rancher: its machines, its settings, who may do what.

One cluster may have machines that Rancher makes (Harvester, vSphere), and nodes that register
themselves (metal, Alps): a cluster without the former is a "custom" one. Arguments: the
documentation of rancher/rancher2 13, ``rancher2_cluster_v2``.
"""

from collections.abc import Iterator

from blueprints.emit.hcl import Block, Body, Expr, hcl_text
from blueprints.engine.blueprint import File
from blueprints.kinds.cluster.documents.tofu_owners import owners
from blueprints.kinds.cluster.documents.tofu_pools import dynamic, machines, pools, selectors
from blueprints.kinds.cluster.documents.tofu_provider import provider, variables, versions
from blueprints.kinds.cluster.documents.tofu_rke2 import settings

FOLDER = "tofu/modules/cluster"
_PLACE_HARVESTER = (
    "object({ credential = string, namespace = string, image = string, network = string, "
    "user = string })"
)
_PLACE_VSPHERE = (
    "object({ credential = string, datacenter = string, pool = string, datastore = string, "
    "folder = string, template = string, network = string })"
)
_TAINTS = "list(object({ key = string, value = string, effect = string }))"
_POOLS = (
    "list(object({ name = string, role = string, count = number, cpu = number, "
    "memory_gib = number, disk_gib = number, labels = map(string), "
    f"taints = {_TAINTS}, harvester = optional({_PLACE_HARVESTER}), "
    f"vsphere = optional({_PLACE_VSPHERE}) }}))"
)
_VARIABLES = {
    "name": ("string", "Name of the cluster in Rancher."),
    "kubernetes_version": ("string", "Release of RKE2."),
    "rancher": ("object({ url = string, auth = string })", "Rancher, and who knows its people."),
    "identity": (
        "object({ issuer = string, client = string, groups_prefix = string })",
        "Whose tokens the API server takes.",
    ),
    "owners": (
        "object({ admins = set(string), members = set(string), viewers = set(string) })",
        "Groups of the identity provider.",
    ),
    "api": ("string", "Address of the API servers."),
    "domain": ("string", "Domain of the cluster; its API is api.<domain>."),
    "cni": (
        "object({ name = string, encryption = string, mtu = number })",
        "The network of pods; mtu may be null.",
    ),
    "ranges": (
        "object({ pods = string, services = string, dns = string, domain = string })",
        "Addresses inside of the cluster.",
    ),
    "pools": (_POOLS, "Virtual machines; none for a cluster whose nodes all register."),
    "hpc": (
        "list(object({ name = string, reserved_gib = number }))",
        "Pools of the supercomputer, with the memory that is no pod's.",
    ),
    "mirror": (
        "object({ host = string, path = string, registries = list(string), credentials = string })",
        "Registry of a site without internet, or null.",
    ),
    "snapshots": (
        "object({ bucket = string, endpoint = string, region = string, credential = string })",
        "Where snapshots of etcd go besides the masters, or null.",
    ),
}


def files() -> Iterator[File]:
    """Everything under ``tofu/modules/cluster/``."""
    parts: dict[str, Body] = {
        "versions": versions("rancher2"),
        "variables": list(variables(_VARIABLES, optional=("mirror", "snapshots"))),
        "providers": [provider("rancher2", ("api_url", Expr("var.rancher.url")))],
        "machines": list(machines()),
        "settings": [settings()],
        "cluster": [cluster()],
        "owners": list(owners()),
        "outputs": list(outputs()),
    }
    for name, body in parts.items():
        yield File(f"{FOLDER}/{name}.tf", hcl_text(body))


def cluster() -> Block:
    """The cluster; nothing deletes it but a change of this module."""
    return Block(
        "resource",
        ("rancher2_cluster_v2", "cluster"),
        [
            ("name", Expr("var.name")),
            ("kubernetes_version", Expr("var.kubernetes_version")),
            ("enable_network_policy", False),
            Block(
                "rke_config",
                (),
                [
                    (
                        "machine_global_config",
                        Expr("yamlencode(merge(local.server, local.air_gap))"),
                    ),
                    ("chart_values", Expr("yamlencode(local.chart_values[var.cni.name])")),
                    pools(),
                    selectors(),
                    _registries(),
                    _etcd(),
                    _upgrades(),
                ],
            ),
            Block("lifecycle", (), [("prevent_destroy", True)]),
        ],
    )


def _registries() -> Block:
    """Public names lead to the mirror; RKE2's own images are asked for at its host.

    Releases of RKE2 take a host for `system-default-registry` and refuse one with a path.
    """
    mirror = dynamic(
        "mirrors",
        "registries.value.registries",
        [
            ("hostname", Expr("mirrors.value")),
            ("endpoints", Expr('["https://${registries.value.host}"]')),
            (
                "rewrites",
                Expr(
                    'registries.value.path == "" ? {} : '
                    '{ "^(.*)$" = "${registries.value.path}/$1" }'
                ),
            ),
        ],
    )
    own = dynamic(
        "mirrors",
        'registries.value.path == "" ? [] : [registries.value.host]',
        [
            ("hostname", Expr("mirrors.value")),
            ("endpoints", Expr('["https://${mirrors.value}"]')),
            (
                "rewrites",
                {"^rancher/(.*)$": Expr('"${registries.value.path}/rancher/$1"')},
            ),
        ],
    )
    user = Block(
        "configs",
        (),
        [
            ("hostname", Expr("registries.value.host")),
            ("auth_config_secret_name", Expr("registries.value.credentials")),
        ],
    )
    return dynamic("registries", "var.mirror == null ? [] : [var.mirror]", [mirror, own, user])


def _etcd() -> Block:
    place = dynamic(
        "s3_config",
        "var.snapshots == null ? [] : [var.snapshots]",
        [
            ("bucket", Expr("s3_config.value.bucket")),
            ("endpoint", Expr("s3_config.value.endpoint")),
            ("region", Expr("s3_config.value.region")),
            ("folder", Expr("var.name")),
            (
                "cloud_credential_name",
                Expr("data.rancher2_cloud_credential.snapshots[0].id"),
            ),
        ],
    )
    return Block(
        "etcd",
        (),
        [
            ("disable_snapshots", False),
            ("snapshot_schedule_cron", "17 */6 * * *"),
            ("snapshot_retention", 28),
            place,
        ],
    )


def _upgrades() -> Block:
    drain: Body = [
        ("enabled", True),
        ("delete_empty_dir_data", True),
        ("ignore_daemon_sets", True),
        ("force", False),
        ("grace_period", -1),
        ("timeout", 900),
    ]
    return Block(
        "upgrade_strategy",
        (),
        [
            ("control_plane_concurrency", "1"),
            ("worker_concurrency", "10%"),
            Block("control_plane_drain_options", (), drain),
            Block("worker_drain_options", (), drain),
        ],
    )


def outputs() -> Iterator[Block]:
    """What the other units need; the registration token is asked from Rancher when a node joins."""
    yield Block(
        "output",
        ("cluster_id",),
        [
            ("value", Expr("rancher2_cluster_v2.cluster.cluster_v1_id")),
            ("description", "The cluster in Rancher's API."),
        ],
    )
