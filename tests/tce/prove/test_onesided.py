from tests.tce.prove.small import of_cluster, said

WIDE, ONE = "k8s/policy/wide.yaml", "k8s/sandboxes/one.yaml"
GIT = """\
---
apiVersion: v1
kind: Namespace
metadata: {name: argocd}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: git, namespace: argocd}
spec:
  endpointSelector: {}
  egress:
    - toEndpoints: [{}]
      toPorts: [{ports: [{port: "6379", protocol: TCP}]}]
"""
MEETS = """\
  ingress:
    - fromEndpoints: [{}]
      toPorts: [{ports: [{port: "%s"}]}]
"""


def test_what_the_other_side_does_not_allow_is_told_of_the_platform_too() -> None:
    (told,) = said(of_cluster((WIDE, "", GIT)))
    assert told.startswith("dead k8s/policy/wide.yaml:")
    assert told.endswith("argocd/git lets out tcp 6379, and nothing at the other side allows it")


def test_what_both_sides_allow_by_one_of_its_protocols_is_right() -> None:
    assert said(of_cluster((WIDE, "", GIT + MEETS % "6379"))) == []


def test_ports_beside_each_other_are_told_at_both_ends() -> None:
    told = said(of_cluster((WIDE, "", GIT + MEETS % "6380")))
    assert [one.partition("argocd/git ")[2].split(",")[0] for one in told] == [
        "lets in tcp 6380",
        "lets out tcp 6379",
    ]


def test_what_is_declared_is_told_once() -> None:
    told = said(of_cluster((ONE, 'port: "8000"', 'port: "8001"')))
    assert any(one.startswith("missing") for one in told)
    assert not any(one.startswith("dead") for one in told)


def test_of_ciliums_probe_and_of_every_port_nothing_is_said() -> None:
    probe = (
        "---\napiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\n"
        "metadata: {name: probe}\nspec:\n"
        '  endpointSelector: {matchLabels: {"reserved:health": ""}}\n'
        "  egress:\n    - toEntities: [host]\n"
        '      toPorts: [{ports: [{port: "4240", protocol: TCP}]}]\n'
    )
    every = GIT.replace('      toPorts: [{ports: [{port: "6379", protocol: TCP}]}]\n', "")
    assert said(of_cluster((WIDE, "", probe), (WIDE, "", every))) == []
