"""What facts are made from: one listing per snapshot, with all it could not see."""

from dataclasses import dataclass
from pathlib import Path

from governance.snapshot.manifest import Manifest
from governance.snapshot.reader import Snapshot

_SHOWN_GAPS = 2


@dataclass(frozen=True)
class Listing:
    """The two Parquet files of one snapshot and how far they can be trusted."""

    snapshot: str
    store: str
    source: str
    objects: Path
    artifacts: Path
    incomplete: str | None = None
    """Why the listing was cut short, in words; None where it is whole."""
    lower_bound: bool = False
    versions_unknown: str | None = None
    """Why old versions may be missing from it, in words; None where all are listed."""
    pins_unknown: str | None = None
    """Why the pins that lie in this store could not be read, in words; None where they were."""

    @classmethod
    def of(cls, snapshot: Snapshot, *, pins_unknown: str | None = None) -> "Listing":
        """Take the listing of a snapshot; the reasons hold foreign text, unescaped."""
        manifest = snapshot.manifest
        return cls(
            snapshot=manifest.id,
            store=manifest.store.identity,
            source=manifest.source,
            objects=snapshot.objects,
            artifacts=snapshot.artifacts,
            incomplete=_incomplete(manifest),
            lower_bound=manifest.lower_bound,
            versions_unknown=_versions_unknown(manifest),
            pins_unknown=pins_unknown,
        )


def _incomplete(manifest: Manifest) -> str | None:
    if manifest.complete and not manifest.gaps:
        return None
    said = [f"{gap.prefix or 'all of it'}: {gap.reason}" for gap in manifest.gaps[:_SHOWN_GAPS]]
    more = len(manifest.gaps) - len(said)
    if more:
        said.append(f"and {more} more")
    return "; ".join(said) or "it was cut short"


def _versions_unknown(manifest: Manifest) -> str | None:
    if manifest.versions != "current":
        return None
    rights = ", ".join(manifest.missing_rights)
    return f"the right {rights} is missing" if rights else "only current versions were listed"
