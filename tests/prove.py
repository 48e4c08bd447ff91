"""How many of the random cases of a proof are run, and with which seed.

`make prove` runs all of them (PROVE_SHARE=1), CI a tenth, `make test` an eightieth. The seed is the
day's and is printed with each proof; PROVE_SEED=20261122 gives the same cases again.
"""

import os
from datetime import UTC, datetime

SHARE = int(os.environ.get("PROVE_SHARE", "80"))
ALL = SHARE == 1
SEED = os.environ.get("PROVE_SEED") or f"{datetime.now(UTC):%Y%m%d}"  # noqa: TID251


def share(cases: int) -> int:
    """Return how many of a proof's cases this run takes on."""
    return max(1, cases // SHARE)
