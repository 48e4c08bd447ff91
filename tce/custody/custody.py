"""The value: engines, keys, policies, logins, certificates, identities. ``tutela/custody/v1``."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA = "tutela/custody/v1"
FILE = "keys/custody.yaml"
POLICIES = "keys/policies"
"""Folder of ``<name>.hcl``: policies are read from there, so that what was reviewed is applied."""

Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$", max_length=300)]
Capability = Literal["create", "read", "update", "delete", "list", "patch"]
"""Never ``sudo`` or ``root``."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class Engine(_Model):
    """A secrets engine."""

    path: Word
    type: Literal["transit", "kv", "pki"]
    what: str


class TransitKey(_Model):
    """A key that never leaves OpenBao: not exportable, no plaintext backup."""

    engine: Word
    name: Word
    type: Literal["aes256-gcm96", "ed25519"]
    rotate_hours: Annotated[int, Field(ge=0)]
    """Period of automatic rotation; 0: by ceremony only."""
    what: str


class Rule(_Model):
    """One path of a policy."""

    path: str
    capabilities: Annotated[list[Capability], Field(min_length=1)]


class Policy(_Model):
    """What a login may; rendered as ``keys/policies/<name>.hcl``."""

    name: Word
    why: str
    rules: Annotated[list[Rule], Field(min_length=1)]


class AppRole(_Model):
    """A machine's or a person's login; its secret ids are made by ceremony, never rendered."""

    mount: Word
    name: Word
    policies: list[Word]
    cidrs: list[str] = []
    """From where; none: from everywhere that reaches OpenBao."""
    period_seconds: Annotated[int, Field(ge=0)] = 0
    """Above 0: its tokens live on while they are renewed; else `ttl_seconds` once."""
    ttl_seconds: Annotated[int, Field(ge=60)] = 3600


class ServiceAccount(_Model):
    """A login of the cluster's service accounts (Kubernetes auth)."""

    mount: Word
    name: Word
    accounts: list[str]
    namespaces: list[str]
    policies: list[Word]
    audience: str | None = None
    ttl_seconds: Annotated[int, Field(ge=60)] = 600


class Issuer(_Model):
    """A role of the PKI engine: whose names it signs."""

    engine: Word
    name: Word
    domains: list[str]
    ttl_hours: Annotated[int, Field(ge=1)]


class Identity(_Model):
    """An age identity of a bucket, wrapped by a transit key and kept in a KV engine."""

    name: Word
    """Of the bucket in the specification."""
    engine: Word
    """KV, where the wrapped identity lies as ``identities/<name>``."""
    key: Word
    """Transit key that wraps it, ``<mount>/keys/<name>``."""
    place: str
    """``s3://bucket/prefix`` whose objects are sealed to it."""


class Volume(_Model):
    """A volume's passphrase in a KV engine."""

    engine: Word
    path: Word
    made_by: Literal["officers", "driver"]


class Custody(_Model):
    """Everything of one environment."""

    schema_: Annotated[Literal["tutela/custody/v1"], Field(alias="schema")]
    environment: Word
    server: str
    """URL of the institution's OpenBao."""
    engines: list[Engine]
    keys: list[TransitKey]
    policies: list[Word]
    """Names; their text lies in ``keys/policies``."""
    approles: list[AppRole]
    accounts: list[ServiceAccount]
    issuers: list[Issuer]
    identities: list[Identity]
    volumes: list[Volume]
    evidence: Word
    """The Ed25519 transit key that signs records, ``<mount>/keys/<name>``."""
    headers: Word
    """KV engine of detached headers."""
