"""Where pins lie: for each scanned source, the store that was asked or the workspace."""

from collections.abc import Iterable
from dataclasses import dataclass

from governance.snapshot.manifest import Manifest
from governance.snapshot.reader import Snapshot
from governance.workspace.config import Config, StoreConfig


@dataclass(frozen=True)
class Place:
    """A bucket of a store, with what is needed to ask it."""

    identity: str
    bucket: str
    config: StoreConfig

    @property
    def location(self) -> str:
        """`s3://bucket/prefix/` under which tutela's records lie."""
        return self.config.governance or f"s3://{self.bucket}/.tutela/"


def place_of(manifest: Manifest, config: Config) -> Place | None:
    """Return where the pins of a snapshot lie; None: in the workspace (POSIX trees)."""
    if manifest.source.startswith("file:"):
        return None
    store = manifest.store
    for configured in config.stores.values():
        if configured.known_as == store.identity:
            return Place(store.identity, manifest.bucket, configured)
    return Place(
        store.identity,
        manifest.bucket,
        StoreConfig.model_validate(
            {
                "endpoint": store.endpoint,
                "type": store.type,
                "profile": store.profile,
                "region": store.region,
                "path_style": store.path_style,
                "ca_bundle": store.ca_bundle,
                "checksum": store.checksum,
                "identity": store.identity,
            }
        ),
    )


def places(snapshots: Iterable[Snapshot], config: Config) -> list[Place]:
    """Return each place once, in the order of the snapshots."""
    found: dict[tuple[str, str], Place] = {}
    for snapshot in snapshots:
        place = place_of(snapshot.manifest, config)
        if place is not None:
            found.setdefault((place.identity, place.location), place)
    return list(found.values())
