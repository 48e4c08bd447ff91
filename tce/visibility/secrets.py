"""Whether a field stands for a secret: by what it is called, by what it refers to.

A field that is called after a secret and has a value, or that names a place where secrets lie
(engines of OpenBao, Secrets of Kubernetes, files of keys), is taken to be made of one. This errs
on the side of the secret; what is rendered for the provider has none.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tce.visibility.fields import Field

_CALLED = re.compile(
    r"(?i)(?:secret|passw(?:or)?d|passphrase|token|credential|private_?-?key|api_?-?key|access_?-?key"
    r"|client_?-?key|pre_?-?shared|psk|kubeconfig|chpasswd|ssh_?keys|key_?-?file)"
)
_NOT_CALLED = re.compile(
    r"(?i)(?:automount\w*token|secretstore(?:s|ref)?|secrets?namespace|externalsecrets?)$"
)
_OF_SECRET = ("data", "stringData")
_SAID = re.compile(
    r"(?i)(?:private-?key|pre-?shared-?key|-----BEGIN [A-Z ]*PRIVATE|AGE-SECRET-KEY"
    r"|\b(?:bao|vault) (?:kv|read|write|unwrap|token|login)\b|\b(?:BAO|VAULT)_TOKEN\b"
    r"|\bsnmp-server community\b|\b(?:username|enable|user) .*\b(?:secret|password)\b"
    r"|\b(?:encrypted|authentication|pre-shared)-?(?:password|key)\b|\bkey-string\b)"
)
_COMPUTED = re.compile(
    r"\{\{|\{%|\$\{|\$\(|\b(?:var|data\.vault_\w+|random_password|tls_private_key)\.[a-z_]|"
    r"\blookup\(|\bsensitive\("
)
"""Something that is put in later, from where this repository does not say."""


@dataclass(frozen=True)
class Known:
    """Names of where secrets lie."""

    engines: frozenset[str] = frozenset()
    """Of OpenBao: mounts of KV and transit engines, and of logins."""
    handed: frozenset[str] = frozenset()
    """Secrets of Kubernetes that stand in what the provider is given: judged by their fields."""


def stands_for(field: Field, known: Known) -> str:
    """Of what secret a field is made or which it names, in words; "" where it is none."""
    if field.value is None or isinstance(field.value, (bool, int, float)):
        return ""
    value = str(field.value)
    if not value:
        return ""
    if field.object_kind == "Secret" and field.path[:1] and field.path[0] in _OF_SECRET:
        return f"a value of the Secret, {field.path[-1]}"
    for part in reversed(field.path[-3:]):
        if isinstance(part, str) and _CALLED.search(part) and not _NOT_CALLED.search(part):
            return "" if value in known.handed else f"{part}, by its name a secret's"
    return _words(field, value, known.engines)


def _words(field: Field, value: str, engines: Iterable[str]) -> str:
    if field.name == "comment" or field.file.endswith(".md"):
        # People may be told where a key lies; a value is found by what it is.
        return ""
    said = _SAID.search(value)
    if said is not None:
        return f"{said[0].strip()!r}"
    for engine in engines:
        if re.search(rf"(?<![\w-]){re.escape(engine)}(?![\w-])", value):
            return f"{engine}, an engine of OpenBao"
    return ""


def computed(field: Field) -> bool:
    """Whether a field is put together later, from variables or by programs."""
    return isinstance(field.value, str) and _COMPUTED.search(field.value) is not None
