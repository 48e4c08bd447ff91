"""A record that is believed: a known sender signed its manifest, and header and record are of it.

Whoever can write into a header store can put bytes there; nobody opens, re-wraps or signs anew what
was not checked here.
"""

from governance.sealed.manifest import Manifest
from tce.age import header
from tce.age.header import Header
from tce.seal import manifests
from tce.seal.errors import ManifestError
from tce.seal.headers.store import Record
from tce.seal.manifests import Senders


def manifest(record: Record, senders: Senders) -> Manifest:
    """Return what one of `senders` says of a record's object.

    Raises:
        ManifestError: nobody of them says it; it is of another object, version or header.
        ValueError: no senders were given: everybody would be believed.
    """
    if not senders:
        raise ValueError("somebody has to be believed")
    said = manifests.read(record.manifest, senders, record.name).manifest
    for what, in_record, in_manifest in (
        ("name", record.name, said.object),
        ("id", record.id, said.id),
        ("version", record.version, said.version),
    ):
        if in_record != in_manifest:
            raise ManifestError(
                f"{record.name}: {what} {in_record} in its record, {in_manifest} in its manifest"
            )
    manifests.same(said.header, manifests.part(record.header), f"the header of {record.name}")
    return said


def read(record: Record) -> Header:
    """Return the header of a record, for those who open it.

    Raises:
        AgeError: it is none.
    """
    return header.parse(record.header, record.name)
