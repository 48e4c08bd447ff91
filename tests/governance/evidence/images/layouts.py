"""Writes OCI image layouts."""

import hashlib
import json
from pathlib import Path
from typing import Any


class Layout:
    """A layout in a folder; every method returns a descriptor or changes one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "blobs" / "sha256").mkdir(parents=True)

    def blob(self, data: bytes) -> dict[str, Any]:
        hexes = hashlib.sha256(data).hexdigest()
        (self.folder / "blobs" / "sha256" / hexes).write_bytes(data)
        return {"digest": f"sha256:{hexes}", "size": len(data)}

    def path(self, described: dict[str, Any]) -> Path:
        return self.folder / "blobs" / "sha256" / str(described["digest"]).partition(":")[2]

    def image(self, text: str) -> dict[str, Any]:
        """An image with a configuration and two layers."""
        config, *layers = (self.blob(f"{text} {part}".encode()) for part in ("config", "1", "2"))
        return self.manifest(config=config, layers=layers)

    def manifest(self, **fields: Any) -> dict[str, Any]:
        return self.blob(json.dumps({"schemaVersion": 2, **fields}).encode())

    def index(self, *manifests: dict[str, Any]) -> Path:
        """Write index.json and return its path."""
        path = self.folder / "index.json"
        path.write_text(json.dumps({"schemaVersion": 2, "manifests": manifests}))
        (self.folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
        return path


def called(described: dict[str, Any], name: str) -> dict[str, Any]:
    """A descriptor with a name."""
    return {**described, "annotations": {"org.opencontainers.image.ref.name": name}}
