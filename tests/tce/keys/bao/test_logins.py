import pytest

from tce.custody.custody import Custody
from tce.keys.bao.logins import changes
from tests.labs.openbao import OpenBao
from tests.tce.custody.test_custody import EMPTY


def declared(name: str, **more: object) -> Custody:
    return Custody.model_validate(
        {
            **EMPTY,
            "approles": [
                {
                    "mount": f"{name}-staff",
                    "name": "sender",
                    "policies": ["a"],
                    "cidrs": ["192.0.2.1/32", "198.51.100.0/24"],
                    "ttl_seconds": 600,
                }
            ],
            "accounts": [
                {
                    "mount": name,
                    "name": "apps",
                    "accounts": ["eso"],
                    "namespaces": ["inference"],
                    "policies": ["b"],
                    "audience": "vault://inference/bao",
                }
            ],
            **more,
        }
    )


def apply(custody: Custody, bao: OpenBao) -> list[str]:
    found = list(changes(custody, bao.root))
    for one in found:
        if one.do is not None:
            one.do()
    return [f"{one.state} {one.what} {one.detail}".strip() for one in found]


@pytest.fixture
def name(bao: OpenBao) -> str:
    return bao.unique("log")


def test_logins_are_made_and_are_then_as_declared(bao: OpenBao, name: str) -> None:
    assert len(apply(declared(name), bao)) == 5
    left = "the cluster's API and its certificate"
    (found,) = apply(declared(name), bao)
    assert left in found
    bao.root.write(
        f"auth/{name}/config",
        {
            "kubernetes_host": "https://192.0.2.9:6443",
            "kubernetes_ca_cert": bao.ca.read_text(),
            "disable_local_ca_jwt": True,
        },
    )
    assert apply(declared(name), bao) == []


def test_a_login_that_was_widened_is_set_right(bao: OpenBao, name: str) -> None:
    custody = declared(name, accounts=[])
    apply(custody, bao)
    path = f"auth/{name}-staff/role/sender"
    bao.root.write(path, {"token_policies": ["a", "root-like"], "token_bound_cidrs": []})
    (found,) = apply(custody, bao)
    assert found == f"differs login {path} token_bound_cidrs, token_policies"
    assert bao.root.read(path)["data"]["token_policies"] == ["a"]


def test_logins_of_another_kind_are_refused(bao: OpenBao, name: str) -> None:
    bao.root.write(f"sys/auth/{name}-staff", {"type": "userpass"})
    found = list(changes(declared(name, accounts=[], approles=[]), bao.root))
    assert found == []
    first = next(iter(changes(declared(name, accounts=[]), bao.root)))
    assert (first.state, first.detail) == ("refused", "it is of type userpass, not approle")


def test_an_issuer_signs_its_own_names_only(bao: OpenBao, name: str) -> None:
    pki = f"{name}-pki"
    bao.root.write(f"sys/mounts/{pki}", {"type": "pki"})
    issuer = {"engine": pki, "name": "a", "domains": ["a.example.org"], "ttl_hours": 24}
    custody = declared(name, accounts=[], approles=[], issuers=[issuer])
    assert apply(custody, bao) == [f"missing issuer {pki}/roles/a"]
    assert apply(custody, bao) == []
    role = bao.root.read(f"{pki}/roles/a")["data"]
    assert (role["allow_any_name"], role["allow_ip_sans"], role["max_ttl"]) == (False, False, 86400)
