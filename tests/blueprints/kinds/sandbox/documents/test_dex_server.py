"""Dex runs restricted, twice, and is reached through the gateway only."""

from __future__ import annotations

from tests.blueprints.kinds.sandbox.specifications import named, project, rendered, site, typed

FOLDER = "platform/dex"


def test_the_pod_is_restricted_and_its_image_is_the_sites() -> None:
    spec = typed(project())
    made = rendered(spec)
    pod = named(made, f"{FOLDER}/deployment.yaml", "Deployment", "dex")["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["image"] == spec.site.images["dex"]
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert "nodeSelector" not in pod
    assert "tolerations" not in pod


def test_selectors_meet_the_labels_of_the_pod() -> None:
    made = rendered(typed(project()))
    deployment = named(made, f"{FOLDER}/deployment.yaml", "Deployment", "dex")["spec"]
    labels = deployment["template"]["metadata"]["labels"].items()
    selectors = (
        deployment["selector"]["matchLabels"],
        named(made, f"{FOLDER}/service.yaml", "Service", "dex")["spec"]["selector"],
        named(made, f"{FOLDER}/network.yaml", "NetworkPolicy", "dex")["spec"]["podSelector"][
            "matchLabels"
        ],
        named(made, f"{FOLDER}/deployment.yaml", "PodDisruptionBudget", "dex")["spec"]["selector"][
            "matchLabels"
        ],
    )
    for selector in selectors:
        assert selector.items() <= labels


def test_the_way_in_is_the_issuers_own_address() -> None:
    identity = {**site()["identity"], "issuer": "https://login.example.org/dex"}
    made = rendered(typed(project(), identity=identity))
    ingress = named(made, f"{FOLDER}/service.yaml", "Ingress", "dex")["spec"]
    (rule,) = ingress["rules"]
    assert rule["host"] == "login.example.org"
    assert rule["http"]["paths"][0]["path"] == "/dex"
    assert ingress["tls"] == [{"hosts": ["login.example.org"], "secretName": "dex-tls"}]


def test_only_the_gateway_reaches_it() -> None:
    made = rendered(typed(project()))
    policy = named(made, f"{FOLDER}/network.yaml", "NetworkPolicy", "dex")["spec"]
    (rule,) = policy["ingress"]
    assert rule["from"] == [
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress"}}}
    ]


def test_its_rights_are_its_own_objects() -> None:
    made = rendered(typed(project()))
    role = named(made, f"{FOLDER}/rbac.yaml", "Role", "dex")
    assert {group for rule in role["rules"] for group in rule["apiGroups"]} == {"dex.coreos.com"}
    cluster = named(made, f"{FOLDER}/rbac.yaml", "ClusterRole", "dex")
    assert cluster["rules"][0]["verbs"] == ["create", "get"]
