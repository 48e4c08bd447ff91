"""The OpenTofu module of a cluster in Rancher: its machines, its settings, who may do what.

One cluster may have machines that Rancher makes (Harvester, vSphere), and nodes that register
themselves (metal, Alps): a cluster without the former is a "custom" one. Arguments: the
documentation of rancher/rancher2 13; settings of RKE2: docs.rke2.io, "Server Configuration
Reference"; of Cilium: the values of its chart (``rke2-cilium`` wraps it).
"""

from collections.abc import Iterator

from blueprints.emit.hcl import Block, Body, Call, Expr, Value, hcl_text
from blueprints.engine.blueprint import File
from blueprints.kinds.cluster.documents.tofu_provider import provider, variables, versions

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
                    ("user_data", Expr('"#cloud-config\\n${yamlencode(local.first_boot)}"')),
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
                ],
            ),
        ],
    )
    yield Block(
        "locals",
        (),
        [
            # Rancher learns a machine's address from the agent, which the image has to carry.
            (
                "first_boot",
                {"runcmd": [["systemctl", "enable", "--now", "qemu-guest-agent.service"]]},
            ),
            (
                "machine_configs",
                Expr(
                    "merge(rancher2_machine_config_v2.harvester, "
                    "rancher2_machine_config_v2.vsphere)"
                ),
            ),
        ],
    )


def _for_pools(on: str) -> tuple[str, Value]:
    return (
        "for_each",
        Expr(f"{{ for pool in var.pools : pool.name => pool if pool.{on} != null }}"),
    )


def settings() -> Block:
    """Settings of RKE2, the same on every server, and of the charts that RKE2 brings."""
    cilium = 'var.cni.name == "cilium"'
    return Block(
        "locals",
        (),
        [
            ("cilium", Expr(cilium)),
            ("wireguard", Expr('var.cni.encryption == "wireguard"')),
            (
                "server",
                {
                    "cni": Expr("var.cni.name"),
                    "cluster-cidr": Expr("var.ranges.pods"),
                    "service-cidr": Expr("var.ranges.services"),
                    "cluster-dns": Expr("var.ranges.dns"),
                    "cluster-domain": Expr("var.ranges.domain"),
                    "disable-kube-proxy": Expr("local.cilium"),
                    "tls-san": Expr('[var.api, "api.${var.domain}"]'),
                    "profile": "cis",
                    "secrets-encryption": True,
                    "ingress-controller": "traefik",
                    "kube-apiserver-arg": [
                        Expr('"oidc-issuer-url=${var.identity.issuer}"'),
                        Expr('"oidc-client-id=${var.identity.client}"'),
                        "oidc-username-claim=email",
                        "oidc-username-prefix=oidc:",
                        "oidc-groups-claim=groups",
                        Expr('"oidc-groups-prefix=${var.identity.groups_prefix}"'),
                    ],
                },
            ),
            (
                "air_gap",
                Expr(
                    'var.mirror == null ? {} : { "system-default-registry" = '
                    'trimsuffix("${var.mirror.host}/${var.mirror.path}", "/") }'
                ),
            ),
            (
                "cilium_values",
                {
                    "kubeProxyReplacement": True,
                    "k8sServiceHost": "127.0.0.1",
                    "k8sServicePort": 6443,
                    "MTU": Expr("var.cni.mtu == null ? 0 : var.cni.mtu"),
                    "encryption": {"enabled": Expr("local.wireguard"), "type": "wireguard"},
                    "operator": {"replicas": 2},
                    "hubble": {
                        "enabled": True,
                        "relay": {"enabled": True},
                        "ui": {"enabled": False},
                    },
                },
            ),
            (
                "calico_values",
                {
                    "felixConfiguration": {"wireguardEnabled": Expr("local.wireguard")},
                    "installation": {"calicoNetwork": {"mtu": Expr("var.cni.mtu")}},
                },
            ),
            ("canal_values", {"calico": {"vethuMTU": Expr("var.cni.mtu")}}),
            (
                "chart_values",
                {
                    "cilium": {"rke2-cilium": Expr("local.cilium_values")},
                    "calico": {"rke2-calico": Expr("local.calico_values")},
                    "canal": {"rke2-canal": Expr("local.canal_values")},
                },
            ),
        ],
    )


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
                    _pools(),
                    _selectors(),
                    _registries(),
                    _etcd(),
                    _upgrades(),
                ],
            ),
            Block("lifecycle", (), [("prevent_destroy", True)]),
        ],
    )


