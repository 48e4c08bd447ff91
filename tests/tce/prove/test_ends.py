import pytest

from tce.prove.ends import ends
from tce.read.cilium import policies
from tce.read.manifests import read
from tce.read.policies import Policy
from tce.read.workloads import namespaces, pods
from tce.space.errors import NotModelledError
from tests.tce.prove.small import ONE


def policy(selector: str, namespace: str = "one") -> Policy:
    text = (
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n"
        f"metadata: {{name: p, namespace: {namespace}}}\nspec: {{endpointSelector: {selector}}}\n"
    )
    (manifest,) = read(text.encode(), "a.yaml")
    (found,) = policies(manifest)
    return found


def names(*selectors: str) -> list[str]:
    text = ONE.replace("labels: {app: page}", "labels: {app: page, tier: front}")
    documents = tuple(read(text.encode(), "one.yaml"))
    found = ends(pods(documents), namespaces(documents), [policy(one) for one in selectors])
    return [one.name for one in found]


def test_every_namespace_has_a_pod_that_nobody_declared() -> None:
    found = names()
    assert {"one/page", "one/store", "one/(any pod)", "default/(any pod)"} <= set(found)
    assert {"(any other)/(any pod)", "kube-system/(pods with k8s-app=kube-dns)"} <= set(found)
    assert {"a node", "another node of the API", "ingress", "health"} <= set(found)
    assert len(found) == len(set(found))


def test_what_is_selected_and_not_rendered_may_come() -> None:
    assert "one/(pods with app=gone)" in names("{matchLabels: {app: gone}}")
    assert "one/(pods with x=any)" in names("{matchExpressions: [{key: x, operator: Exists}]}")
    assert "one/(pods with app=page)" not in names("{matchLabels: {app: page}}")


def test_a_selector_for_the_whole_cluster_is_met_in_a_namespace_that_nobody_knows() -> None:
    text = (
        "apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\n"
        "metadata: {name: p}\nspec: {endpointSelector: {matchLabels: {app: page}}}\n"
    )
    documents = tuple(read(ONE.encode(), "one.yaml"))
    (manifest,) = read(text.encode(), "a.yaml")
    found = ends(pods(documents), namespaces(documents), policies(manifest))
    assert "(any other)/(pods with app=page)" in [one.name for one in found]


def test_a_pod_may_lack_a_label_that_selectors_speak_of() -> None:
    assert "one/page without app" in names("{matchLabels: {app: page}}")
    assert "one/page without tier" not in names("{matchLabels: {app: page}}")


def test_a_selector_with_too_many_ways_is_not_modelled() -> None:
    values = ", ".join(f"v{n}" for n in range(9))
    one = f"{{key: a, operator: In, values: [{values}]}}"
    two = one.replace("key: a", "key: b")
    with pytest.raises(NotModelledError, match=r"a\.yaml:4: one/p: a selector that can be met"):
        names(f"{{matchExpressions: [{one}, {two}]}}")
