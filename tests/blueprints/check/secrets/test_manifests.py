from base64 import b64encode
from pathlib import Path

import pytest

from blueprints.check.secrets.manifests import in_object
from tests.blueprints.check.places import repository
from tests.blueprints.check.secrets.planted import FORMS

RANDOM = "q7Zt2VxK9mLp4RwB8nYc"


def told(folder: Path, text: str) -> list[tuple[int, str]]:
    repo = repository(folder, {"a.yaml": text})
    return [(one.line_of(*it.path), it.what) for one in repo.objects for it in in_object(one)]


def secret(field: str, **values: str) -> str:
    lines = "".join(f"  {key.replace('_', '.')}: {value}\n" for key, value in values.items())
    return f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\n{field}:\n{lines}"


def packed(text: str) -> str:
    return b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("field", "key", "value", "what"),
    [
        ("data", "password", packed("hunter2"), 'a value under "password" in the Secret s'),
        ("stringData", "db-password", "hunter2", 'a value under "db-password" in the Secret s'),
        ("data", "x", packed(RANDOM), 'a random value under "x" in the Secret s'),
        ("data", "x", packed(FORMS["an RSA key"]), "a private key in the Secret s"),
        ("stringData", "x", FORMS["a Vault token"], "a Vault token in the Secret s"),
        ("data", "tls_key", packed("anything"), 'a value under "tls.key" in the Secret s'),
    ],
)
def test_values_of_a_secret_are_found(
    tmp_path: Path, field: str, key: str, value: str, what: str
) -> None:
    assert told(tmp_path, secret(field, **{key: value})) == [(5, what)]


@pytest.mark.parametrize(
    "text",
    [
        secret("stringData", url="https://git.example.org/x.git", type="git", project="climate"),
        secret("stringData", password="changeme"),
        secret("data", ca_crt=packed("-----BEGIN CERTIFICATE-----")),
        secret("data", password="''"),
        secret("stringData", password="ENC[AES256_GCM,data:x]") + "sops: {version: 3}\n",
        secret("data", password="[1, 2]"),
        secret("stringData", password=RANDOM).replace("v1", "bitnami.com/v1"),
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: 7\n",
    ],
)
def test_what_is_no_secret_in_one_is_left(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, text) == []


def deployment(name: str, value: str) -> str:
    return (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n  template:\n"
        f"    spec:\n      containers:\n        - env:\n            - name: {name}\n"
        f"              {value}\n"
    )


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("DB_PASSWORD", "value: hunter2", True),
        ("LITELLM_MASTER_KEY", "value: short", True),
        ("TOKEN", "value: $(OTHER)", False),
        ("DB_PASSWORD", "valueFrom: {secretKeyRef: {name: a, key: b}}", False),
        ("TOKEN_URL", "value: somewhere", False),
        ("MAX_TOKENS", "value: '12'", False),
        ("PASSWORD", "value: /run/secrets/password", False),
        ("API_KEY", "value: os.environ/KEY", False),
        ("PASSWORD", "value: 12", False),
    ],
)
def test_passwords_in_the_environment_are_found(
    tmp_path: Path, name: str, value: str, found: bool
) -> None:
    expected = [(10, f"the environment variable {name} with its value")] if found else []
    assert told(tmp_path, deployment(name, value)) == expected
