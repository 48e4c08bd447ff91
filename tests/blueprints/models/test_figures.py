"""The paper's figures, option by option; see figures.py."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import pytest

from blueprints import yamlfile
from blueprints.kinds.inference import BLUEPRINT
from blueprints.kinds.inference.documents import documents
from blueprints.kinds.inference.spec import Specification
from tests.blueprints.models.figures import FIGURES, PAGE, Figure, Row, page

ROWS = [(figure, row) for figure in FIGURES for row in figure.rows]
SEEDS = Path(__file__).parents[4] / "shared" / "seeds"


@functools.cache
def rendered() -> dict[str, str]:
    """The example, with a bundle of authorities at the site that the paper's figures are of."""
    example = BLUEPRINT.folder / "examples" / "inference.yaml"
    document = yamlfile.load_bytes(example.read_bytes(), "i.yaml", columns=True, max_bytes=1 << 20)
    said: Any = document.data
    for site in said["sites"]:
        if site["name"] == "hops":
            site["certificates"] = "/etc/pki/tls/certs/site.pem"
    spec = Specification.model_validate(said)
    return {file.path: file.content.decode() for file in documents(spec)}


@pytest.mark.parametrize(
    ("figure", "row"), ROWS, ids=[f"{figure.number}-{row.printed[:40]}" for figure, row in ROWS]
)
def test_each_comes_out_or_is_otherwise_for_a_reason(figure: Figure, row: Row) -> None:
    if row.file:
        assert row.text
        assert row.text in rendered()[row.file], f"figure {figure.number}"
    if not row.why:
        words = row.printed.removeprefix("command: ").split()
        assert " ".join(words) in re.sub(r"[\s-]*\n[\s-]*", " ", row.text)
        return
    # What is said to be otherwise is not there as it was printed, too.
    if len(row.printed) > 12 and row.file and row.printed not in row.text:
        assert row.printed not in rendered()[row.file]


def test_every_figure_with_a_command_is_there() -> None:
    assert [figure.number for figure in FIGURES] == [2, 3, 4, 5, 6, 8, 11]
    assert len(ROWS) > 100


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: str(figure.number))
def test_no_word_of_a_figure_is_left_out(figure: Figure) -> None:
    papers = list(SEEDS.glob("002*.txt"))
    if not papers:
        pytest.skip("there is neither ../shared/data nor the paper beside it")
    text = papers[0].read_text(encoding="utf-8")
    before = text[: text.index(f"\nFigure {figure.number}: ")]
    printed = before.rsplit("```", 2)[1]
    if figure.number == 6:
        printed = re.sub(r"^\s*#.*$", "", printed, flags=re.MULTILINE)
    known = " ".join(row.printed for row in figure.rows).replace('"', "")
    missing = [word for word in _words(printed) if word not in known]
    assert missing == []


def _words(printed: str) -> list[str]:
    found = (word.strip("\"',\\[]{}") for word in printed.split())
    plain = (word.replace('"', "").replace("'", "") for word in found)
    known = {"-e", "-", "&", "image:", "env:", "name:", "value:", "command:", "..."}
    return [word for word in plain if word and word not in known]


def test_the_page_is_what_is_tested() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"
