from __future__ import annotations

import yaml

from tce.render.gitops import settings
from tests.tce.intent.specifications import typed
from tests.tce.render.documents import every


def test_nobody_has_rights_by_default_and_no_password_lets_anybody_in() -> None:
    made = every(settings.files(typed()), "ConfigMap")
    assert made["argocd-cm"]["data"]["admin.enabled"] == "false"
    assert made["argocd-rbac-cm"]["data"]["policy.default"] == ""
    assert made["argocd-rbac-cm"]["data"]["policy.csv"] == "g, tce-admins, role:admin\n"


def test_people_log_in_at_dex() -> None:
    made = every(settings.files(typed()), "ConfigMap")
    login = yaml.safe_load(made["argocd-cm"]["data"]["oidc.config"])
    assert login["issuer"] == "https://dex.tce.hospital.example.org"
    assert login["clientSecret"] == "$argocd-oidc:client_secret"
    secret = every(settings.files(typed()), "ExternalSecret")["argocd-oidc"]["spec"]
    assert secret["data"][0]["remoteRef"]["key"] == "dex/clients"


def test_its_page_is_published_by_https() -> None:
    way = every(settings.files(typed()), "Ingress")["argocd"]["spec"]
    assert way["tls"][0]["hosts"] == ["argocd.tce.hospital.example.org"]


def test_what_is_installed_by_hand_comes_from_the_mirror_and_makes_nothing_twice() -> None:
    values = settings.values(typed())
    assert values["global"] == {
        "image": {"repository": "registry.hospital.example.org/tce/argoproj/argocd"}
    }
    assert values["dex"] == {"enabled": False}
    assert values["configs"] == {key: {"create": False} for key in ("cm", "rbac", "params")}
