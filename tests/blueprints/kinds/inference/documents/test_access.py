from __future__ import annotations

from blueprints.kinds.inference.documents.access import files
from blueprints.service.site import Kubernetes
from tests.blueprints.kinds.inference.specifications import both, data, host, model, typed


def paths(said: dict[str, object]) -> list[str]:
    return sorted(file.path for file in files(typed(said)))


def test_every_site_says_how_its_models_are_reached() -> None:
    found = paths(both())
    assert [path for path in found if path.endswith("README.md")] == [
        "access/cloud/README.md",
        "access/desk/README.md",
    ]
    assert "access/desk/apertus/ask.sh" in found


def test_a_proxy_is_rendered_where_there_is_one_and_a_key() -> None:
    site = host(access={"login": "login.example.org", "proxy": "proxy.example.org"})
    keyed = data(sites=[site], models=[model(api_key="inference/apertus")])
    assert "access/desk/nginx.conf" in paths(keyed)
    assert "access/desk/apertus/tunnel.sh" in paths(keyed)
    assert "access/desk/nginx.conf" not in paths(data(sites=[site]))


def test_clients_ask_for_the_name_under_which_a_model_is_served() -> None:
    said = data(models=[model(served_as="ours/apertus")])
    found = {file.path: file.content for file in files(typed(said))}
    assert b'"model": "ours/apertus"' in found["access/desk/apertus/ask.sh"]


def test_clients_of_a_cluster_ask_its_ingress() -> None:
    kubernetes = {
        "namespace": "serving",
        "storage_class": "fast",
        "ingress": "ingress",
        "host": "models.example.org",
        "tls_secret": "models-tls",
        "clients": ["ingress"],
    }
    spec = typed(both())
    site = spec.site("cloud").model_copy(
        update={"kubernetes": Kubernetes.model_validate(kubernetes)}
    )
    sites = [one if one.name != "cloud" else site for one in spec.sites]
    found = {file.path: file.content for file in files(spec.model_copy(update={"sites": sites}))}
    address = b"https://apertus.models.example.org/v1"
    assert address in found["access/cloud/apertus/ask.sh"]
    assert address in found["access/cloud/README.md"]
