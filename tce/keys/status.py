"""`tutela tce keys status`: is OpenBao there, and is it as the repository says.

As nobody it says whether it answers and is unsealed. With a token it says more, as far as that
token's policies let it look; what it could not look at is named, never passed over.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from blueprints.display import table, visible
from tce.custody.custody import Custody
from tce.keys import public
from tce.keys.apply import audited, public_files, readable, shown_as
from tce.keys.bao import engines, logins, policies, transit, values
from tce.keys.bao.change import Change
from tce.keys.bao.client import Bao
from tce.keys.bao.errors import BaoError, DeniedError, MissingError
from tce.keys.bao.transit import KeyState
from tce.keys.errors import CustodyError


@dataclass(frozen=True)
class Status:
    """What was seen."""

    environment: str
    server: str
    version: str
    initialised: bool
    sealed: bool
    keys: tuple[KeyState, ...] = ()
    audit: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    """In which OpenBao or the repository differs."""
    undeclared: tuple[str, ...] = ()
    """Of this environment by their names, and not in the repository."""
    unseen: tuple[str, ...] = ()
    """What could not be looked at, and why."""

    @property
    def exit_code(self) -> int:
        """3 where something is wrong."""
        wrong = any(one.state != "left" for one in self.changes)
        return 3 if self.sealed or not self.initialised or wrong or self.undeclared else 0

    def __str__(self) -> str:
        if not self.initialised:
            state = "never initialised"
        else:
            state = "sealed" if self.sealed else "unsealed"
        lines = [f"OpenBao {self.version} at {self.server}: {state} ({self.environment})"]
        if self.sealed and self.initialised:
            lines.append("next: tutela tce keys unseal DIR --root FOLDER")
        if self.audit:
            lines.append(f"  audit: {', '.join(self.audit)}")
        if self.keys:
            rows = [(one.name, one.type, f"v{one.latest}", _lowest(one)) for one in self.keys]
            lines += ["", table(("key", "type", "version", "opens from"), rows), ""]
        lines += [f"  {one.state}: {shown_as(one)}" for one in self.changes]
        lines += [f"  not declared: {one}" for one in self.undeclared]
        lines += [f"  not looked at: {one}" for one in self.unseen]
        return "\n".join(visible(line) for text in lines for line in text.split("\n"))

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "schema": "tutela/keys-status/v1",
            "environment": self.environment,
            "server": self.server,
            "version": self.version,
            "initialised": self.initialised,
            "sealed": self.sealed,
            "audit": list(self.audit),
            "keys": [
                {"name": one.name, "type": one.type, "latest": one.latest, "lowest": one.lowest}
                for one in self.keys
            ],
            "differences": [
                {"what": one.what, "state": one.state, "detail": one.detail} for one in self.changes
            ],
            "undeclared": list(self.undeclared),
            "not_looked_at": list(self.unseen),
        }


def status(folder: Path, bao: Bao, progress: Callable[[str], None]) -> Status:
    """Compare; nothing is written anywhere.

    Args:
        folder: a rendered repository.
        bao: as somebody, or as nobody.
        progress: shows what is looked at.

    Raises:
        RefusedError: a policy in the repository is too wide.
        CustodyError: the repository cannot be read.
        BaoError: OpenBao cannot be reached, or the token is not known.
    """
    custody, texts = readable(folder)
    said = bao.read("sys/seal-status")
    seen = Status(
        custody.environment,
        bao.server,
        str(said.get("version", "")),
        bool(said["initialized"]),
        bool(said["sealed"]),
    )
    if seen.sealed or not seen.initialised or not bao.known:
        return seen
    unseen: list[str] = []
    changes: list[Change] = []
    parts: list[tuple[str, Callable[[], Iterator[Change]]]] = [
        ("engines and keys", lambda: engines.changes(custody, bao)),
        ("policies", lambda: policies.changes(texts, bao)),
        ("logins", lambda: logins.changes(custody, bao)),
        ("identities and passphrases", lambda: values.changes(custody, bao, _none)),
        ("public keys in the repository", lambda: _shown_keys(custody, bao, folder)),
    ]
    for name, look in parts:
        progress(name)
        try:
            changes += look()
        except DeniedError as error:
            unseen.append(f"{name}: {error}")
    audit: tuple[str, ...] = ()
    try:
        audit = audited(bao)
    except DeniedError as error:
        unseen.append(f"audit: {error}")
    except CustodyError as error:
        if isinstance(error, BaoError):
            raise
        changes.append(Change("audit", "missing", str(error)))
    undeclared = tuple(_undeclared(custody, bao, unseen))
    return Status(
        seen.environment,
        seen.server,
        seen.version,
        True,
        False,
        tuple(_keys(custody, bao, unseen)),
        audit,
        tuple(changes),
        undeclared,
        tuple(dict.fromkeys(unseen)),
    )


def _keys(custody: Custody, bao: Bao, unseen: list[str]) -> Iterator[KeyState]:
    for key in custody.keys:
        try:
            yield transit.state(bao, key.engine, key.name)
        except MissingError:
            continue
        except DeniedError as error:
            unseen.append(f"key {key.name}: {error}")


def _undeclared(custody: Custody, bao: Bao, unseen: list[str]) -> Iterator[str]:
    """Keys, policies and logins that carry this environment's names."""
    transits = [one.path for one in custody.engines if one.type == "transit"]
    mounts = sorted(
        {one.mount for one in custody.approles} | {one.mount for one in custody.accounts}
    )
    looks: list[tuple[str, str, set[str]]] = [
        *((f"key {engine}/keys/", f"{engine}/keys", _of(custody, engine)) for engine in transits),
        *(
            (f"login auth/{mount}/role/", f"auth/{mount}/role", _roles(custody, mount))
            for mount in mounts
        ),
    ]
    for what, path, known in looks:
        try:
            found = bao.names(path)
        except DeniedError as error:
            unseen.append(f"{path}: {error}")
            continue
        yield from (f"{what}{name}" for name in found if name not in known)
    try:
        prefixes = tuple(f"{engine.removesuffix('-transit')}-" for engine in transits)
        for name in bao.names("sys/policies/acl"):
            if name.startswith(prefixes) and name not in custody.policies:
                yield f"policy {name}"
    except DeniedError as error:
        unseen.append(f"policies: {error}")


def _of(custody: Custody, engine: str) -> set[str]:
    return {one.name for one in custody.keys if one.engine == engine}


def _roles(custody: Custody, mount: str) -> set[str]:
    return {one.name for one in custody.approles if one.mount == mount} | {
        one.name for one in custody.accounts if one.mount == mount
    }


def _shown_keys(custody: Custody, bao: Bao, folder: Path) -> Iterator[Change]:
    """Public keys that the repository does not show, or shows another of."""
    for one in public_files(custody, bao):
        try:
            for _ in public.differing(folder, [one]):
                yield Change(one.path, "differs", "commit what `apply` writes")
        except CustodyError as error:
            if isinstance(error, BaoError):
                raise
            yield Change(one.path, "refused", str(error))


def _none(_count: int) -> bytes:
    raise AssertionError("status makes nothing")


def _lowest(one: KeyState) -> str:
    return f"v{one.lowest}" if one.type != "ed25519" else "-"


def _shown(one: Change) -> str:
    return f"{one.what} ({one.detail})" if one.detail else one.what
