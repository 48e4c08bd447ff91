"""Settings of RKE2."""

from tests.blueprints.kinds.cluster.tofu import files, parsed

SETTINGS = "tofu/modules/cluster/settings.tf"


def test_servers_agree_on_what_they_have_to() -> None:
    server = parsed(SETTINGS)["locals"]["server"]
    assert {
        "cni",
        "cluster-cidr",
        "service-cidr",
        "cluster-dns",
        "cluster-domain",
        "disable-kube-proxy",
    } <= set(server)
    assert server["profile"] == "cis"


def test_cilium_takes_kube_proxys_place_by_a_boolean() -> None:
    values = parsed(SETTINGS)["locals"]["cilium_values"]
    assert values["kubeProxyReplacement"] is True
    assert (values["k8sServiceHost"], values["k8sServicePort"]) == ("127.0.0.1", 6443)


def test_service_lb_is_not_asked_for() -> None:
    assert "servicelb" not in files()[SETTINGS]


def test_people_come_with_tokens_of_the_identity_provider() -> None:
    arguments = parsed(SETTINGS)["locals"]["server"]["kube-apiserver-arg"]
    assert "oidc-groups-prefix=${var.identity.groups_prefix}" in arguments
    assert "oidc-username-prefix=oidc:" in arguments
