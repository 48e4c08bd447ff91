"""No secrets in ``tutela.yaml``: what looks like one is refused before it is used or shown."""

import re
from collections.abc import Iterator

from blueprints.yamlfile import Document, InvalidFileError, Value

_KEY = re.compile(r"secret|passw(or)?d|token|credential|(access|api|private)_?key|sas_?url")
_VALUE = (
    # user:password@host; presigned query strings; AWS access key ids; private keys in PEM
    re.compile(r"://[^/\s@]*@"),
    re.compile(r"[?&](X-Amz-Signature|X-Amz-Security-Token|Signature|sig)=", re.IGNORECASE),
    re.compile(r"\b(AKIA|ASIA)[0-9A-Z]{16}\b"),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
)
_NAMED_BY_USERS = {"stores", "projects", "evidence"}
_HINTS = (
    "put credentials into the AWS_* environment variables or ~/.aws/credentials",
    "then name the profile here: `profile: NAME`",
)


def refuse_secrets(document: Document) -> None:
    """Raise :class:`InvalidFileError` where a key or a value looks like a secret.

    The value is never repeated. Names that users give (of stores, projects, evidence sources)
    may be anything: a project is allowed to be called ``tokenizers``.
    """
    problems = [
        f"{document.lines.at(*path)}: {what}" for path, what in _suspicious(document.data, ())
    ]
    if problems:
        raise InvalidFileError(*problems, hints=_HINTS)


def _suspicious(
    value: Value, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, dict):
        free = len(path) == 1 and path[0] in _NAMED_BY_USERS
        for key, inner in value.items():
            if not free and _KEY.search(key.lower().replace("-", "_")):
                yield (*path, key), f"{key} looks like a secret, and none may be in this file"
            else:
                yield from _suspicious(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _suspicious(inner, (*path, index))
    elif isinstance(value, str) and any(pattern.search(value) for pattern in _VALUE):
        yield path, "holds what looks like credentials, and none may be in this file"
