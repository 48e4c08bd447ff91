"""The root on disk: one folder per generation, ``tutela/root/v1``.

    ROOT/generation-1/root.json
    ROOT/generation-1/share-anna.age ..

It is the institution's, outside of every repository: wrapped or not, it is the root.
"""

import base64
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from blueprints.secret import Ask, Secret
from tce.age import identities as files
from tce.age import whole
from tce.age.errors import AgeError, NotAgeError
from tce.age.keys import X25519Identity
from tce.keys.errors import CustodyError
from tce.keys.orders.officers import Officers
from tce.keys.orders.order import moment
from tce.keys.root import disk, shares
from tce.keys.root.hsm import Token
from tce.keys.root.plan import Plan

FILE = "root.json"
_GENERATION = re.compile(r"^generation-([1-9][0-9]{0,5})$")
_SNAPSHOTS = b"tutela/snapshots/v1"
_LARGEST = 1 << 16


class Root(BaseModel):
    """What is written down of one generation; nothing of it opens anything by itself."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    schema_: Literal["tutela/root/v1"] = Field(alias="schema")
    environment: str
    generation: Annotated[int, Field(ge=1)]
    made: str
    kind: Literal["shamir", "pkcs11"]
    snapshots: str
    """``age1..``: what snapshots of OpenBao are sealed to while this generation is in force."""
    shares: int | None = None
    threshold: int | None = None
    officers: list[str] = []
    token: str | None = None
    label: str | None = None
    module: str | None = None
    wrapped: str | None = None
    """Base64, RFC 3394."""


@dataclass(frozen=True)
class Keeper:
    """Whatever is needed to keep a root, or to get it back."""

    place: Path
    environment: str
    ask: Ask
    environ: Mapping[str, str]

    def generations(self) -> tuple[Root, ...]:
        """What lies there, newest first.

        Raises:
            CustodyError: a file there is not as it was written.
        """
        found = []
        if self.place.is_dir():
            for one in self.place.iterdir():
                match = _GENERATION.match(one.name)
                if match and (one / FILE).is_file():
                    found.append(_read(one / FILE, int(match[1])))
        for root in found:
            if root.environment != self.environment:
                raise CustodyError(f"{self.place}: the root of {root.environment}")
        return tuple(sorted(found, key=lambda one: -one.generation))

    def protect(
        self,
        secret: Secret,
        plan: Plan,
        officers: Officers,
        now: datetime,
        random: Callable[[int], bytes],
    ) -> Root:
        """Write the next generation, whole or not at all.

        That it opens is tried before anything is written.

        Raises:
            RefusedError: the folder belongs to a repository.
            CustodyError: too few officers can keep a share; the token cannot be used; the disk.
        """
        disk.outside(self.place)
        self._clean()
        generation = max((one.generation for one in self.generations()), default=0) + 1
        made: dict[str, object] = {
            "schema": "tutela/root/v1",
            "environment": self.environment,
            "generation": generation,
            "made": moment(now),
            "kind": plan.kind,
            "snapshots": str(snapshots(secret).recipient),
        }
        written: dict[str, bytes] = {}
        if plan.kind == "pkcs11":
            made |= self._wrapped(secret, plan, generation)
        else:
            names, written = self._split(secret, plan, officers, generation, random)
            made |= {"shares": plan.shares, "threshold": plan.threshold, "officers": names}
        root = Root.model_validate(made)
        written[FILE] = root.model_dump_json(by_alias=True, exclude_none=True, indent=1).encode()
        disk.write(self.place, f"generation-{generation}", written)
        return root

    def recover(
        self, share_files: Sequence[Path], identity_files: Sequence[Path]
    ) -> tuple[tuple[int, Secret], ...]:
        """Return the unseal keys that can be had here, newest generation first.

        Usually one; two where a rotation was cut off, and then OpenBao says which is in force.

        Raises:
            ShareError: the shares that are given do not make it.
            CustodyError: there is no root here; the token cannot be used.
        """
        if share_files:
            given = opened(share_files, identity_files, self.ask)
            for one in given:
                if (one.what, one.environment) != ("root", self.environment):
                    raise shares.ShareError(
                        f"the share of {one.officer} is of {one.environment}'s {one.what}"
                    )
            return ((given[0].generation, _checked(shares.combine(given), given[0].public)),)
        found = []
        for root in self.generations():
            if root.kind == "shamir":
                raise CustodyError(
                    f"{root.threshold} shares are needed, of {', '.join(root.officers)}",
                    "--share FILE --identity FILE, for each of them",
                )
            name = f"{root.label}-{root.generation}"
            token = self._token(root.token, root.module)
            if token.has(name):
                secret = token.unwrap(name, base64.b64decode(root.wrapped or ""))
                found.append((root.generation, _checked(secret, root.snapshots)))
        if not found:
            raise CustodyError(f"{self.place}: no root is kept here that anything opens")
        return tuple(found)

    def retire(self, below: int) -> tuple[str, ...]:
        """Destroy every generation below `below`, in the token too; what was done, line by line.

        Raises:
            CustodyError: the token cannot be used.
        """
        done = []
        for root in self.generations():
            if root.generation >= below:
                continue
            if root.kind == "pkcs11":
                name = f"{root.label}-{root.generation}"
                if self._token(root.token, root.module).destroy(name):
                    done.append(f"key {name} of token {root.token} destroyed")
            else:
                done.append(
                    f"shares of generation {root.generation} open no OpenBao any more, but"
                    f" snapshots of before: {', '.join(root.officers)} have to destroy theirs"
                )
            shutil.rmtree(self.place / f"generation-{root.generation}")
        return tuple(done)

    def _token(self, label: str | None, module: str | None) -> Token:
        return Token(label or "", Path(module) if module else None, self.ask, self.environ)

    def _wrapped(self, secret: Secret, plan: Plan, generation: int) -> dict[str, object]:
        token, label = plan.wrapping
        opened_ = self._token(token, plan.module)
        name = f"{label}-{generation}"
        # Of a rotation that was cut off before it was written down: nothing was wrapped by it.
        opened_.destroy(name)
        opened_.make(name)
        wrapped = opened_.wrap(name, secret)
        if opened_.unwrap(name, wrapped).reveal() != secret.reveal():
            raise CustodyError(f"token {token} does not give back what it wrapped")
        said: dict[str, object] = {
            "token": token,
            "label": label,
            "wrapped": base64.b64encode(wrapped).decode(),
        }
        if plan.module:
            said["module"] = plan.module
        return said

    def _split(
        self,
        secret: Secret,
        plan: Plan,
        officers: Officers,
        generation: int,
        random: Callable[[int], bytes],
    ) -> tuple[list[str], dict[str, bytes]]:
        public = str(snapshots(secret).recipient)
        return split("root", secret, public, plan, officers, generation, random)

    def _clean(self) -> None:
        """Take away what a run that was killed left half-written."""
        if self.place.is_dir():
            for one in self.place.glob(".generation-*"):
                shutil.rmtree(one)


def split(
    what: str,
    secret: Secret,
    public: str,
    plan: Plan,
    officers: Officers,
    generation: int,
    random: Callable[[int], bytes],
) -> tuple[list[str], dict[str, bytes]]:
    """Return the officers that keep a share, and each one's file by its name.

    Raises:
        CustodyError: fewer officers than shares have a recipient.
    """
    able = [one for one in officers.officers if one.recipient]
    # One share for one person, whatever keys they have.
    chosen = list({one.who: one for one in reversed(able)}.values())[::-1][: plan.shares]
    if len(chosen) < plan.shares:
        raise CustodyError(
            f"{plan.shares} shares need {plan.shares} officers with an age recipient, and"
            f" {len(chosen)} have one",
            "spec.yaml: keys.officers, or fewer keys.root.shares",
        )
    made = shares.words(secret, plan.shares, plan.threshold)
    given = [
        shares.Share(what, officers.environment, generation, one.name, plan.threshold, public, word)
        for one, word in zip(chosen, made, strict=True)
    ]
    # Before anything is sealed: any threshold of them gives back the secret.
    if shares.combine(given[-plan.threshold :]).reveal() != secret.reveal():
        raise CustodyError("the shares do not give back what was split")
    sealed = {
        f"share-{one.name}.age": shares.seal(share, one.recipient or "", random)
        for one, share in zip(chosen, given, strict=True)
    }
    return [one.name for one in chosen], sealed


def opened(
    share_files: Sequence[Path], identity_files: Sequence[Path], ask: Ask
) -> tuple[shares.Share, ...]:
    """Return the shares of these files, each opened by whichever identity fits.

    Raises:
        AgeError: a file is no age file, or no identity opens it.
        ShareError: one of them holds no share.
    """
    known = [one for file in identity_files for one in files.load(file, ask)]
    found = []
    for file in share_files:
        try:
            with file.open("rb") as stream:
                text = stream.read(_LARGEST)
        except OSError as error:
            raise CustodyError(f"{file}: {error.strerror}") from error
        try:
            plain = whole.open(text, known, file.name)
        except NotAgeError:
            raise shares.ShareError(f"{file.name}: not a share: no age file") from None
        except AgeError as error:
            raise shares.ShareError(str(error), "--identity FILE") from None
        found.append(shares.read(plain, file.name))
    return tuple(found)


def snapshots(secret: Secret) -> X25519Identity:
    """Return the identity that opens snapshots made while this unseal key is in force.

    It is derived (HKDF-SHA-256, RFC 5869): with a generation of the root its snapshots go, also
    for whoever holds the next one.
    """
    return X25519Identity(Secret(HKDF(SHA256(), 32, None, _SNAPSHOTS).derive(secret.reveal())))


def _checked(secret: Secret, public: str) -> Secret:
    if str(snapshots(secret).recipient) != public:
        raise CustodyError("what came out is not the root that was kept")
    return secret


def _read(file: Path, generation: int) -> Root:
    try:
        root = Root.model_validate_json(file.read_bytes(), strict=True)
    except OSError as error:
        raise CustodyError(f"{file}: {error.strerror}") from error
    except ValidationError:
        raise CustodyError(f"{file}: not as it was written") from None
    if root.generation != generation:
        raise CustodyError(f"{file}: is of generation {root.generation}")
    return root
