import pytest
import yaml

from tce.prove.declared import ANYWHERE, Declared, declared
from tce.prove.intent import UnreadableIntentError
from tce.prove.reach import End
from tce.read.labels import pod_labels, reserved
from tests.tce.prove.small import SPEC, intent


@pytest.fixture(scope="module")
def wanted() -> Declared:
    return declared(yaml.safe_load(SPEC), intent(), ["one", "two", "argocd", "default"])


def pod(space: str, name: str = "", **labels: str) -> End:
    return End(f"{space}/{name}", pod_labels(space, {}, labels), space, workload=name)


WAY_IN = End("ingress", reserved("ingress"))
NODE = End("a node", reserved("host"), node=True)
DNS = pod("kube-system", **{"k8s-app": "kube-dns"})


def test_who_may_ask_whom(wanted: Declared) -> None:
    page, store, model = pod("one", "page"), pod("one", "store"), pod("two", "model")
    assert wanted.between(page, store) == ((6, 5432, 5432),)
    assert wanted.between(page, model) == ((6, 8000, 8000),)
    assert wanted.between(WAY_IN, page) == ((6, 8080, 8080),)
    for pair in ((store, page), (model, store), (WAY_IN, store), (NODE, page), (pod("one"), store)):
        assert wanted.between(*pair) == ()
    assert wanted.between(pod(ANYWHERE), DNS) == ((17, 53, 53), (6, 53, 53))


def test_what_is_guarded_is_nobodys_or_a_sandboxs(wanted: Declared) -> None:
    assert [wanted.guarded(pod(one)) for one in ("one", "default", ANYWHERE)] == [True] * 3
    assert wanted.guarded(pod("made-by-no-document"))
    assert not wanted.guarded(pod("argocd"))
    assert not wanted.guarded(DNS)
    assert not wanted.guarded(NODE)


def test_who_may_reach_outside(wanted: Declared) -> None:
    ((use, _),) = wanted.outgoing(pod("one", "page")).items()
    assert use == (4, 6, 443, 443)
    assert wanted.outgoing(pod("one", "store")) == {}
    assert wanted.outgoing(WAY_IN) == {}
    assert wanted.outgoing(pod("argocd")) == wanted.outgoing(NODE) != {}


def test_nodes_ask_the_apis_own_address_and_pods_do_not() -> None:
    said = yaml.safe_load(SPEC)
    said["cluster"]["environments"]["production"]["api"] = "10.90.12.10"
    found = declared(said, intent())
    assert {(4, 6, 6443, 6443), (4, 6, 9345, 9345)} <= found.outgoing(NODE).keys()
    assert (4, 6, 9345, 9345) not in found.outgoing(pod("argocd"))


def test_who_may_be_reached_from_outside(wanted: Declared) -> None:
    assert set(wanted.incoming(WAY_IN)) == {(4, 6, 443, 443)}
    assert set(wanted.incoming(NODE)) == {(4, 6, 22, 22)}
    assert wanted.incoming(pod("one", "page")) == {}


def test_ranges_of_addresses_are_services_too() -> None:
    said = yaml.safe_load(SPEC)
    said["cluster"]["environments"]["production"]["addresses"] = ["10.90.12.240-10.90.12.255"]
    assert declared(said, intent()).services == declared(yaml.safe_load(SPEC), intent()).services


def test_a_specification_that_is_not_understood_is_refused() -> None:
    with pytest.raises(UnreadableIntentError, match=r"spec\.yaml: cannot be understood"):
        declared({}, intent())
