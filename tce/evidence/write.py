"""The pack as a folder: JSON, one page, tables, OSCAL, and the attestations that it cites."""

import csv
import io
import json
import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from blueprints.display import visible
from tce.evidence import oscal, page
from tce.evidence.catalogue import FRAMEWORKS, frameworks
from tce.evidence.errors import EvidenceError
from tce.evidence.pack import Pack

JSON = "evidence.json"
PAGE = "evidence.html"
TABLE = "controls.csv"
_COLUMNS = ("framework", "version", "control", "importance", "spoken", "levels", "items", "persons")


def files(pack: Pack) -> dict[str, bytes]:
    """Every file of the folder, by its path in it; the same pack gives the same bytes."""
    # Where it was written is nobody's but the person's who wrote it.
    said = replace(pack, written="", folder=Path(pack.folder).name)
    found = {
        JSON: _json(said.as_json()),
        PAGE: page.render(said).encode(),
        TABLE: _table(said).encode(),
    }
    for name, document in oscal.documents(said).items():
        found[f"oscal/{name}.json"] = _json(document)
    for file, raw in pack.envelopes():
        found[f"attestations/{file}"] = raw
    return found


def write(pack: Pack, out: Path) -> Pack:
    """Write it, whole or not at all; an earlier pack at its place is replaced.

    Raises:
        EvidenceError: something else lies there, or it cannot be written.
    """
    if out.exists() and not (out / JSON).is_file() and not _empty(out):
        raise EvidenceError(
            f"{visible(str(out))} is there, and is no evidence of an earlier run", "--out FOLDER"
        )
    content = files(pack)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=".tutela-", dir=out.parent))
        try:
            for path, raw in content.items():
                (made / path).parent.mkdir(exist_ok=True)
                (made / path).write_bytes(raw)
            made.chmod(0o755)
            old = Path(tempfile.mkdtemp(prefix=".tutela-", dir=out.parent))
            if out.exists():
                os.replace(out, old)
            os.replace(made, out)
            shutil.rmtree(old)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise
    except OSError as error:
        raise EvidenceError(f"cannot write {visible(str(out))}: {error.strerror}") from error
    return pack


def _empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


def _json(document: dict[str, object]) -> bytes:
    return json.dumps(document, indent=1, ensure_ascii=True, allow_nan=False).encode() + b"\n"


def _table(pack: Pack) -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for name in FRAMEWORKS:
        one = frameworks()[name]
        for line in pack.lines(one):
            rows.writerow(
                (
                    one.name,
                    one.version,
                    # An apostrophe: a spreadsheet would take 8.10 for 8.1.
                    f"'{line.control.id}",
                    line.control.importance or "",
                    line.spoken,
                    " ".join(line.levels),
                    " ".join(each.item.id for each in line.items),
                    "; ".join(_harmless(said.person) for said in line.attested),
                )
            )
    return text.getvalue()


def _harmless(text: str) -> str:
    """Foreign text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text
