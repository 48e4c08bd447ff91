"""Keys and names of servers: enough of them, and none of them twice."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from blueprints.parts.refuse import Place, Problem

if TYPE_CHECKING:
    from tce.intent.spec import Specification


def problems(spec: "Specification") -> Iterator[Problem]:
    """Every key that is another one, and a threshold that cannot be met."""
    keys = spec.keys
    if keys.threshold > len(keys.tang):
        yield (
            ("keys", "threshold"),
            f"{keys.threshold} of {len(keys.tang)} Tang servers can never answer; no disk would "
            "open",
        )
    yield from _twice(("keys", "tang"), "url", [one.url for one in keys.tang])
    yield from _twice(("keys", "tang"), "thumbprint", [one.thumbprint for one in keys.tang])
    yield from _twice(("keys", "signers"), None, keys.signers)


def _twice(at: Place, key: str | None, said: Sequence[str]) -> Iterator[Problem]:
    for index, text in enumerate(said):
        if text in said[:index]:
            place = (*at, index) if key is None else (*at, index, key)
            yield place, f"{text} stands here twice: one who has it counts as two"
