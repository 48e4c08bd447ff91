"""Who may do what in a cluster."""

from tests.blueprints.kinds.cluster.tofu import parsed

OWNERS = "tofu/modules/cluster/owners.tf"


def test_a_viewer_sees_no_secret_and_changes_nothing() -> None:
    viewer = parsed(OWNERS)["resource"]["rancher2_role_template"]["viewer"]
    assert viewer["context"] == "cluster"
    for rule in viewer["rules"]:
        assert rule["verbs"] == ["get", "list", "watch"]
        assert not {"secrets", "*"} & {*rule["resources"], *rule["api_groups"]}


def test_a_group_is_bound_by_the_principal_of_its_provider() -> None:
    read = parsed(OWNERS)
    binding = read["resource"]["rancher2_cluster_role_template_binding"]["owner"]
    assert binding["group_principal_id"] == "${local.principal}://${each.value.group}"
    assert read["locals"]["roles"]["admins"] == "cluster-owner"
    assert "github_team" in read["locals"]["principal"]
