"""What Ansible knows of a cluster."""

from typing import Any

import yaml

from blueprints.kinds.cluster.documents import inventory
from tests.blueprints.kinds.cluster.specifications import hpc, typed

HYBRID = "clusters/production/models/inventory.yaml"
METAL = "clusters/production/data/inventory.yaml"


def made(changes: dict[str, Any] | None = None) -> dict[str, Any]:
    return {one.path: yaml.safe_load(one.content)["all"] for one in inventory.files(typed(changes))}


def test_only_clusters_with_servers_or_nodes_have_an_inventory() -> None:
    assert set(made()) == {HYBRID, METAL}


def test_nodes_of_alps_are_in_the_groups_of_their_flavour_their_role_and_their_pool() -> None:
    groups = made()[HYBRID]["children"]
    assert groups["hpc"]["children"] == {"pool_gpu": {}}
    assert groups["workers"]["children"] == {"pool_gpu": {}}
    assert "children" not in groups["metal"]
    assert "children" not in groups["masters"]
    assert groups["pool_gpu"]["hosts"]["nid000021"] == {
        "ansible_host": "10.0.4.21",
        "node_address": "10.0.4.21",
    }


def test_servers_are_masters_or_workers() -> None:
    groups = made()[METAL]["children"]
    assert groups["masters"]["children"] == {"pool_master": {}}
    assert groups["workers"]["children"] == {"pool_worker": {}}
    assert groups["metal"]["children"] == {"pool_master": {}, "pool_worker": {}}
    assert groups["pool_worker"]["vars"]["node_storage"] == {
        "type": "disk",
        "path": "/var/lib/kubernetes",
        "device": "/dev/nvme0n1",
        "filesystem": "xfs",
        "label": "kubernetes",
    }


def test_a_node_of_alps_says_so_by_label_and_taint() -> None:
    changes = {"clusters/1/environments/production/workers/1/labels": {"accelerator": "gh200"}}
    pool = made(changes)[HYBRID]["children"]["pool_gpu"]["vars"]
    assert pool["node_labels"] == {
        "tutela/pool": "gpu",
        "accelerator": "gh200",
        "hpc": "true",
    }
    assert pool["node_taints"] == [{"key": "hpc", "value": "true", "effect": "NoSchedule"}]
    assert pool["node_vcluster"] == "alps"
    assert pool["node_memory_mb"] == 800 * 1024
    assert pool["node_storage"]["size_bytes"] == 200 * 2**30
    assert pool["node_network"]["prefix"] == 24


def test_storage_on_ceph_knows_where_ceph_is_and_whose_images_are_whose() -> None:
    storage = {"type": "rbd", "size": "500Gi", "pool": "hpc-images"}
    made_of = made({"clusters/1/environments/production/workers/1/storage": storage})
    assert made_of[HYBRID]["children"]["pool_gpu"]["vars"]["node_storage"] == {
        "type": "rbd",
        "path": "/var/lib/kubernetes",
        "size_bytes": 500 * 2**30,
        "filesystem": "xfs",
        "pool": "hpc-images",
        "prefix": "production-models",
        "ceph_id": "5f6c2a9e-0000-4000-8000-000000000000",
        "monitors": ["10.90.0.1:6789", "10.90.0.2:6789"],
    }


def test_registries_are_asked_where_clients_ask_them() -> None:
    variables = made()[HYBRID]["vars"]
    assert variables["cluster_registries"] == ["registry.example.org", "registry-1.docker.io"]
    assert variables["cluster_resolved"] == [
        "rancher.example.org",
        "registry.example.org",
        "registry-1.docker.io",
    ]


def test_a_mirror_stands_for_all_registries() -> None:
    mirror = {"registry": "mirror.example.org:5000/all", "charts": "mirror.example.org/charts"}
    changes = {
        "site/mirror": mirror,
        "site/registries/+": "mirror.example.org:5000/all",
        "site/acme/server": "https://acme.example.org/directory",
    }
    variables = made(changes)[HYBRID]["vars"]
    assert variables["cluster_registries"] == ["mirror.example.org:5000"]
    assert variables["cluster_resolved"] == ["rancher.example.org", "mirror.example.org"]


def test_modules_are_those_of_the_network_and_of_the_volumes() -> None:
    plain = {
        "clusters/1/cni": {"name": "calico", "encryption": "none"},
        "clusters/1/components": ["metallb"],
    }
    of = made(plain)[HYBRID]["vars"]["cluster_modules"]
    assert of == ["overlay", "br_netfilter", "nf_conntrack", "ipip", "vxlan"]
    of = made()[HYBRID]["vars"]["cluster_modules"]
    assert of[-3:] == ["wireguard", "rbd", "ceph"]


def test_what_people_write_freely_is_nowhere_in_an_inventory() -> None:
    title = "{{ lookup('ansible.builtin.pipe', 'id') }}"
    spec = typed({"clusters/1/title": title, "clusters/2/title": title})
    text = b"".join(one.content for one in inventory.files(spec))
    assert b"{{" not in text
    assert b"lookup" not in text


def test_a_pool_with_a_dash_is_a_group_that_ansible_takes() -> None:
    changes = {"clusters/1/environments/production/workers/1": hpc("gpu-big", 21)}
    assert "pool_gpu_big" in made(changes)[HYBRID]["children"]
