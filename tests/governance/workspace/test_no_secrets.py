"""What looks like a secret is refused, with its line, and never repeated."""

import pytest

from blueprints.yamlfile import InvalidFileError, load
from governance.workspace.no_secrets import refuse_secrets


@pytest.mark.parametrize(
    "line",
    [
        "access_key: hunter2",
        "aws-secret-access-key: hunter2",
        "session_token: hunter2",
        "Password: hunter2",
        "api_key: hunter2",
        "endpoint: https://me:hunter2@s3.example.org",
        "endpoint: https://hunter2@s3.example.org",
        "region: AKIAHUNTER2HUNTER234".replace("HUNTER2HUNTER234", "ABCDEFGHIJKLMNOP"),
        "url: https://s3.example.org/b/k?X-Amz-Signature=hunter2",
        "pem: '-----BEGIN RSA PRIVATE KEY-----'",
    ],
)
def test_secrets_are_refused_wherever_they_stand(line: str) -> None:
    for text in (f"stores:\n  site:\n    {line}\n", f"evidence:\n  mlflow:\n  - {line}\n"):
        with pytest.raises(InvalidFileError, match=r"^tutela.yaml:3: ") as caught:
            refuse_secrets(load(text, "tutela.yaml"))
        assert "hunter2" not in str(caught.value)
        assert "~/.aws/credentials" in "".join(caught.value.__notes__)


def test_every_secret_is_named_at_once() -> None:
    text = "stores:\n  site:\n    secret: x\n    token: y\n"
    with pytest.raises(InvalidFileError) as caught:
        refuse_secrets(load(text, "t"))
    assert [message[:4] for message in caught.value.messages] == ["t:3:", "t:4:"]


def test_names_that_users_give_may_be_anything() -> None:
    text = """
projects:
  tokenizers: {prefixes: [s3://b/secret-santa/], contact: me@example.org}
stores:
  password-store: {profile: site}
evidence:
  credentials: []
"""
    refuse_secrets(load(text, "tutela.yaml"))
