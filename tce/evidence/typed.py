"""What to type for a proof that is not there: the same words in the text, the page and the data.

Words in capitals are for whoever types: FILE, FOLDER, NAME, PEM, URI.
"""

import shlex
from collections.abc import Sequence

from tce.evidence.crosswalk import Proof
from tce.evidence.gather import FOLDER
from tce.evidence.judge import FINE, Judged, Shown, State
from tce.evidence.keep import SUFFIX

RECORDED = ("prove", "probe", "check", "visibility", "planted")
"""What `tutela tce record` runs."""
_SIGNED = {
    ("prove", "live"): "tutela tce prove {0} --live NAME=FILE {1} --key URI",
    ("canary", "artefact"): "tutela tce canary {0} --canary FILE {1} --key URI",
    ("attack", "live"): (
        "tutela tce attack {0} --holdings FOLDER --canary FILE --key age:FILE --live {1} --sign URI"
    ),
    ("ceremony-init", "live"): (
        "tutela tce keys init {0} --root FOLDER --officer NAME --login FILE --key file:FILE"
    ),
    ("ceremony-escrow-split", "live"): (
        "tutela tce keys escrow split {0} --out FOLDER --order FILE"
    ),
    ("ceremony-escrow-drill", "live"): (
        "tutela tce keys escrow drill {0} --share FILE --identity FILE"
    ),
    ("ceremony-rotate", "live"): "tutela tce keys rotate identities/NAME {0}",
    ("ceremony-headers-drill", "live"): (
        "tutela tce headers drill {0} --share FILE --identity FILE --backup FILE"
    ),
}
_SHOWS = {
    "prove": "tutela tce prove {0}",
    "probe": "tutela tce probe {0}",
    "check": "tutela check {0}",
    "visibility": "tutela tce visibility {0}",
    "planted": "tutela tce canary {0}",
}
_AGAIN: tuple[State, ...] = ("missing", "stale", "silent", "unsigned", "tampered", "late", "future")
KEY, PUBLIC = "ci.pem", "ci.pub"
NEW_KEY = f"tutela tce keys new {KEY} --plain && tutela tce keys public file:{KEY} > {PUBLIC}"


def command(proof: Proof, folder: str) -> str:
    """Return what leaves the record of a proof; empty: nothing here does."""
    place = shlex.quote(folder)
    known = _SIGNED.get((proof.test, proof.level))
    if known is not None:
        name = "live" if proof.test == "prove" else proof.test
        return known.format(place, f"--record {place}/{FOLDER}/{name}{SUFFIX}")
    return f"tutela tce record {place} --key URI" if proof.test in RECORDED else ""


def steps(judged: Sequence[Judged], folder: str) -> tuple[str, ...]:
    """Return what to type where proofs are not shown, once each, in the order of the items.

    Where no record is signed yet, that begins with a key.
    """
    wrong = [one for item in judged for one in item.proofs if one.state not in FINE]
    found = list(dict.fromkeys(one for each in wrong if (one := _step(each, folder))))
    signed = any(
        one.told is not None and one.told.trust != "unsigned"
        for item in judged
        for one in item.proofs
    )
    evidence = f"tutela tce evidence {shlex.quote(folder)} --trust PEM"
    if any(one.state == "stranger" for one in wrong):
        found.append(evidence)
    if signed or not any(one.state in _AGAIN for one in wrong):
        return tuple(found)
    typed = [NEW_KEY, *found, evidence]
    return tuple(one.replace(" URI", f" file:{KEY}").replace(" PEM", f" {PUBLIC}") for one in typed)


def _step(one: Shown, folder: str) -> str:
    shows = _SHOWS.get(one.proof.test) if one.proof.level != "live" else None
    if one.state in ("red", "unsure") and shows:
        return shows.format(shlex.quote(folder))
    return "" if one.state == "stranger" else command(one.proof, folder)
