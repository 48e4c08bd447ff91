"""The save that a run would go on from, by the listing alone: the newest whole one, or by name.

Names are those of Lightning's ModelCheckpoint (`last.ckpt`, `last-v1.ckpt`), NeMo (`..-last`),
litgpt (`final`), and of the many scripts that call their best save so (`best.ckpt`, `best/`).
"""

from __future__ import annotations

import re

from governance.evidence.claim import Relation
from governance.evidence.store.listing import Save
from governance.evidence.store.scanned import Scanned

_LAST = re.compile(r"(?:.*[-_])?(?:last|final)(?:-v[0-9]+)?(?:\.[A-Za-z0-9.]+)?")
_BEST = re.compile(r"(?:.*[-_.])?best(?:[-_.].*)?")

# What nobody could look into may be the newest whole one; then both are.
_NEWEST = """
WHERE kind = 'checkpoint' AND step IS NOT NULL AND complete IS NOT false
QUALIFY step = max(step) OVER (PARTITION BY run, complete)
    AND (complete OR step >= coalesce(max(CASE WHEN complete THEN step END)
                                      OVER (PARTITION BY run), step))
"""
_NAMED = """
WHERE kind IN ('checkpoint', 'model', 'adapter')
    AND regexp_matches(root, '(last|final|best)[^/]*/?$|(^|/)best/[^/]+$')
"""


def say(scanned: Scanned) -> None:
    """Claim the newest save of every run, and those whose names say that they are last or best."""
    for saves in scanned.listing.saves(_NEWEST):
        for save in saves:
            _claim(save, scanned, "trainer.latest", f"the newest whole save of {_run(save)}")
    for saves in scanned.listing.newest_without_steps():
        for save in saves:
            _claim(
                save, scanned, "trainer.latest", f"the save of {_run(save)} that was written last"
            )
    for saves in scanned.listing.saves(_NAMED):
        for save in saves:
            *_, above, name = ["", *save.root.rstrip("/").split("/")]
            if _LAST.fullmatch(name):
                _claim(save, scanned, "trainer.latest", f"its name {name}")
            if _BEST.fullmatch(name) or above == "best":
                _claim(
                    save,
                    scanned,
                    "trainer.best",
                    f"its name {'best/' if above == 'best' else ''}{name}",
                )


def _run(save: Save) -> str:
    return save.run or "the whole bucket"


def _claim(save: Save, scanned: Scanned, root: str, words: str) -> None:
    # The run's folder itself would speak for every save in it.
    scanned.claim(
        Relation.NAMES,
        f"{root}:{scanned.uri(save.run)}",
        scanned.uri(save.root),
        words,
        at=save.root,
        root=root,
    )
