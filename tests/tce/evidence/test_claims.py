"""Nothing here says what only an assessment by others may say: no text of the program, no pack."""

from __future__ import annotations

from pathlib import Path

import pytest

from tce.evidence.pack import Pack
from tce.evidence.write import files
from tests.tce.evidence.claims import claims

ROOT = Path(__file__).parents[3]
ROOMS = ("tutela", "tce", "governance", "blueprints", "policies", "docs", "integrations")
ENDINGS = (".py", ".md", ".yaml", ".j2", ".css", ".html", ".json", ".tf", ".sh", ".toml")


@pytest.mark.parametrize(
    "text",
    [
        *("This environment is compliant.", "It complies with it", "CERTIFIED", "certifies that"),
        *("ISO-konform", "DSGVO-Konformität", "zertifiziert nach", "Zertifizierung", "Zertifikat"),
        *("conforme au RGPD", "non-conformes", "conformité", "certifié", "certifiées", "homologué"),
        *("accredited", "akkreditiert", "accrédité"),
    ],
)
def test_every_form_would_be_found(text: str) -> None:
    assert len(claims(text)) == 1


def test_no_page_and_no_document_of_a_pack_says_one(shown: Pack) -> None:
    found = {path: claims(raw.decode()) for path, raw in files(shown).items()}
    assert {"evidence.html", "evidence.json", "controls.csv"} <= set(found)
    assert {path: said for path, said in found.items() if said} == {}
    assert b"satisfied" not in b"".join(files(shown).values())


def test_no_text_of_the_program_and_no_document_says_one() -> None:
    texts = [ROOT / "README.md", ROOT / "CHANGELOG.md"]
    for room in ROOMS:
        texts += [one for one in (ROOT / room).rglob("*") if one.suffix in ENDINGS]
    assert len(texts) > 500
    found = {str(one.relative_to(ROOT)): claims(one.read_text("utf-8")) for one in texts}
    assert {path: said for path, said in found.items() if said} == {}
