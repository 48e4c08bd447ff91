"""Keys: enough servers, and none of them twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tce.intent.specifications import GONE, HOSPITAL, data, tells, typed

FIRST = data()["keys"]["tang"][0]
ANNA = data()["keys"]["officers"][0]


@pytest.mark.parametrize(
    ("changes", "place", "text"),
    [
        ({"keys/threshold": 4}, "keys/threshold", "4 of 3 Tang servers can never answer"),
        ({"keys/threshold": 1}, "keys/threshold", "greater than or equal to 2"),
        ({"keys/tang": [FIRST]}, "keys/tang", "at least 2"),
        ({"keys/tang/1": FIRST}, "keys/tang/1/url", "stands here twice"),
        (
            {"keys/tang/1/thumbprint": FIRST["thumbprint"]},
            "keys/tang/1/thumbprint",
            "one who has it counts as two",
        ),
        (
            {"keys/signers/1": "0000000000000000000000000000000000000A11"},
            "keys/signers/1",
            "stands here twice",
        ),
        ({"keys/root/shares": 5}, "keys/root/shares", "5 shares for 3 officers"),
        (
            {"keys/root/threshold": 4},
            "keys/root/threshold",
            "4 of 3 shares can never come together",
        ),
        ({"keys/root/threshold": 1}, "keys/root/threshold", "greater than or equal to 2"),
        ({"keys/approvals": 4}, "keys/approvals", "4 of 3 officers can never sign"),
        ({"keys/approvals": 1}, "keys/approvals", "greater than or equal to 2"),
        ({"keys/root/module": "/usr/lib/x.so"}, "keys/root/module", "say kind: pkcs11"),
        (
            {"keys/root/kind": "pkcs11"},
            "keys/root",
            "token is missing: which key of which hardware module",
        ),
        ({"keys/officers/1/name": "anna"}, "keys/officers/1/name", "stands here twice"),
        *[
            ({f"keys/officers/1/{field}": ANNA[field]}, f"keys/officers/1/{field}", "counts as two")
            for field in ("person", "key", "recipient")
        ],
        (
            {"keys/buckets/1/place": "s3://tce-hospital/genomes"},
            "keys/buckets/1/place",
            "an object would have two identities",
        ),
        (
            {"keys/buckets/1/place": "s3://tce-hospital/genomes/2026/"},
            "keys/buckets/1/place",
            "lies in s3://tce-hospital/genomes/ of genomes",
        ),
        ({"keys/buckets/0/place": "s3://tce-hospital"}, "keys/buckets/1/place", "lies in"),
        ({"keys/buckets/1/name": "genomes"}, "keys/buckets/1/name", "stands here twice"),
        ({"keys/buckets/1/name": "apps"}, "keys/buckets/1/name", "two logins could be one"),
        ({"keys/buckets/1/name": "x-pki"}, "keys/buckets/1/name", "two logins could be one"),
        ({"keys/bao/auth": "tce-hospital-kms"}, "keys/bao/auth", "machines and people log in"),
        ({"keys/bao/pki": "tce-hospital-csi"}, "keys/bao/pki", "is another engine"),
        ({"keys/bao/mounts": "TCE"}, "keys/bao/mounts", "has to be lower-case"),
        ({"keys/bao/mounts": "tce/hospital"}, "keys/bao/mounts", "has to be lower-case"),
        ({"keys/bao/server": "http://bao.example.org"}, "keys/bao/server", "https://"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], place: str, text: str) -> None:
    tells(changes, place, text, HOSPITAL)


def test_an_environment_from_before_officers_were_named_is_still_one() -> None:
    gone = {f"keys/{one}": GONE for one in ("root", "officers", "approvals", "buckets")}
    keys = typed(gone).keys
    assert (keys.root.kind, keys.root.shares, keys.root.threshold) == ("shamir", 5, 3)
    assert (keys.approvals, keys.officers, keys.buckets) == (2, [], [])


def test_prefixes_that_only_begin_alike_are_two() -> None:
    assert typed({"keys/buckets/1/place": "s3://tce-hospital/genomes2"}).keys.buckets
