"""Variants that the rule provider-rancher finds, and others that it has nothing to say of."""

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "provider-rancher"
NOTES = "k8s/notes.yaml"
WRONG: dict[str, tuple[Edit, str]] = {
    "an agent's namespace": (
        (NOTES, "namespace: platform", "namespace: cattle-system"),
        "ConfigMap cattle-system/notes is of an agent of Rancher",
    ),
    "a cluster of a Rancher": (
        (
            NOTES,
            "",
            ("---\napiVersion: provisioning.cattle.io/v1\nkind: Cluster\nmetadata: {name: a}\n"),
        ),
        "Cluster a is managed by a Rancher",
    ),
    "made by OpenTofu": (
        ("iac/main.tf", "", 'resource "rancher2_cluster_v2" "a" {\n}\n'),
        "rancher2_cluster_v2 makes a cluster that a Rancher manages",
    ),
}
RIGHT: dict[str, Edit] = {
    "no environment": ("spec.yaml", "blueprint: tce", "blueprint: cluster"),
    "another resource": ("iac/main.tf", "", 'resource "harvester_network" "a" {\n}\n'),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
