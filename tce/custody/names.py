"""Names in OpenBao that everything of an environment refers to.

Policies and roles of the shared authority are one list for all environments of an OpenBao: they
begin with the environment's own mounts, or the second environment would overwrite the first one's.
"""

ETCD, EVIDENCE = "etcd", "evidence"
"""Keys of the transit engine: of the API servers' secrets, of what records are signed with."""
SENDER, OPENER, AUDITOR, OFFICER, DESTROYER = "sender", "opener", "auditor", "officer", "destroyer"
"""Logins of the institution's people and programs."""
IDENTITIES, ORDERS = "identities", "orders"
"""Folders of KV engines: wrapped identities; orders that were used."""


def transit(mounts: str) -> str:
    """The engine of keys that never leave it."""
    return f"{mounts}-transit"


def apps(mounts: str) -> str:
    """The engine of programs' secrets."""
    return f"{mounts}-apps"


def volumes(mounts: str) -> str:
    """The engine of volumes' passphrases."""
    return f"{mounts}-csi"


def headers(mounts: str) -> str:
    """The engine of sealed objects' headers, and of orders that were used."""
    return f"{mounts}-headers"


def wrapped(mounts: str) -> str:
    """The engine of buckets' identities, each wrapped by a transit key of its own."""
    return f"{mounts}-wrapped"


def servers(mounts: str) -> str:
    """Where API servers' plugins log in (AppRole)."""
    return f"{mounts}-kms"


def staff(mounts: str) -> str:
    """Where the institution's people and programs log in (AppRole)."""
    return f"{mounts}-staff"


def bucket(name: str) -> str:
    """The transit key that wraps a bucket's identity."""
    return f"bucket-{name}"


def opener(name: str) -> str:
    """The login of who opens a bucket's objects."""
    return f"{OPENER}-{name}"


def policy(mounts: str, role: str) -> str:
    """The policy of a role."""
    return f"{mounts}-{role}"


def issuer(mounts: str, namespace: str) -> str:
    """The authority's role for a namespace."""
    return f"{mounts}-{namespace}"
