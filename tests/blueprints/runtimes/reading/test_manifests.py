import pytest

from blueprints.runtimes.reading.manifests import documents, manifests, of_kind, only, secret_keys
from blueprints.runtimes.runtime import ReadError

TWO = b"""\
---
apiVersion: v1
kind: Service
metadata:
  name: one
---
apiVersion: v1
kind: List
items:
  - kind: Service
    metadata:
      name: two
"""

SECRET = b"""\
kind: ExternalSecret
metadata:
  name: scout
spec:
  target:
    name: scout-secrets
  data:
    - secretKey: VLLM_API_KEY
      remoteRef:
        key: models/scout
        property: key
    - secretKey: HF_TOKEN
      remoteRef:
        key: models/hub
        property: hf_token
    - secretKey: ALL
      remoteRef:
        key: models/all
"""


def test_objects_are_found_in_every_file_and_list() -> None:
    found = manifests({"b.yaml": TWO, "a.yaml": b"# nothing\n", "readme.md": b"kind: x\n"})
    assert [(one.name, one.line) for one in found] == [("one", 2), ("two", 7)]
    assert len(of_kind(found, "Service")) == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"kind: [\n", "a.yaml:"),
        (b"a: 1\na: 2\n", "a.yaml:2:"),
        (b"\xff\n", "a.yaml:1: is not UTF-8"),
        (b"- a\n", "a.yaml:1: has to be a mapping"),
    ],
)
def test_text_that_readers_take_differently_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        list(documents("a.yaml", content))


def test_one_object_of_a_kind_is_neither_none_nor_two() -> None:
    found = manifests({"a.yaml": TWO})
    with pytest.raises(ReadError, match="a second Service"):
        only(found, "Service")
    with pytest.raises(ReadError, match="has no Deployment"):
        only(found, "Deployment")
    assert only(found[:1], "Service").name == "one"


def test_a_secret_leads_to_its_key_in_the_store() -> None:
    assert secret_keys(manifests({"a.yaml": SECRET})) == {
        ("scout-secrets", "VLLM_API_KEY"): "models/scout#key",
        ("scout-secrets", "HF_TOKEN"): "models/hub",
        ("scout-secrets", "ALL"): "models/all#",
    }
