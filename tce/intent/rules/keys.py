"""Keys and names of servers: enough of them, and none of them twice."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from blueprints.parts.refuse import Place, Problem
from tce.custody import names

if TYPE_CHECKING:
    from tce.intent.spec import Bao, Keys, Root, SealedBucket, Specification

_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]*")
_OF_NAMESPACES = ("apps", "csi", "pki")


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
    if not _PREFIX.fullmatch(keys.bao.mounts):
        yield (
            ("keys", "bao", "mounts"),
            "has to be lower-case letters, digits, - and _: OpenBao's policies are called after it",
        )
    yield from _places(keys.bao)
    yield from _officers(keys)
    yield from _root(keys.root)
    yield from _buckets(keys.buckets)


def _places(bao: "Bao") -> Iterator[Problem]:
    """What the environment is given by name is none of what it makes for itself."""
    if bao.auth in (names.servers(bao.mounts), names.staff(bao.mounts)):
        yield ("keys", "bao", "auth"), f"{bao.auth} is where machines and people log in"
    own = (names.transit, names.apps, names.volumes, names.headers, names.wrapped)
    if bao.pki in [engine(bao.mounts) for engine in own]:
        yield ("keys", "bao", "pki"), f"{bao.pki} is another engine of the environment's own"


def _officers(keys: "Keys") -> Iterator[Problem]:
    """Where some are named, each of them is another person and holds one share."""
    at = ("keys", "officers")
    for field in ("name", "person", "key", "recipient"):
        yield from _twice(at, field, [str(getattr(one, field)) for one in keys.officers])
    count = len(keys.officers)
    if not count:
        return
    if keys.root.shares != count:
        yield (
            ("keys", "root", "shares"),
            f"{keys.root.shares} shares for {count} officers: each officer holds one; say {count}",
        )
    if keys.approvals > count:
        yield (
            ("keys", "approvals"),
            f"{keys.approvals} of {count} officers can never sign; no key could be destroyed",
        )


def _root(root: "Root") -> Iterator[Problem]:
    if root.threshold > root.shares:
        yield (
            ("keys", "root", "threshold"),
            f"{root.threshold} of {root.shares} shares can never come together; the root would be "
            "lost at once",
        )
    for field in ("token", "label", "module"):
        said = getattr(root, field)
        if root.kind == "pkcs11" and said is None:
            yield ("keys", "root"), f"{field} is missing: which key of which hardware module"
        if root.kind == "shamir" and said is not None:
            yield ("keys", "root", field), "is of a hardware module; say kind: pkcs11, or leave it"


def _buckets(buckets: Sequence["SealedBucket"]) -> Iterator[Problem]:
    yield from _twice(("keys", "buckets"), "name", [one.name for one in buckets])
    for index, bucket in enumerate(buckets):
        ends = bucket.name.rpartition("-")[2]
        if ends in _OF_NAMESPACES:
            # `opener-apps` is who opens bucket `apps`, and what a namespace `opener` reads by.
            yield (
                ("keys", "buckets", index, "name"),
                f"ends as logins of namespaces do ({ends}): two logins could be one",
            )
    places = [one.place.rstrip("/") + "/" for one in buckets]
    for index, place in enumerate(places):
        for other, before in enumerate(places):
            if other != index and place.startswith(before) and (other < index or place != before):
                yield (
                    ("keys", "buckets", index, "place"),
                    f"{place} lies in {before} of {buckets[other].name}: an object would have two "
                    "identities",
                )


def _twice(at: Place, key: str | None, said: Sequence[str]) -> Iterator[Problem]:
    for index, text in enumerate(said):
        if text in said[:index]:
            place = (*at, index) if key is None else (*at, index, key)
            yield place, f"{text} stands here twice: one who has it counts as two"
