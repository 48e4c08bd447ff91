"""`tutela tce keys init`: a new OpenBao gets its root, its engines and its first officer's login.

The unseal key exists in this process alone until it is kept: in a hardware module, or as shares
that are sealed to officers. The first token may do everything, and is revoked at the end, whatever
happened between.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from blueprints.secret import Secret
from tce.custody import names
from tce.keys import apply as applying
from tce.keys import login
from tce.keys.apply import Applied
from tce.keys.bao.client import Bao
from tce.keys.bao.errors import BaoError, UninitialisedError
from tce.keys.ceremony.ceremony import begin
from tce.keys.desk import Desk
from tce.keys.errors import CustodyError, RefusedError
from tce.keys.new_root import RECIPIENT, write_recipient
from tce.keys.root import disk, plan
from tce.keys.root.elevated import unseal
from tce.keys.root.hsm import Token
from tce.keys.root.kept import Root, split
from tce.keys.root.plan import Plan
from tce.keys.signers import TransitSigner


@dataclass(frozen=True)
class Initialised:
    """An OpenBao that is ready."""

    server: str
    root: Root
    place: Path
    applied: Applied
    login: Path
    """An officer's, to be moved to where the officer keeps it."""
    record: str

    @property
    def exit_code(self) -> int:
        """As of what was applied."""
        return self.applied.exit_code

    def __str__(self) -> str:
        if self.root.kind == "pkcs11":
            kept = f"wrapped by {self.root.label}-{self.root.generation} of token {self.root.token}"
        else:
            kept = f"{self.root.threshold} of {self.root.shares} shares open it"
        return "\n".join(
            [
                f"root: generation {self.root.generation} in {self.place}, {kept}",
                str(self.applied),
                f"login of an officer: {self.login}",
                f"the first token is revoked; record: {self.record}",
                f"next: tutela tce keys login {self.login} DIR --out TOKEN",
            ]
        )

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "schema": "tutela/keys-initialised/v1",
            "server": self.server,
            "root": {
                "place": str(self.place),
                "generation": self.root.generation,
                "kind": self.root.kind,
                "officers": self.root.officers,
                "snapshots": self.root.snapshots,
            },
            "applied": self.applied.as_json(),
            "login": str(self.login),
            "record": self.record,
        }


def init(
    desk: Desk,
    place: Path,
    officer: str,
    out: Path,
    keys: Sequence[str],
    progress: Callable[[str], None],
) -> Initialised:
    """Initialise the institution's OpenBao, and bring it to what the repository says.

    Args:
        desk: the repository, and who is asked for a PIN.
        place: folder of the root, outside of every repository.
        officer: the name of the first, as the specification calls them.
        out: file of that officer's login; nothing may be there.
        keys: who signs the record besides the environment's evidence key.
        progress: shows what is being done.

    Raises:
        RefusedError: it is initialised already; a policy is too wide.
        CustodyError: the root cannot be kept as the specification says; nothing was done then.
        BaoError: OpenBao cannot be reached.
    """
    bao = desk.bao(login=False)
    if bao.read("sys/init")["initialized"]:
        raise RefusedError(
            f"OpenBao at {bao.server} is initialised already",
            "after an init that was cut off nobody has a login: remove its storage, begin anew",
        )
    how = plan.read(desk.folder)
    applying.readable(desk.folder)
    _can_keep(desk, place, how)
    desk.officers.named(officer)
    if out.exists():
        raise CustodyError(f"{out} is there already: a secret is never overwritten")
    extra = [desk.signers([one])[0] for one in keys]
    ceremony = begin(
        desk.folder, "init", bao.server, desk.officers.environment, desk.now, desk.random
    )
    progress("root")
    answer = bao.write("sys/init", {"secret_shares": 1, "secret_threshold": 1})
    secret, token = _of(answer)
    try:
        root = desk.keeper(place).protect(secret, how, desk.officers, desk.later, desk.random)
    except CustodyError as error:
        error.add_note(
            "nothing is in this OpenBao yet, and nobody keeps its root: remove its storage, and"
            " begin anew"
        )
        raise
    ceremony.step("unseal key", f"made, and kept as generation {root.generation}: {root.kind}")
    progress("unseal")
    unseal(bao, ((root.generation, secret),))
    first = bao.as_token(token)
    try:
        # Should this end here, nobody has a login; but nothing was sealed to its keys yet either.
        applied = applying.apply(
            desk.folder, first, desk.later, desk.random, progress, record=False
        )
        for one in applied.done:
            ceremony.step(applying.shown_as(one), "made")
        ceremony.public |= applying.public_names(desk.custody, first)
        made = login.hand_out(desk.custody, first, names.OFFICER, officer, out)
        ceremony.step(f"login of {officer}", f"handed out, accessor {made.accessor}")
        ceremony.public["snapshots"] = root.snapshots
        if root.officers:
            ceremony.public["shares"] = f"{root.threshold} of {', '.join(root.officers)}"
        write_recipient(
            desk.folder / RECIPIENT, root.snapshots, root.generation, "snapshots of OpenBao"
        )
        ceremony.step("first token", "to be revoked as soon as this is signed")
        mount, _, name = desk.custody.evidence.partition("/keys/")
        signers = [TransitSigner(first, mount, name), *extra]
        record = ceremony.finish(desk.folder, signers, desk.later)
    finally:
        _revoke(first)
    where = record.relative_to(desk.folder).as_posix()
    applied = replace(applied, files=(*applied.files, RECIPIENT, where))
    return Initialised(bao.server, root, place, applied, out, where)


def _of(answer: dict[str, object]) -> tuple[Secret, Secret]:
    """The unseal key and the first token."""
    keys = answer["keys"]
    if not isinstance(keys, list) or len(keys) != 1:
        raise CustodyError("OpenBao did not make the one unseal key that it was asked for")
    return Secret(bytes.fromhex(str(keys[0]))), Secret(str(answer["root_token"]).encode())


def _can_keep(desk: Desk, place: Path, how: Plan) -> None:
    """Try, with a value of no worth, what would leave nobody with the root if it failed later.

    Raises:
        CustodyError: it would fail.
    """
    disk.outside(place)
    desk.keeper(place).generations()
    if how.kind == "pkcs11":
        token, label = how.wrapping
        Token(token, Path(how.module) if how.module else None, desk.ask, desk.environ).has(label)
    else:
        trial = Secret(desk.random(32))
        split("root", trial, "age1trial", how, desk.officers, 1, desk.random)
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = place / ".writable"
        probe.touch(mode=0o600)
        probe.unlink()
    except OSError as error:
        raise CustodyError(f"{place}: {error.strerror}") from error


def _revoke(first: Bao) -> None:
    try:
        first.write("auth/token/revoke-self")
    except UninitialisedError:
        return
    except BaoError as error:
        error.add_note("the first token may do everything, and was not revoked: bao token revoke")
        raise
    finally:
        first.close()
