"""Manifests for tests, and folders in which every file is sealed; nothing is encrypted."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from governance.sealed.manifest import PAYLOAD_TYPE, SCHEMA, Content, Manifest

HEADER = 200
"""Bytes of a header, here."""


def manifest(name: str, body: int, content: Content | None, place: str | None = None) -> Manifest:
    """What is said of one file."""
    return Manifest.model_validate(
        {
            "schema": SCHEMA,
            "object": name,
            "id": body_id(name),
            "version": 1,
            "epoch": 1,
            "plain_size": max(0, body - 32),
            "header": {"size": HEADER, "sha256": "0" * 64},
            "body": {"size": body, "sha256": "0" * 64},
            "recipients": ["age1example"],
            "sender": "anna",
            "transfer": "t1",
            "purpose": "training",
            "sealed": "2026-11-22T00:00:00Z",
            "place": place,
            "content": content,
        }
    )


def body_id(name: str) -> str:
    """A name for a body, the same each time."""
    return base64.b32encode(hashlib.sha256(name.encode()).digest()).decode().lower()[:26]


def envelope(said: Manifest, payload_type: str = PAYLOAD_TYPE) -> bytes:
    """As it is signed; nobody looks at the signatures here."""
    payload = base64.b64encode(said.text()).decode()
    return json.dumps({"payloadType": payload_type, "payload": payload, "signatures": []}).encode()


def sealed_tree(
    files: Mapping[str, tuple[int, Content | None]], into: Path, bare: Sequence[str] = ()
) -> None:
    """Write a body of so many bytes and a manifest for each file; `bare` are left as they are."""
    for name, (size, content) in files.items():
        place = into / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if name in bare:
            place.write_bytes(bytes(size))
            continue
        place.with_name(place.name + ".age").write_bytes(bytes(HEADER + size))
        beside = place.with_name(place.name + ".age.dsse.json")
        beside.write_bytes(envelope(manifest(name, size, content)))


def header_store(records: Mapping[str, bytes], into: Path) -> None:
    """A header store that holds these manifests."""
    (into / "objects").mkdir(parents=True)
    (into / "tutela-headers.json").write_text('{"schema": "tutela/headers/v1"}')
    for number, (name, text) in enumerate(records.items()):
        record = {"name": name, "manifest": base64.b64encode(text).decode()}
        (into / "objects" / f"{number:03}.json").write_text(json.dumps(record))
