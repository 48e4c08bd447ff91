"""Logins (AppRoles, service accounts of the cluster), and whose names the authority signs."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from tce.custody import api
from tce.custody.custody import Custody
from tce.keys.bao.change import Change, fields
from tce.keys.bao.client import Bao
from tce.keys.bao.errors import MissingError


def changes(custody: Custody, bao: Bao) -> Iterator[Change]:
    """Yield what is missing or wrong.

    Raises:
        BaoError: OpenBao cannot be asked.
    """
    said = bao.read("sys/auth")
    known: Mapping[str, Any] = said.get("data") or said
    kinds = {one.mount: "approle" for one in custody.approles}
    kinds |= {one.mount: "kubernetes" for one in custody.accounts}
    for mount, kind in kinds.items():
        yield from _mount(mount, kind, known.get(f"{mount}/"), bao)
    for role in custody.approles:
        path = f"auth/{role.mount}/role/{role.name}"
        yield from fields(bao, f"login {path}", path, api.approle(role))
    for account in custody.accounts:
        path = f"auth/{account.mount}/role/{account.name}"
        yield from fields(bao, f"login {path}", path, api.account(account))
    for issuer in custody.issuers:
        path = f"{issuer.engine}/roles/{issuer.name}"
        yield from fields(bao, f"issuer {path}", path, api.issuer(issuer))


def _mount(mount: str, kind: str, found: Mapping[str, Any] | None, bao: Bao) -> Iterator[Change]:
    what = f"logins auth/{mount}"
    if found is None:
        yield Change(what, "missing", kind, partial(_enable, bao, mount, kind))
    elif found["type"] != kind:
        yield Change(what, "refused", f"it is of type {found['type']}, not {kind}")
        return
    if kind == "kubernetes" and (found is None or not _configured(mount, bao)):
        yield Change(
            what,
            "left",
            f"the cluster's API and its certificate: bao write auth/{mount}/config ..",
        )


def _configured(mount: str, bao: Bao) -> bool:
    try:
        return bool(bao.read(f"auth/{mount}/config")["data"].get("kubernetes_host"))
    except MissingError:
        return False


def _enable(bao: Bao, mount: str, kind: str) -> None:
    bao.write(f"sys/auth/{mount}", {"type": kind})
