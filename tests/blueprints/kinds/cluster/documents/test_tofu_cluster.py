"""The module of a cluster in Rancher."""

from tests.blueprints.kinds.cluster.tofu import files, parsed

CLUSTER = "tofu/modules/cluster"


def test_nothing_deletes_a_cluster() -> None:
    cluster = parsed(f"{CLUSTER}/cluster.tf")["resource"]["rancher2_cluster_v2"]["cluster"]
    assert cluster["lifecycle"]["prevent_destroy"] is True


def test_upgrades_drain_one_master_after_the_other() -> None:
    cluster = parsed(f"{CLUSTER}/cluster.tf")["resource"]["rancher2_cluster_v2"]["cluster"]
    strategy = cluster["rke_config"]["upgrade_strategy"]
    assert strategy["control_plane_concurrency"] == "1"
    for role in ("control_plane", "worker"):
        drain = strategy[f"{role}_drain_options"]
        assert drain["enabled"] is True
        assert drain["force"] is False


def test_etcd_is_saved_on_the_masters_in_any_case() -> None:
    cluster = parsed(f"{CLUSTER}/cluster.tf")["resource"]["rancher2_cluster_v2"]["cluster"]
    etcd = cluster["rke_config"]["etcd"]
    assert etcd["disable_snapshots"] is False
    assert etcd["snapshot_retention"] == 28


def test_a_token_of_registration_is_no_output() -> None:
    assert set(parsed(f"{CLUSTER}/outputs.tf")["output"]) == {"cluster_id"}
    assert "registration_token" not in "".join(
        text for path, text in files().items() if path.startswith(CLUSTER)
    )


def test_what_a_site_may_lack_may_be_null() -> None:
    variables = parsed(f"{CLUSTER}/variables.tf")["variable"]
    assert {name for name, one in variables.items() if one["nullable"]} == {"mirror", "snapshots"}
