"""The manifest of a sealed object: ``tutela/sealed/v1``, the payload of a DSSE envelope.

It is verified before anything is decrypted: age itself names no sender and has no version, so that
an older file, or one by a stranger, would open just as well. Names of fields follow sett's
(transfer, sender, purpose).
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

PAYLOAD_TYPE = "application/vnd.tutela.sealed+json"
SCHEMA = "tutela/sealed/v1"
SUFFIX = ".dsse.json"
"""Of the manifest's name, beside an object that carries its header."""

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 (FIPS 180-4), in hex."""
LARGEST = 2**63 - 1
"""Of any number: what databases and file systems count to."""
Size = Annotated[int, Field(ge=0, le=LARGEST)]
Count = Annotated[int, Field(ge=1, le=LARGEST)]
Text = Annotated[str, Field(max_length=1024)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Part(_Model):
    """Bytes of a sealed file."""

    size: Size
    sha256: Digest


class Content(_Model):
    """Of which artifact it is a member, as it was recognised before it was sealed."""

    artifact: Text
    """Name of the artifact; all of its members have the same."""
    kind: Text
    """``checkpoint``, ``dataset``, ``model``.. (`governance.artifact`)."""
    layout: Text | None = None
    """Which layout it was recognised as."""
    member: Text
    """Path of this file within the artifact."""
    members: Count
    """How many files the artifact has."""
    needs: Annotated[list[Text], Field(max_length=10_000)] = []
    """What it was made from: artifacts' places, as lineage names them."""


class Manifest(_Model):
    """What is said of one version of one sealed object."""

    schema_: Annotated[Literal["tutela/sealed/v1"], Field(alias="schema")]
    object: Text
    """Its name at the institution; a provider does not see it in detached mode."""
    id: Annotated[str, Field(pattern=r"^[0-9a-z]{26}$")]
    """128 random bits in base 32 (RFC 4648, lower case): name of the body in detached mode."""
    version: Count
    """Counts up with every sealing, rotation and revocation of this object."""
    epoch: Count
    """Of the key that it is sealed to: version of the place's identity."""
    plain_size: Size
    header: Part
    """The age header, up to and with its MAC line."""
    body: Part
    """The payload: 16 bytes of nonce, then chunks."""
    recipients: Annotated[list[Text], Field(min_length=1, max_length=100)]
    """``age1...``, with the escrow's."""
    sender: Text
    """Whoever sealed it, as the institution calls them; proved by the signature's key."""
    transfer: Text
    """Objects that were sealed together."""
    purpose: Text
    sealed: Text
    """When; ISO 8601, UTC."""
    place: Text | None = None
    """Where the body lies (a URL), in detached mode."""
    content: Content | None = None

    def text(self) -> bytes:
        """The payload: one text for one manifest."""
        return self.model_dump_json(by_alias=True, exclude_none=True, indent=1).encode() + b"\n"
