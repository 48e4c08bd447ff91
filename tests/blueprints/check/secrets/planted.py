"""Secrets that were never in use, one of each form. Put together here, so that no scanner of
this repository takes them for real."""

from base64 import b64encode

_RANDOM = "q7Zt2VxK9mLp4RwB8nYc3HdF6sJg5TaE1uXvCzQrMyNkPbWo"
_HEX = "9f3c1e7ab2604d85c7f1e09b3a6d2c48e5b7019d"
_PEM = b64encode(bytes(range(1, 97))).decode()


def _key(kind: str) -> str:
    words = f"{kind} PRIVATE KEY".strip()
    return f"-----BEGIN {words}-----\n{_PEM}\n-----END {words}-----\n"


FORMS: dict[str, str] = {
    "an RSA key": _key("RSA"),
    "an OpenSSH key": _key("OPENSSH"),
    "a PKCS 8 key": _key(""),
    "an encrypted key": "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
    f"DEK-Info: AES-128-CBC,00\n\n{_PEM}\n",
    "a key in one line of JSON": '{"private_key": "' + _key("").replace("\n", "\\n") + '"}',
    "a key in a block of YAML": "key: |\n  " + _key("EC").replace("\n", "\n  "),
    "a key in base64": "data: " + b64encode(_key("RSA").encode()).decode(),
    "an age identity": "AGE-SECRET-" + "KEY-1" + _RANDOM.upper() + "QRMYNKPBWO",
    "an AWS access key": "AK" + "IAQ7ZT2VXK5MLP4RWB",
    "an AWS secret key": "aws_secret_access_key = " + _RANDOM[:40],
    "a Google key": "AI" + "za" + _RANDOM[:35],
    "a GitHub token": "gh" + "p_" + _RANDOM[:36],
    "a fine-grained GitHub token": "github_" + "pat_11" + _RANDOM,
    "a GitLab token": "gl" + "pat-" + _RANDOM[:20],
    "a Slack token": "xo" + "xb-123456789012-123456789012-" + _RANDOM[:24],
    "a Slack webhook": "https://hooks.slack.com/" + f"services/T00AB12CD/B00AB12CD/{_RANDOM[:24]}",
    "a Hugging Face token": "h" + "f_" + "".join(filter(str.isalpha, _RANDOM * 2))[:34],
    "a key of a gateway": "s" + f"k-{_RANDOM[:32]}",
    "an npm token": "np" + f"m_{_RANDOM[:36]}",
    "a Vault token": "hv" + f"s.{_RANDOM[:28]}",
    "an older Vault token": "VAULT_TOKEN=s" + f".{_RANDOM[:24]}",
    "a JSON web token": "ey" + f"J{_RANDOM[:20]}.ey" + f"J{_RANDOM[10:40]}.{_RANDOM}",
    "a kubeconfig": f"client-key-data: {_PEM}",
    "a registry login": '{"auths": {"x": {"auth": "'
    + b64encode(b"bot:Zt2VxK9mLp4").decode()
    + '"}}}',
    "a URL": "https://bot:" + f"{_RANDOM[:12]}@git.example.org/x.git",
    "a Waldur token": f"token: {_HEX}",
    "a password": f'password: "{_RANDOM[:20]}"',
    "an API key": f"API_KEY={_RANDOM[:32]}",
}

HARMLESS = (
    "password: ${DB_PASSWORD}",
    "password: changeme-changeme-1",
    "token = var.github_token_of_the_platform",
    "token: projects/climate/s3-credentials",
    "secretName: governance-postgres-credentials",
    "secretKeyRef: {name: postgres, key: password}",
    "https://user:${PASSWORD}@git.example.org/x.git",
    "https://git.example.org:8443/a/b@c",
    "postgresql://user:$(PASSWORD)@db:5432/mlflow",
    f"image: registry.example.org/a@sha256:{_HEX}{_HEX[:24]}",
    f"commit: {_HEX}",
    "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----\n",
    "-----BEGIN CERTIFICATE-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END CERTIFICATE-----\n",
    "api_key: os.environ/LITELLM_MASTER_KEY",
    "the header is -----BEGIN RSA PRIVATE KEY----- and then lines of base64",
    "token: ENC[AES256_GCM,data:Zt2VxK9mLp4RwB8nYc3HdF6s,iv:abc,tag:def,type:str]",
    "age1qgd0w5z7vut5k3mwz0h9l2xncpa6rs8yj4f5deq7wt3klmnpqsz0xycpq",
    "tasks-sk-learn-and-more-words-in-a-row",
)
