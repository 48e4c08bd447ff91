"""Two worlds that differ in nothing but the secrets that lie around: what does not read them does
the same in both."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PEM = "-----BEGIN OPENSSH PRIVATE KEY-----\n{0}\n-----END OPENSSH PRIVATE KEY-----\n"
HOME: dict[str, str] = {
    ".vault-token": "{0}",
    ".aws/credentials": "[default]\naws_access_key_id = {0}\naws_secret_access_key = {0}\n",
    ".ssh/id_ed25519": PEM,
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
_NAMED = {
    "ANSIBLE_VAULT_PASSWORD_FILE": ".ansible/vault_pass",
    "AWS_SHARED_CREDENTIALS_FILE": ".aws/credentials",
    "COOKIECUTTER_CONFIG": ".cookiecutterrc",
    "KUBECONFIG": ".kube/config",
    "SOPS_AGE_KEY_FILE": ".config/sops/age/keys.txt",
    "TUTELA_PASSPHRASE_FILE": ".vault-token",
    "TUTELA_TOKEN_FILE": ".vault-token",
}


@dataclass(frozen=True)
class World:
    """A home full of secrets and an environment that names them, all of one world."""

    folder: Path
    secret: str
    """Every secret holds it, at least."""
    more: Mapping[str, str] = field(default_factory=dict)
    """Other variables: where OpenBao is."""

    @property
    def home(self) -> Path:
        """Where programs look."""
        return self.folder / "home"

    def make(self) -> World:
        """Write all files."""
        for number, (name, text) in enumerate(HOME.items()):
            file = self.home / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text.format(f"{self.secret}-{number}"))
            file.chmod(0o600)
        (self.folder / ".env").write_text(f"TOKEN={self.secret}\n")
        return self

    def environ(self) -> dict[str, str]:
        """The environment of a program in this world; nothing of whoever runs the tests."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            **{name: f"{self.secret}-{name}" for name in VARIABLES},
            **{name: str(self.home / file) for name, file in _NAMED.items()},
            **self.more,
        }


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Path -> mode and bytes of everything in a folder, hidden or not."""
    return {
        file.relative_to(folder).as_posix(): (file.stat().st_mode, file.read_bytes())
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def told(report: Path) -> dict[str, list[str]]:
    """What a program of :mod:`tests.labs.programs.renders` says that it did."""
    found: dict[str, list[str]] = json.loads(report.read_text())
    return found
