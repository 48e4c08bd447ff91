"""Engines and transit keys, as declared."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tce.custody import api
from tce.custody.custody import Custody, Engine, Identity, TransitKey
from tce.custody.names import IDENTITIES
from tce.keys.bao import kv, transit
from tce.keys.bao.change import Change, fields
from tce.keys.bao.client import Bao
from tce.keys.bao.errors import BaoError, MissingError

_UPGRADE = 15.0
"""Seconds in which a new KV engine has to take requests; some tenths, measured."""


def changes(custody: Custody, bao: Bao) -> Iterator[Change]:
    """Yield what is missing or wrong.

    Raises:
        BaoError: OpenBao cannot be asked.
    """
    mounts = bao.read("sys/mounts")
    known: Mapping[str, Any] = mounts.get("data") or mounts
    for engine in custody.engines:
        yield from _engine(engine, known.get(f"{engine.path}/"), bao)
    for key in custody.keys:
        path = f"{key.engine}/keys/{key.name}"
        yield from _key(key, [one for one in custody.identities if one.key == path], bao)


def _engine(engine: Engine, found: Mapping[str, Any] | None, bao: Bao) -> Iterator[Change]:
    what = f"engine {engine.path}"
    if found is None:
        yield Change(what, "missing", engine.type, lambda: _mount(engine, bao))
        return
    if found["type"] != engine.type:
        yield Change(what, "refused", f"it is of type {found['type']}, not {engine.type}")
        return
    if engine.type == "kv" and (found.get("options") or {}).get("version") != "2":
        yield Change(what, "refused", "it is KV of version 1, which keeps no versions")
        return
    if found.get("description") != engine.what:
        said = {"description": engine.what}
        yield Change(
            what,
            "differs",
            "description",
            lambda: _tune(bao, f"sys/mounts/{engine.path}/tune", said),
        )
    if engine.type == "transit":
        path = f"{engine.path}/config/keys"
        yield from fields(bao, f"rules of {engine.path}", path, api.transit_config())
    if engine.type == "pki" and not bao.names(f"{engine.path}/issuers"):
        yield Change(
            f"authority of {engine.path}", "left", "it has no certificate to sign with yet"
        )


def _mount(engine: Engine, bao: Bao) -> None:
    bao.write(f"sys/mounts/{engine.path}", {**api.engine(engine), "options": api.options(engine)})
    if engine.type == "transit":
        bao.write(f"{engine.path}/config/keys", api.transit_config())
    if engine.type == "kv":
        _upgraded(engine.path, bao)


def _upgraded(path: str, bao: Bao) -> None:
    """Wait for a new engine, which prepares itself in the background and refuses meanwhile."""
    until = time.monotonic() + _UPGRADE
    while True:
        try:
            bao.read(f"{path}/config")
        except BaoError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _tune(bao: Bao, path: str, said: Mapping[str, str]) -> None:
    bao.write(path, said)


def _key(key: TransitKey, wraps: Sequence[Identity], bao: Bao) -> Iterator[Change]:
    path = f"{key.engine}/keys/{key.name}"
    what = f"key {path}"
    wanted = api.key(key)
    try:
        found = transit.state(bao, key.engine, key.name)
    except MissingError:
        lost = [one.name for one in wraps if _wrapped(one, bao)]
        if lost:
            # Made anew it would look well, and what is sealed to the identity would stay shut.
            yield Change(
                what,
                "refused",
                f"it was deleted: what is sealed to {', '.join(lost)} opens with the escrow only;"
                f" shred {lost[0]}, then apply",
            )
        else:
            yield Change(what, "missing", key.type, lambda: _make(key, bao))
        return
    if found.type != key.type:
        yield Change(what, "refused", f"it is of type {found.type}, not {key.type}")
    elif found.exportable or found.backup:
        # OpenBao cannot take this back: whoever may, has taken it out already.
        yield Change(what, "refused", "it can be taken out of OpenBao: make another one")
    else:
        wrong = [
            name
            for name, is_ in (
                ("auto_rotate_period", found.rotate_seconds),
                ("deletion_allowed", found.deletable),
            )
            if wanted[name] != is_
        ]
        if wrong:
            said = {name: wanted[name] for name in wrong}
            yield Change(
                what, "differs", ", ".join(wrong), lambda: _configure(bao, f"{path}/config", said)
            )


def _wrapped(identity: Identity, bao: Bao) -> bool:
    """Whether something lies there that a key wrapped."""
    return bool(kv.versions(bao, identity.engine, f"{IDENTITIES}/{identity.name}"))


def _make(key: TransitKey, bao: Bao) -> None:
    transit.make(bao, key.engine, key.name, key.type, key.rotate_hours * 3600)


def _configure(bao: Bao, path: str, said: Mapping[str, object]) -> None:
    bao.write(path, said)