def _dynamic(name: str, each: str, body: Body) -> Block:
    return Block("dynamic", (name,), [("for_each", Expr(each)), Block("content", (), body)])


def _pools() -> Block:
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
        Block(
            "machine_config",
            (),
            [
                ("kind", Expr("local.machine_configs[machine_pools.value.name].kind")),
                ("name", Expr("local.machine_configs[machine_pools.value.name].name")),
            ],
        ),
        Block("rolling_update", (), [("max_surge", "1"), ("max_unavailable", "0")]),
        _dynamic(
            "taints",
            "machine_pools.value.taints",
            [
                ("key", Expr("taints.value.key")),
                ("value", Expr("taints.value.value")),
                ("effect", Expr("taints.value.effect")),
            ],
        ),
    ]
    return _dynamic("machine_pools", "var.pools", body)


def _selectors() -> Block:
    """A RAM disk of a diskless node is memory that no pod may have."""
    most = "max([for pool in machine_selector_config.value : pool.reserved_gib]...)"
    return _dynamic(
        "machine_selector_config",
        "length(var.hpc) > 0 ? [var.hpc] : []",
        [
            (
                "config",
                Call(
                    "yamlencode",
                    {"kubelet-arg": [Expr(f'"system-reserved=memory=${{{most}}}Gi"')]},
                ),
            ),
            Block("machine_label_selector", (), [("match_labels", {"hpc": "true"})]),
        ],
    )


def _registries() -> Block:
    mirror = _dynamic(
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
    user = Block(
        "configs",
        (),
        [
            ("hostname", Expr("registries.value.host")),
            ("auth_config_secret_name", Expr("registries.value.credentials")),
        ],
    )
    return _dynamic("registries", "var.mirror == null ? [] : [var.mirror]", [mirror, user])


def _etcd() -> Block:
    place = _dynamic(
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


def owners() -> Iterator[Block]:
    """Groups of the identity provider, bound by their principal.

    Rancher's own `read-only` is a role of projects, which its webhook refuses for a cluster.
    """
    yield Block(
        "resource",
        ("rancher2_role_template", "viewer"),
        [
            ("name", Expr('"${var.name}-viewer"')),
            ("context", "cluster"),
            ("description", "Sees what runs in one cluster; no secrets."),
            *(
                Block(
                    "rules",
                    (),
                    [
                        ("api_groups", list(groups)),
                        ("resources", list(resources)),
                        ("verbs", ["get", "list", "watch"]),
                    ],
                )
                for groups, resources in _SEEN
            ),
        ],
    )
    yield Block(
        "locals",
        (),
        [
            (
                "principal",
                Expr('var.rancher.auth == "github" ? "github_team" : "${var.rancher.auth}_group"'),
            ),
            (
                "roles",
                {
                    "admins": "cluster-owner",
                    "members": "cluster-member",
                    "viewers": Expr("rancher2_role_template.viewer.id"),
                },
            ),
            (
                "bindings",
                Expr(
                    "merge([for role, groups in var.owners : { for group in groups : "
                    '"${role}-${substr(sha256(group), 0, 10)}" => { role = role, group = group } '
                    "}]...)"
                ),
            ),
        ],
    )
    yield Block(
        "resource",
        ("rancher2_cluster_role_template_binding", "owner"),
        [
            ("for_each", Expr("local.bindings")),
            ("name", Expr("each.key")),
            ("cluster_id", Expr("rancher2_cluster_v2.cluster.cluster_v1_id")),
            ("role_template_id", Expr("local.roles[each.value.role]")),
            ("group_principal_id", Expr('"${local.principal}://${each.value.group}"')),
        ],
    )


_SEEN = (
    (
        ("",),
        (
            "configmaps",
            "endpoints",
            "events",
            "namespaces",
            "nodes",
            "persistentvolumeclaims",
            "persistentvolumes",
            "pods",
            "pods/log",
            "services",
        ),
    ),
    (("apps",), ("daemonsets", "deployments", "replicasets", "statefulsets")),
    (("batch",), ("cronjobs", "jobs")),
    (("networking.k8s.io",), ("ingresses", "networkpolicies")),
    (("storage.k8s.io",), ("storageclasses", "volumeattachments")),
    (("metrics.k8s.io",), ("nodes", "pods")),
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
