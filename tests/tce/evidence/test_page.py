"""The page: whole, quiet, escaped, and seen in a browser."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from tce.evidence import page
from tce.evidence.evidence import Options
from tce.evidence.gather import Broken
from tce.evidence.pack import Pack
from tests.tce.evidence.standing import Standing
from tests.tce.matrix.test_page import HOSTILE, Parts

if TYPE_CHECKING:
    from tests.labs.chromium import Chromium


def test_it_names_its_level_its_limits_and_who_judges(shown: Pack) -> None:
    text = Parts(page.render(shown)).text
    assert "as designed" in text
    assert "Whether a control is met is not said here" in text
    assert "nothing here was read back from what runs" in text
    assert "a limit of this run" in text
    assert "nobody at the provider reads the memory of running machines" in text
    assert "Every proof that was asked for is there" in text
    assert "evidence key" in text


def test_it_says_what_does_not_hold_before_anything_else(standing: Standing) -> None:
    standing.all()["probe"].unlink()
    text = Parts(page.render(standing.pack(Options(unsigned=True)))).text
    assert "this pack does not hold" in text
    assert "EV-NET-03: probe (emulated): no record" in text
    assert "Unsigned records were let count." in text
    assert text.index("does not hold") < text.index("Levels, never mixed")


def test_it_claims_nothing_for_others(shown: Pack) -> None:
    text = page.render(shown)
    assert not re.search(r"\b(compliant|complies|certified)\b", text, re.IGNORECASE)


def test_foreign_text_stays_text(shown: Pack) -> None:
    pack = shown
    told = replace(pack.told[0], file=HOSTILE)
    hostile = replace(
        pack,
        environment=HOSTILE,
        institution=HOSTILE,
        told=(told, *pack.told[1:]),
        broken=(Broken(HOSTILE, HOSTILE),),
        assumed=(replace(pack.assumed[0], assumed=HOSTILE),),
    )
    parts = Parts(page.render(hostile))
    assert all(one.startswith("#") for one in parts.active)
    assert parts.text.count(HOSTILE) >= 5


def test_it_loads_nothing_and_runs_nothing(shown: Pack) -> None:
    parts = Parts(page.render(shown))
    assert {"script", "img", "link"} & set(parts.tags) == set()
    assert "default-src 'none'" in page.render(shown)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 420])
def test_a_browser_shows_it_whole_and_without_a_complaint(
    standing: Standing,
    tmp_path: Path,
    chromium: Chromium,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    standing.all()["probe"].unlink()
    out = tmp_path / "pack"
    standing.pack(Options(out=out))
    with chromium.open(out / "evidence.html", width=width, scheme=scheme) as seen:
        assert (seen.problems, seen.requests) == ([], [])
        assert seen.page.get_by_role("alert").first.is_visible()
        assert seen.page.get_by_role("heading", name="Levels, never mixed").is_visible()
        assert seen.page.locator("table.items tbody tr").count() == 22
        widest = seen.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert widest <= 0
        seen.page.locator("a[href='#EV-NET-05']").first.click()
        assert seen.page.url.endswith("#EV-NET-05")
        small = seen.page.evaluate(
            "[...document.querySelectorAll('td,th,p,li')].filter("
            "e => parseFloat(getComputedStyle(e).fontSize) < 12).length"
        )
        assert small == 0
