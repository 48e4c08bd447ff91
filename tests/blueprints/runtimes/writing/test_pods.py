import pytest
from hypothesis import given, settings

from blueprints.runtimes.reading.pods import expanded
from blueprints.runtimes.writing import pods
from blueprints.service.service import Service
from blueprints.service.site import Site
from tests.blueprints.service.services import pairs, texts


@given(texts(0))
def test_a_text_arrives_as_it_was_whatever_variables_there_are(text: str) -> None:
    everything = {name: "replaced" for name in ("HOME", "A", "touch /tmp/owned", "id")}
    assert expanded(pods.escaped(text), everything) == text


@settings(max_examples=10)
@given(pairs())
def test_a_start_is_given_exactly_its_seconds(pair: tuple[Service, Site]) -> None:
    probe = pods.starting(pair[0])
    delay, tries, period = (
        int(str(probe[key])) for key in ("initialDelaySeconds", "failureThreshold", "periodSeconds")
    )
    assert tries >= 1
    assert delay + tries * period == pair[0].probe.start_seconds


@settings(max_examples=10)
@given(pairs())
def test_a_secret_is_named_and_never_written(pair: tuple[Service, Site]) -> None:
    service, site = pair
    found = pods.external_secret(service, site, "one")
    spec = found["spec"]
    assert isinstance(spec, dict)
    assert {e["secretKey"]: e["remoteRef"]["key"] for e in spec["data"]} == service.secrets
    assert spec["secretStoreRef"]["name"] == "platform"


@settings(max_examples=10)
@given(pairs())
def test_nodes_of_a_site_without_a_taint_need_no_toleration(pair: tuple[Service, Site]) -> None:
    service, site = pair
    assert site.kubernetes is not None
    assert pods.tolerations(site) == [{"key": "hpc", "operator": "Equal", "value": "true"}]
    assert pods.node_labels(service, site)["hpc"] == "true"
    free = site.model_copy(
        update={"kubernetes": site.kubernetes.model_copy(update={"taint": None})}
    )
    assert pods.tolerations(free) == []
    with pytest.raises(ValueError, match="has no cluster"):
        pods.cluster(site.model_copy(update={"kubernetes": None}))


@settings(max_examples=10)
@given(pairs())
def test_a_port_is_open_to_the_namespace_and_its_clients(pair: tuple[Service, Site]) -> None:
    service, site = pair
    assert site.kubernetes is not None
    where = site.kubernetes.model_copy(update={"clients": ["ingress"]})
    found = pods.network_policy(service, site.model_copy(update={"kubernetes": where}), {"a": "b"})
    spec = found["spec"]
    assert isinstance(spec, dict)
    assert len(spec["ingress"][0]["from"]) == 2
    assert spec["ingress"][0]["ports"] == [{"protocol": "TCP", "port": service.port}]
    assert len(spec["ingress"]) == (2 if service.nodes > 1 else 1)
