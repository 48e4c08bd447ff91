"""What a report decided, signed: whoever answers for it, and the files that it was written to.

A DSSE envelope, small whatever the report's size: totals, snapshots, sources of evidence and the
SHA-256 of each file that was written with it. Schema ``tutela/retention-statement/v1``.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from securesystemslib.signer import Signer

from governance.retention.document import Report
from governance.retention.write.whole import write_whole
from governance.signing import envelope

PAYLOAD_TYPE = "application/vnd.tutela.retention+json"
SCHEMA = "tutela/retention-statement/v1"


def write_signed(report: Report, files: Sequence[Path], path: Path, signer: Signer) -> int:
    """Sign what `report` says and put it in `path`; returns its bytes.

    Raises:
        SigningError: the signer cannot be reached or refuses.
        WriteError: it cannot be written; a file of the report cannot be read again.
    """
    text = envelope.sign(statement(report, files), PAYLOAD_TYPE, [signer])

    def write(file: BinaryIO) -> None:
        file.write(text)

    return write_whole(path, write)


def statement(report: Report, files: Sequence[Path]) -> bytes:
    """The payload: what was decided, from what, and where all of it stands."""
    whole = report.whole
    document = {
        "schema": SCHEMA,
        "as_of": report.as_of.isoformat(),
        "tool_version": report.tool,
        "scope": report.scope.as_json(),
        "policy": list(report.policies),
        "snapshots": [source.as_json() for source in report.sources],
        "evidence": [one.as_json() for one in report.evidence],
        "cautions": list(report.cautions),
        "totals": {
            **whole.all.as_json(),
            "keep": whole.keep.as_json(),
            "expire": whole.expire.as_json(),
        },
        "files": [
            {"name": file.name, "bytes": file.stat().st_size, "sha256": sha256(file)}
            for file in files
        ],
    }
    return json.dumps(document, indent=1, sort_keys=True).encode() + b"\n"


def sha256(file: Path) -> str:
    """Of a file's content, in hex."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
