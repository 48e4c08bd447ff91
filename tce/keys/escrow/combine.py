"""`tutela tce keys escrow combine` and `drill`: the escrow identity from its shares."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from blueprints.secret import Secret
from tce.age import identities as files
from tce.age import whole
from tce.age.errors import AgeError
from tce.age.keys import X25519Identity
from tce.keys.desk import Desk, hold, note
from tce.keys.errors import CustodyError
from tce.keys.escrow.split import RECIPIENT, raw
from tce.keys.new import write
from tce.keys.root.kept import opened
from tce.keys.root.shares import Share, ShareError, guess
from tce.keys.root.shares import combine as together

COMBINE = "escrow-combine"
DRILL = "escrow-drill"


@dataclass(frozen=True)
class Combined:
    """The escrow identity lies in a file now."""

    recipient: str
    officers: tuple[str, ...]
    out: Path

    def __str__(self) -> str:
        return (
            f"{self.out}: the identity of {self.recipient}, by the shares of"
            f" {', '.join(self.officers)}\nit opens everything: destroy the file when this is done,"
            " and make a new escrow (tutela tce keys escrow split)"
        )

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "recipient": self.recipient,
            "officers": list(self.officers),
            "out": str(self.out),
        }


@dataclass(frozen=True)
class Drilled:
    """A drill: the shares were tried, and nothing was kept."""

    recipient: str
    officers: tuple[str, ...]
    threshold: int
    refused: int
    """How many sets of one share fewer were tried, each in vain."""
    record: str

    def __str__(self) -> str:
        return (
            f"the shares of {', '.join(self.officers)} open what is sealed to {self.recipient};"
            f" {self.threshold - 1} of them do not ({self.refused} sets tried)\n"
            f"recorded: {self.record}"
        )

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "recipient": self.recipient,
            "officers": list(self.officers),
            "threshold": self.threshold,
            "refused": self.refused,
            "record": self.record,
        }


def combine(
    desk: Desk,
    shares: Sequence[Path],
    identities: Sequence[Path],
    out: Path,
    order: Path | None,
    keys: Sequence[str],
) -> Combined:
    """Put the escrow identity together under an order, and write it to `out`.

    OpenBao is not asked: it may be what was lost. The order counts as used where its record is.

    Raises:
        RefusedError: no order, or too few approvals.
        ShareError: the shares do not make it.
        CustodyError: something is at `out` already.
    """
    environment = desk.officers.environment
    with hold(desk, COMBINE, environment, order, desk.signers(keys), None) as ceremony:
        given = _given(desk, shares, identities)
        identity = _identity(given)
        write(out, files.write(identity, desk.later))
        names = tuple(one.officer for one in given)
        ceremony.step("escrow identity put together", f"by the shares of {', '.join(names)}")
        ceremony.public["recipient"] = str(identity.recipient)
    return Combined(str(identity.recipient), names, out)


def put_together(desk: Desk, shares: Sequence[Path], identities: Sequence[Path]) -> X25519Identity:
    """Return the escrow identity for a drill of somebody else's: it is written nowhere.

    Raises:
        ShareError: the shares do not make it.
    """
    return _identity(_given(desk, shares, identities))


def drill(
    desk: Desk, shares: Sequence[Path], identities: Sequence[Path], keys: Sequence[str]
) -> Drilled:
    """Try that these shares open what is sealed to the escrow now, and one fewer does not.

    Raises:
        ShareError: they do not make an identity.
        CustodyError: they make another identity than what is sealed to; one fewer opens it.
    """
    recipient = _recipient(desk.folder)
    given = _given(desk, shares, identities)
    identity = _identity(given)
    names = tuple(one.officer for one in given)
    if str(identity.recipient) != recipient:
        raise CustodyError(
            f"these shares open {identity.recipient}, and objects are sealed to {recipient}",
            "shares of the newest escrow are needed",
        )
    probe = Secret(desk.random(32))
    sealed = whole.seal(probe, [identity.recipient], desk.random)
    if whole.open(sealed, [identity], "the probe").reveal() != probe.reveal():
        raise CustodyError("the escrow identity does not open what is sealed to it")
    refused = 0
    for fewer in combinations(given, given[0].threshold - 1):
        # Not only that they are refused: what they say is something else.
        if guess(fewer).reveal() == raw(identity).reveal():
            raise CustodyError("fewer shares than the threshold give the escrow identity")
        refused += 1
    with note(desk, DRILL, recipient, desk.signers(keys)) as ceremony:
        ceremony.step(f"{len(given)} shares open a file sealed to the escrow", "passed")
        ceremony.step(
            f"{given[0].threshold - 1} shares open nothing", f"passed ({refused} sets tried)"
        )
        ceremony.public["recipient"] = recipient
        ceremony.public["officers"] = ", ".join(names)
    return Drilled(recipient, names, given[0].threshold, refused, ceremony.id)


def _given(desk: Desk, shares: Sequence[Path], identities: Sequence[Path]) -> tuple[Share, ...]:
    given = opened(shares, identities, desk.ask)
    if not given:
        raise ShareError("no share is given", "--share FILE --identity FILE")
    for one in given:
        if (one.what, one.environment) != ("escrow", desk.officers.environment):
            raise ShareError(f"the share of {one.officer} is of {one.environment}'s {one.what}")
    return given


def _identity(given: tuple[Share, ...]) -> X25519Identity:
    identity = X25519Identity(together(given))
    if str(identity.recipient) != given[0].public:
        raise ShareError("what came out is not the identity that was split")
    return identity


def _recipient(folder: Path) -> str:
    file = folder / RECIPIENT
    try:
        found = files.recipients(file.read_bytes(), RECIPIENT)
    except OSError as error:
        raise CustodyError(
            f"{file}: {error.strerror}", "tutela tce keys escrow split --help"
        ) from error
    except AgeError as error:
        raise CustodyError(str(error)) from error
    if len(found) != 1:
        raise CustodyError(f"{RECIPIENT} has to name one recipient")
    return str(found[0])
