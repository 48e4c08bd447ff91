from typing import Any

import pytest

from blueprints.runtimes.writing.route import host, routes
from blueprints.service.site import Site
from tests.blueprints.runtimes.production_stack.services import ALONE
from tests.blueprints.runtimes.site import SITE


def _site(**changes: Any) -> Site:
    assert SITE.kubernetes is not None
    return SITE.model_copy(update={"kubernetes": SITE.kubernetes.model_copy(update=changes)})


def test_each_model_has_a_host_of_its_own_with_tls() -> None:
    (one,) = routes(ALONE, SITE, "scout-service")
    spec: Any = one["spec"]
    assert spec["tls"] == [{"hosts": ["scout.models.example.org"], "secretName": "models-tls"}]
    (rule,) = spec["rules"]
    assert rule["host"] == host(ALONE, SITE) == "scout.models.example.org"
    backend = rule["http"]["paths"][0]["backend"]["service"]
    assert backend == {"name": "scout-service", "port": {"number": ALONE.port}}


@pytest.mark.parametrize(
    ("openshift", "entry"), [(True, {}), (False, {"hosts": ["scout.models.example.org"]})]
)
def test_without_a_certificate_of_the_site_s_the_controller_s_own_is_used(
    openshift: bool, entry: dict[str, Any]
) -> None:
    (one,) = routes(ALONE, _site(openshift=openshift, tls_secret=None), "s")
    spec: Any = one["spec"]
    assert spec["tls"] == [entry]


@pytest.mark.parametrize("openshift", [True, False])
def test_an_answer_may_take_an_hour_and_is_not_held_back(openshift: bool) -> None:
    (one,) = routes(ALONE, _site(openshift=openshift), "s")
    said: Any = one["metadata"]
    assert any("3600" in value for value in said["annotations"].values())
    assert openshift or said["annotations"]["nginx.ingress.kubernetes.io/proxy-buffering"] == "off"


def test_a_gateway_gets_a_route() -> None:
    (one,) = routes(ALONE, _site(ingress="gateway", gateway="public"), "s")
    spec: Any = one["spec"]
    assert one["kind"] == "HTTPRoute"
    assert spec["parentRefs"] == [{"name": "public"}]
    assert spec["rules"][0]["matches"] == [{"path": {"type": "PathPrefix", "value": "/v1"}}]
    assert spec["rules"][0]["backendRefs"] == [{"name": "s", "port": ALONE.port}]


def test_a_gateway_of_another_namespace_is_named_with_it() -> None:
    there = _site(ingress="gateway", gateway="public", gateway_namespace="edge")
    (one,) = routes(ALONE, there, "s")
    spec: Any = one["spec"]
    assert spec["parentRefs"] == [{"name": "public", "namespace": "edge"}]


@pytest.mark.parametrize("changes", [{"ingress": "none"}, {"host": None}])
def test_without_a_way_in_there_is_none(changes: dict[str, Any]) -> None:
    assert list(routes(ALONE, _site(**changes), "s")) == []
    assert host(ALONE, _site(**changes)) is None
