"""What no policy of an environment may: reach beside its engines, or further than one task needs.

`judge` is what `tutela check` (rule policy-width) and `tutela tce keys apply` both ask, so that a
policy that is too wide comes neither into a repository nor into OpenBao. Sources of paths:
openbao.org/api-docs of transit, KV version 2, PKI, AppRole, token.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tce.custody.custody import Custody
from tce.custody.hcl import PolicyError, Read, read

_ALLOWED = ("create", "read", "update", "delete", "list", "patch", "deny")
_OF_ITSELF = frozenset(
    f"auth/token/{what}" for what in ("lookup-self", "renew-self", "revoke-self")
) | frozenset({"sys/capabilities-self", "sys/leader", "sys/health", "sys/seal-status"})
_BACKUP = "sys/storage/raft/snapshot"
_WITH_THE_ROOT = frozenset({"sys/generate-root-token/attempt", "sys/generate-root-token/update"})
"""Of no use without the unseal key, which no login has."""
_TAKES_OUT = {
    "export": "takes keys out of OpenBao",
    "backup": "takes keys out of OpenBao in plain",
    "restore": "brings keys back that were destroyed",
    "import": "brings in a key that was known outside",
    "import_version": "brings in a key that was known outside",
    "config": "changes rules of the whole engine",
    "cache-config": "changes rules of the whole engine",
}
_KV = ("data", "metadata", "delete", "undelete", "destroy", "subkeys", "detailed-metadata")
_SIGNS = ("sign", "issue", "revoke")
_SHOWS = ("ca", "ca_chain", "cert", "crl", "issuer")


@dataclass(frozen=True)
class Wide:
    """A place in a policy that may not be."""

    line: int
    path: str
    """Empty where the file as a whole is meant."""
    message: str


def judge(raw: bytes, custody: Custody) -> Iterator[Wide]:
    """Yield what is wrong with a policy's text."""
    try:
        found = read(raw)
    except PolicyError as error:
        yield Wide(error.line, "", str(error))
        return
    engines = {one.path: one.type for one in custody.engines}
    logins = {one.mount for one in custody.approles} | {one.mount for one in custody.accounts}
    for one in found:
        why = _why(one, engines, logins)
        if why:
            yield Wide(one.line, one.path, f'path "{one.path}" {why}')


def _why(one: Read, engines: Mapping[str, str], logins: set[str]) -> str:
    """What is wrong with a path; empty: nothing."""
    path, said = one.path, set(one.capabilities)
    for capability in sorted(said - set(_ALLOWED)):
        return f"gives {capability}, which no login of an environment has"
    if said == {"deny"}:
        return ""
    if path in _OF_ITSELF | _WITH_THE_ROOT or (path == _BACKUP and said == {"read"}):
        return ""
    head, star, _ = path.partition("*")
    if star and head + star != path:
        return "has * in its middle, where OpenBao takes it literally"
    if "{{" in path:
        return "depends on who asks: which paths it is cannot be said"
    for engine, kind in engines.items():
        if path.startswith(f"{engine}/"):
            return _engine(path.removeprefix(f"{engine}/"), kind, said)
        if path == f"sys/mounts/{engine}" and said == {"read"}:
            return ""
    if path.startswith("auth/"):
        return _login(path.removeprefix("auth/"), logins)
    if path.startswith("sys/"):
        return "reaches OpenBao itself: its seal, its policies, its engines"
    if star or "+" in path.split("/")[:1]:
        return "covers more than one engine"
    return "is in no engine of this environment"


def _engine(path: str, kind: str, said: set[str]) -> str:
    operation, _, rest = path.partition("/")
    if "*" in operation or operation in ("+", ""):
        return f"covers everything that the engine ({kind}) can do"
    wild = "*" in rest or "+" in rest.split("/")
    if kind == "transit":
        if operation in _TAKES_OUT:
            return _TAKES_OUT[operation]
        if wild:
            return "covers every key, also those that are made later"
        if operation == "keys" and said & {"create", "update", "delete", "patch"} and not rest:
            return "covers every key, also those that are made later"
        return _config(rest, said)
    if kind == "kv":
        return "" if operation in _KV else "changes rules of the whole engine"
    if operation in _SIGNS and rest and not wild:
        return ""
    if operation in _SHOWS and said <= {"read", "list"}:
        return ""
    return "reaches the authority itself, or signs any name"


def _config(rest: str, said: set[str]) -> str:
    """Of transit: ``keys/<name>/<what>``; what makes a key exportable stands in its config."""
    _, _, what = rest.partition("/")
    if what == "import" or what == "import_version":
        return _TAKES_OUT["import"]
    return ""


def _login(path: str, logins: set[str]) -> str:
    for mount in logins:
        if path.startswith(f"{mount}/"):
            what = path.removeprefix(f"{mount}/").split("/")
            if "*" in path or "+" in what:
                return "covers every login of this kind"
            if what == ["login"]:
                return ""
            if len(what) == 3 and what[0] == "role" and what[2] in ("role-id", "secret-id"):
                return ""
            return "changes what a login may"
    return "makes logins, or changes what they may"
