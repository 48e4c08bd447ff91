import dataclasses

from blueprints.access.readme import readme
from tests.blueprints.access.case import CLUSTER, KEYED, OPEN, centre


def test_says_where_each_model_is_asked() -> None:
    text = readme(centre(), [KEYED])
    assert "| `example-org/Mutable-8B` | `https://proxy.example.org/mutable/v1` |" in text
    assert "leads through `login.example.org`" in text
    assert "FOLDER/upstream.sh mutable NODE" in text


def test_a_model_without_a_key_is_named_and_not_proxied() -> None:
    text = readme(centre(), [KEYED, OPEN])
    assert "Not behind the proxy, as they ask for no key (say `api_key`): open." in text
    assert "/open/v1" not in text


def test_a_cluster_has_neither_tunnel_nor_proxy() -> None:
    text = readme(centre(), [CLUSTER])
    assert "tunnel" not in text
    assert "nginx" not in text


def test_a_cluster_with_an_ingress_has_an_address() -> None:
    led = dataclasses.replace(CLUSTER, url="https://cluster.models.example.org/v1")
    text = readme(centre(), [led])
    assert "| `example-org/Cluster` | `https://cluster.models.example.org/v1` |" in text
