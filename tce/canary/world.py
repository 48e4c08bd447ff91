"""A home and an environment full of secrets, each of them marked: what does not look at them says
nothing of a mark.

The files and variables are those in which programs of this trade keep what they log in with.
"""

from pathlib import Path

_PEM = "-----BEGIN OPENSSH PRIVATE KEY-----\n{0}\n-----END OPENSSH PRIVATE KEY-----\n"
HOME: dict[str, str] = {
    ".vault-token": "{0}",
    ".aws/credentials": "[default]\naws_access_key_id = {0}\naws_secret_access_key = {0}\n",
    ".ssh/id_ed25519": _PEM,
    ".netrc": "machine example.org login ada password {0}\n",
    ".config/sops/age/keys.txt": "{0}\n",
    ".kube/config": "apiVersion: v1\nkind: Config\nusers:\n- user: {{token: {0}}}\n",
    ".terraform.d/credentials.tfrc.json": '{{"example.org": {{"token": "{0}"}}}}',
    ".docker/config.json": '{{"auths": {{"example.org": {{"auth": "{0}"}}}}}}',
    ".gitconfig": "[user]\n\tname = {0}\n\temail = {0}@example.org\n",
    ".git-credentials": "https://ada:{0}@example.org\n",
    ".cookiecutterrc": "default_context:\n  name: {0}\n  token: {0}\n",
    ".ansible/vault_pass": "{0}\n",
    ".config/helm/registry/config.json": '{{"auths": {{"example.org": {{"auth": "{0}"}}}}}}',
    ".pypirc": "[pypi]\npassword = {0}\n",
    ".tutela/tutela.yaml": "# {0}\n",
}
"""Path in the home -> text around a secret."""
VARIABLES = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "BAO_TOKEN",
    "GITHUB_TOKEN",
    "GITLAB_TOKEN",
    "HF_TOKEN",
    "HOSTNAME",
    "LOGNAME",
    "SOPS_AGE_KEY",
    "TF_TOKEN_example_org",
    "TF_VAR_token",
    "USER",
    "VAULT_TOKEN",
)
NAMED = {
    "ANSIBLE_VAULT_PASSWORD_FILE": ".ansible/vault_pass",
    "AWS_SHARED_CREDENTIALS_FILE": ".aws/credentials",
    "COOKIECUTTER_CONFIG": ".cookiecutterrc",
    "KUBECONFIG": ".kube/config",
    "SOPS_AGE_KEY_FILE": ".config/sops/age/keys.txt",
    "TUTELA_PASSPHRASE_FILE": ".vault-token",
    "TUTELA_TOKEN_FILE": ".vault-token",
}
"""Variable -> the file of the home that it names."""


def fill(home: Path, secret: str) -> None:
    """Write every file of a home; each holds the secret and its own number.

    Raises:
        OSError: it cannot be written.
    """
    for number, (name, text) in enumerate(HOME.items()):
        file = home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.format(f"{secret}-{number}"))
        file.chmod(0o600)


def variables(home: Path, secret: str) -> dict[str, str]:
    """The environment of whoever has this home; each variable holds the secret and its name."""
    return {
        "HOME": str(home),
        **{name: f"{secret}-{name}" for name in VARIABLES},
        **{name: str(home / file) for name, file in NAMED.items()},
    }
