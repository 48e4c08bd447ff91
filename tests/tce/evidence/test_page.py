"""The page: whole, quiet, escaped, and seen in a browser."""

from __future__ import annotations

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
    assert "EV-NET-03, EV-NET-05: probe (emulated): no record" in text
    assert "Unsigned records were let count." in text
    assert text.index("does not hold") < text.index("Levels, never mixed")


def test_it_says_what_to_type_for_what_is_not_there(standing: Standing) -> None:
    standing.all()["probe"].unlink()
    text = Parts(page.render(standing.pack())).text
    assert f"tutela tce record {standing.folder} --key URI" in text
    assert f"tutela tce canary {standing.folder} --canary FILE --record" in text


def test_one_reason_is_told_once_with_all_the_items_that_it_is_about(standing: Standing) -> None:
    standing.all()["check"].unlink()
    text = Parts(page.render(standing.pack())).text
    before = text[: text.index("Levels, never mixed")]
    assert before.count("check (artefact): no record") == 1
    assert "EV-ENC-01, EV-ENC-02, EV-ENC-03" in before


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


TOO_WIDE = """
() => [...document.querySelectorAll('body *')].filter(one => {
  const style = getComputedStyle(one), place = one.getBoundingClientRect();
  if (one.closest('thead') && style.display === 'block') return false;
  return place.right > innerWidth + 0.5
    || (style.display !== 'inline' && one.scrollWidth > one.clientWidth + 1);
}).map(one => `${one.tagName} ${one.textContent.trim().slice(0, 60)}`)
"""
LONG = "a" * 300


@pytest.mark.browser
@pytest.mark.parametrize(
    ("width", "media"), [(1200, "screen"), (400, "screen"), (320, "screen"), (718, "print")]
)
def test_nothing_is_wider_than_the_window_and_paper_hides_nothing(
    shown: Pack, tmp_path: Path, chromium: Chromium, width: int, media: Literal["screen", "print"]
) -> None:
    long = replace(
        shown,
        institution=LONG,
        broken=(Broken(f"{LONG}.dsse.json", LONG),),
        assumed=(replace(shown.assumed[0], id=LONG, by=LONG), *shown.assumed),
        told=(replace(shown.told[0], file=LONG, by=(LONG,)), *shown.told),
    )
    digests = 'item => item.querySelectorAll("td:last-child details code").length'
    for number, pack in enumerate((shown, long)):
        file = tmp_path / f"{number}.html"
        file.write_text(page.render(pack))
        with chromium.open(file, width=width) as seen:
            seen.page.emulate_media(media=media)
            folded = seen.page.locator("#EV-NET-02 ~ td details code").first
            readable = folded.evaluate("one => one.checkVisibility()")
            assert readable is (media == "print")
            assert seen.page.locator("table.items tbody tr").nth(1).evaluate(digests) > 6
            seen.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            assert folded.evaluate("one => one.checkVisibility()")
            assert seen.page.evaluate(TOO_WIDE) == []
            assert seen.problems == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [1200, 400])
def test_a_stacked_table_is_still_one_for_who_does_not_see_it(
    shown: Pack, tmp_path: Path, chromium: Chromium, width: int
) -> None:
    file = tmp_path / "evidence.html"
    file.write_text(page.render(shown))
    with chromium.open(file, width=width) as seen:
        role = seen.page.get_by_role
        table = role("table", name="What is shown, of which files, by which run")
        assert table.get_by_role("row").count() == 1 + 22
        assert table.get_by_role("rowheader", name="EV-NET-01").is_visible()
        assert table.get_by_role("columnheader").all_inner_texts() == [
            *("Item", "What", "artefact", "emulated", "live", "Runs and files")
        ]
        assert [one.inner_text() for one in role("heading", level=1).all()] == [
            "Evidence: hospital"
        ]
        assert role("heading", level=2).count() == 6


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
