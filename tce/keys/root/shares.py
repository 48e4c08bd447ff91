"""Shares of a secret: SLIP-39 words, each of them an age file to one officer.

Any SLIP-39 program puts them together again, and any age client opens them. Fewer than the
threshold say nothing of the secret. Source: github.com/satoshilabs/slips, SLIP-0039.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from blueprints.secret import Secret
from tce.age import whole
from tce.age.keys import X25519Recipient
from tce.keys.errors import CustodyError

SCHEMA = "tutela/share/v1"
FEWEST = 2
_SECRET = 255
MOST = 16
"""Shares of one secret (SLIP-39)."""
_LINE = re.compile(r"^# ([a-z]+): ([^\x00-\x1f\x7f]{1,200})$")
_EXTRA = "pip install 'tutela[keys]'"


class ShareError(CustodyError):
    """A share that is none, comes twice or does not fit; too few of them."""


@dataclass(frozen=True)
class Share:
    """One officer's."""

    what: str
    """``root`` or ``escrow``."""
    environment: str
    generation: int
    officer: str
    threshold: int
    public: str
    """``age1..``: the public half of what comes out, by which it is known to be right."""
    words: Secret = field(repr=False)

    def text(self) -> Secret:
        """What the officer's file holds."""
        said = (
            f"# schema: {SCHEMA}\n# what: {self.what}\n# environment: {self.environment}\n"
            f"# generation: {self.generation}\n# officer: {self.officer}\n"
            f"# threshold: {self.threshold}\n# public: {self.public}\n"
        )
        return Secret(said.encode() + self.words.reveal() + b"\n")


def words(secret: Secret, count: int, threshold: int) -> tuple[Secret, ...]:
    """Split `secret` into `count` shares; any `threshold` of them give it back.

    The randomness is the system's own (``secrets``): the library takes no other.

    Raises:
        CustodyError: numbers that make no sense; the library is missing.
    """
    if not FEWEST <= threshold <= count <= MOST:
        raise CustodyError(
            f"{threshold} of {count} shares: at least {FEWEST} have to be needed, of {MOST} at most"
        )
    try:
        from shamir_mnemonic import generate_mnemonics
    except ImportError as error:
        raise CustodyError("shares need shamir-mnemonic", _EXTRA) from error
    # Without a passphrase its key derivation protects nothing: the least work.
    groups = generate_mnemonics(1, [(threshold, count)], secret.reveal(), iteration_exponent=0)
    return tuple(Secret(one.encode()) for one in groups[0])


def seal(share: Share, recipient: str, random: Callable[[int], bytes]) -> bytes:
    """Return the age file of one officer.

    Raises:
        KeyTextError: `recipient` is none.
    """
    return whole.seal(share.text(), [X25519Recipient.parse(recipient)], random)


def read(text: Secret, name: str) -> Share:
    """Return the share that an opened file holds; `name` is what errors call it.

    Raises:
        ShareError: it holds none.
    """
    said: dict[str, str] = {}
    rest: list[str] = []
    try:
        lines = text.text().splitlines()
    except UnicodeDecodeError:
        raise ShareError(f"{name}: not a share") from None
    for line in lines:
        found = _LINE.match(line)
        if found:
            said[found[1]] = found[2]
        elif line.strip():
            rest.append(line.strip())
    try:
        if said["schema"] != SCHEMA or not rest:
            raise KeyError
        return Share(
            said["what"],
            said["environment"],
            int(said["generation"]),
            said["officer"],
            int(said["threshold"]),
            said["public"],
            Secret(" ".join(rest).encode()),
        )
    except (KeyError, ValueError):
        raise ShareError(f"{name}: not a share ({SCHEMA})") from None


def combine(shares: Sequence[Share]) -> Secret:
    """Return the secret.

    Raises:
        ShareError: of different secrets, the same twice, mistyped, too few, or not fitting.
    """
    if not shares:
        raise ShareError("no share is given", "--share FILE")
    first = shares[0]
    for one in shares[1:]:
        for attribute in ("what", "environment", "generation", "public", "threshold"):
            mine, its = getattr(first, attribute), getattr(one, attribute)
            if mine != its:
                raise ShareError(
                    f"the shares of {first.officer} and {one.officer} are of two secrets: "
                    f"{attribute} {mine} and {its}"
                )
    decoded = _decoded(shares)
    if len(shares) < first.threshold:
        raise ShareError(
            f"{first.threshold} shares are needed, and {len(shares)} are given", "--share FILE"
        )
    fitting: set[int] = set()
    found: Secret | None = None
    for chosen in combinations(range(len(shares)), first.threshold):
        secret = _together([decoded[one] for one in chosen])
        if secret is not None:
            found = secret
            fitting.update(chosen)
    wrong = [one.officer for place, one in enumerate(shares) if place not in fitting]
    if found is None:
        raise ShareError("the shares do not fit together: at least one of them is wrong")
    if wrong:
        raise ShareError(f"the share of {', '.join(wrong)} does not fit the others")
    return found


def guess(shares: Sequence[Share]) -> Secret:
    """Return what these shares would be a secret of, if they were enough.

    For drills: with fewer shares than the threshold it is something else than the secret.
    """
    slips = _decoded(shares)
    from shamir_mnemonic.cipher import decrypt

    first = slips[0]
    points = [(slip.index, slip.value) for slip in slips]
    mixed = bytes(
        _at_secret([(x, value[place]) for x, value in points]) for place in range(len(first.value))
    )
    parameters = (first.iteration_exponent, first.identifier, first.extendable)
    return Secret(decrypt(mixed, b"", *parameters))


def _at_secret(points: Sequence[tuple[int, int]]) -> int:
    """Lagrange's polynomial through `points` over GF(256) at 255, where SLIP-39 has the secret."""
    total = 0
    for x, y in points:
        factor = y
        for other, _ in points:
            if other != x:
                factor = _times(factor, _times(_SECRET ^ other, _inverse(x ^ other)))
        total ^= factor
    return total


def _times(a: int, b: int) -> int:
    """Product in GF(256) of Rijndael."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a = a << 1 ^ (0x11B if a & 0x80 else 0)
        b >>= 1
    return product


def _inverse(a: int) -> int:
    """The element that `a` has to be multiplied with to give 1: a to the power of 254."""
    power = 1
    for _ in range(254):
        power = _times(power, a)
    return power


def _decoded(shares: Sequence[Share]) -> list[Any]:
    try:
        from shamir_mnemonic.share import Share as Slip
        from shamir_mnemonic.utils import MnemonicError
    except ImportError as error:
        raise CustodyError("shares need shamir-mnemonic", _EXTRA) from error
    found: list[Any] = []
    seen: dict[tuple[int, int], str] = {}
    for one in shares:
        try:
            slip = Slip.from_mnemonic(one.words.text())
        except (MnemonicError, UnicodeDecodeError):
            # Its message could name words.
            raise ShareError(f"the share of {one.officer} is mistyped or damaged") from None
        place = (slip.group_index, slip.index)
        if place in seen:
            raise ShareError(f"the shares of {seen[place]} and {one.officer} are the same one")
        seen[place] = one.officer
        found.append(slip)
    return found


def _together(slips: Sequence[Any]) -> Secret | None:
    from shamir_mnemonic import shamir
    from shamir_mnemonic.utils import MnemonicError

    groups: dict[int, Any] = {}
    try:
        for slip in slips:
            groups.setdefault(slip.group_index, shamir.ShareGroup()).add(slip)
        return Secret(shamir.recover_ems(groups).decrypt(b""))
    except MnemonicError:
        return None
