"""Secrets in Kubernetes objects: what a Secret holds, and environment variables with passwords."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from blueprints.check.documents import Object, Path, items, mapping, text
from blueprints.check.secrets.patterns import decoded, is_example, is_random, search
from blueprints.check.workloads import containers, pods

_SENSITIVE = re.compile(
    r"(?i)(pass(word|wd|phrase)?|secret|token|api[-_.]?key|private[-_.]?key|access[-_.]?key|"
    r"credentials?|client[-_.]?key|identity|htpasswd|dockerconfigjson|kubeconfig|tls\.key|"
    r"id_(rsa|ed25519|ecdsa))$"
)
_ENVIRONMENT = re.compile(
    r"(?i)(^|_)(PASS(WORD|WD|PHRASE)?|SECRET|TOKEN|API_?KEY|SECRET_?KEY|ACCESS_?KEY|PRIVATE_?KEY|"
    r"MASTER_?KEY|SALT_?KEY|CREDENTIALS?)$"
)
_REFERENCE = re.compile(r"^\$\(|^\$\{|^\{\{|^os\.environ/|^file:|^/|^https?://")
_LEAST_RANDOM = 3.5
_SHORTEST = 12


@dataclass(frozen=True)
class Planted:
    """A secret in an object."""

    path: Path
    what: str


def in_object(one: Object) -> Iterator[Planted]:
    """Yield what is secret in an object beyond the forms that a search of its text finds."""
    if one.kind == "Secret" and not one.group:
        yield from _in_secret(one)
    for _, path, spec in pods(one):
        for within, container in containers(spec):
            for number, variable in enumerate(items(container, "env")):
                name, value = text(variable, "name"), text(variable, "value")
                if _ENVIRONMENT.search(name) and _is_password(value):
                    yield Planted(
                        (*path, *within, "env", number, "value"),
                        f"the environment variable {name} with its value",
                    )


def _in_secret(one: Object) -> Iterator[Planted]:
    if "sops" in one.data:
        return  # Encrypted: its values are ENC[...].
    for field in ("data", "stringData"):
        for key, value in mapping(one.data, field).items():
            if not isinstance(value, str):
                continue
            raw = value.encode("utf-8", "surrogatepass")
            content = decoded(raw) if field == "data" else raw
            what = _kind_of(str(key), content)
            if what:
                yield Planted((field, key), f"{what} in the Secret {one.name}")


def _kind_of(key: str, content: bytes) -> str:
    hit = next(iter(sorted(search(content))), None)
    if hit is not None:
        return hit.what
    if not content or is_example(content):
        return ""
    if _SENSITIVE.search(key):
        return f'a value under "{key[:60]}"'
    one_word = len(content) >= _SHORTEST and len(content.split()) == 1
    if one_word and b"://" not in content and is_random(content, _LEAST_RANDOM):
        return f'a random value under "{key[:60]}"'
    return ""


def _is_password(value: str) -> bool:
    return bool(
        value and not _REFERENCE.search(value) and not is_example(value.encode("utf-8", "replace"))
    )
