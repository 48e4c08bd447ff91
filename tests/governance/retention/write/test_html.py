from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from blueprints.display import size
from governance.retention.report import report
from governance.retention.write.html import render, write_html
from tests.governance.retention.lab import HOSTILE, asked, hostile, small
from tests.governance.retention.places import NOW, add_snapshot, save, workspace

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.labs.chromium import Chromium

WIDTHS = (1280, 400)


class _Scripts(HTMLParser):
    """What an HTML parser takes for scripts, styles, and anything that loads or runs."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.policy = ""
        self.active: list[str] = []
        self._inside: dict[str, str | None] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        fields = dict(attrs)
        if tag == "script":
            self._inside = fields
            self.scripts.append((fields, ""))
        if fields.get("http-equiv") == "Content-Security-Policy":
            self.policy = fields["content"] or ""
        risky = ("src", "action", "style", "srcset", "formaction")
        self.active += [f"{tag} {name}" for name in fields if name in risky or name[:2] == "on"]
        if tag in ("img", "iframe", "object", "embed", "link", "base", "form"):
            self.active.append(tag)
        if "href" in fields and not (fields["href"] or "").startswith("#"):
            self.active.append(f"{tag} href")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._inside = None

    def handle_data(self, data: str) -> None:
        if self._inside is not None:
            fields, text = self.scripts[-1]
            self.scripts[-1] = (fields, text + data)


@pytest.fixture
def small_page(tmp_path: Path) -> Path:
    file = tmp_path / "report.html"
    write_html(report(small(tmp_path), now=NOW, tool="0.1.0", with_notice=True), file)
    return file


@pytest.fixture
def hostile_page(tmp_path: Path) -> Path:
    file = tmp_path / "report.html"
    write_html(report(hostile(tmp_path), now=NOW, tool="0.1.0", with_notice=True), file)
    return file


def test_the_policy_allows_only_the_script_and_style_that_are_there(small_page: Path) -> None:
    text = small_page.read_text()
    parsed = _Scripts(text)
    data, script = parsed.scripts
    assert data[0]["type"] == "application/json"
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style
    digests = [
        base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()
        for part in (script[1], style[1])
    ]
    assert parsed.policy == (
        f"default-src 'none'; script-src 'sha256-{digests[0]}'; style-src 'sha256-{digests[1]}'; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )
    assert "unsafe" not in text


def test_nothing_in_the_file_loads_or_runs_by_itself(hostile_page: Path) -> None:
    parsed = _Scripts(hostile_page.read_text())
    assert parsed.active == []
    assert len(parsed.scripts) == 2
    assert not re.search(r"https?://", hostile_page.read_text())


def test_the_data_is_json_in_which_no_markup_is_left(hostile_page: Path) -> None:
    data = _Scripts(hostile_page.read_text()).scripts[0][1]
    assert not set(data) & set("<>&\u2028\u2029")
    assert json.loads(data)["rows"] == len(HOSTILE)


def test_what_needs_scripts_is_hidden_until_they_run_and_figures_are_not(small_page: Path) -> None:
    text = small_page.read_text()
    assert '<div id="controls" hidden>' in text
    for figure in ("What may go, by rule", "thin-sft", "era5-copy", "How it grew", "ada@example"):
        assert figure in text


def test_a_page_says_when_it_does_not_hold_everything(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    add_snapshot(place, [save("r/", n) for n in range(5)])
    text = render(report(place, now=NOW), rows=3)
    assert "This file holds the largest 3; all 5 are in" in text


def test_a_report_of_nothing_is_a_page_too(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    add_snapshot(place, [])
    assert "no rule lets any artifact go" in render(report(place, now=NOW))


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", ["small_page", "hostile_page"])
def test_a_browser_finds_no_fault_and_cuts_nothing_off(
    chromium: Chromium, request: pytest.FixtureRequest, page: str, width: int, scheme: str
) -> None:
    file: Path = request.getfixturevalue(page)
    with chromium.open(file, width=width, scheme=scheme) as seen:  # type: ignore[arg-type]
        seen.page.wait_for_selector("#found:has-text('artifacts')")
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
        assert seen.page.evaluate(_CUT_OFF) == []
        assert (seen.problems, seen.requests) == ([], [])


_CUT_OFF = """
[...document.querySelectorAll('body *')]
  .filter(e => !e.closest('.unseen, .skip, .stack thead, [hidden]'))
  .filter(e => {
    const box = e.getBoundingClientRect();
    if (!box.width || !box.height) return false;
    const text = e.closest('svg') ? e.tagName === 'text' : true;
    return text && (box.right > innerWidth + 1 || box.left < -1);
  }).map(e => e.tagName + ' ' + e.textContent.slice(0, 40))
"""


@pytest.mark.browser
def test_hostile_names_are_text(chromium: Chromium, hostile_page: Path) -> None:
    with chromium.open(hostile_page) as seen:
        names = seen.page.locator("#artifacts button.open").all_text_contents()
        assert len(names) == len(HOSTILE)
        assert "s3://lab/<script>alert(1)</script>/" in names
        assert "s3://lab/\\u202egpj.exe/" in names
        assert "s3://lab/line\\nfeed\\ttab\\x1b[31mred\\x00/" in names
        for name in names:
            assert all(character.isprintable() for character in name)
        for button in seen.page.locator("#artifacts button.open").all():
            button.click()
        assert seen.problems == []


def _wait(page: Page, rows: int) -> None:
    """Until the table shows so many rows; typing is acted on after a moment."""
    page.wait_for_function(
        "n => document.querySelectorAll('#artifacts tbody tr').length === n", arg=rows
    )


@pytest.mark.browser
def test_the_table_filters_sorts_and_opens_by_keyboard(
    chromium: Chromium, small_page: Path
) -> None:
    with chromium.open(small_page) as seen:
        page = seen.page
        page.fill("#f-text", "sft CHECKPOINT-12")
        _wait(page, 1)
        page.fill("#f-text", "")
        _wait(page, 18)
        page.select_option("#f-verdict", "1")
        _wait(page, 8)
        tags = page.locator("#artifacts tbody .tag").all_text_contents()
        assert set(tags) == {"may go", "partial"}
        page.select_option("#f-verdict", "")
        page.select_option("#f-state", "partial")
        _wait(page, 1)
        page.select_option("#f-state", "")
        _wait(page, 18)
        page.focus("th[data-key='uri'] button")
        page.keyboard.press("Enter")
        assert page.get_attribute("th[data-key='uri']", "aria-sort") == "ascending"
        assert page.get_attribute("th[data-key='stored']", "aria-sort") == "none"
        names = page.locator("#artifacts button.open").all_text_contents()
        assert names == sorted(names)
        page.keyboard.press("Enter")
        names = page.locator("#artifacts button.open").all_text_contents()
        assert names == sorted(names, reverse=True)
        page.locator("#artifacts button.open").first.focus()
        page.keyboard.press("Space")
        assert "Kept because" in page.locator("tr.detail").inner_text()
        page.keyboard.press("Space")
        assert page.locator("tr.detail").count() == 0
        assert seen.problems == []


@pytest.mark.browser
def test_every_figure_is_the_same_text_in_the_script_as_in_python(
    chromium: Chromium, tmp_path: Path
) -> None:
    sizes = [0, 1, 999, 1000, 1049, 1050, 99_949, 99_950, 999_499, 999_500, 10**12, 123_456_789_012]
    place = workspace(tmp_path)
    add_snapshot(place, [save("r/", n) for n in range(len(sizes))])
    made = report(place, now=NOW)
    index = made.artifacts.schema.get_field_index("bytes")
    made = replace(made, artifacts=made.artifacts.set_column(index, "bytes", pa.array(sizes)))
    file = tmp_path / "report.html"
    write_html(made, file)
    with chromium.open(file) as seen:
        shown = seen.page.locator("#artifacts td[data-label='Stored']").all_text_contents()
        assert shown == [size(amount) for amount in sizes]


@pytest.mark.browser
def test_every_detail_gives_the_reason_word_for_word(chromium: Chromium, small_page: Path) -> None:
    made = report(small(small_page.parent / "again"), now=NOW)
    reasons = dict(
        zip(made.artifacts["uri"].to_pylist(), made.artifacts["reason"].to_pylist(), strict=True)
    )
    with chromium.open(small_page) as seen:
        for button in seen.page.locator("#artifacts button.open").all():
            button.click()
            detail = seen.page.locator("tr.detail dd").first.text_content()
            assert detail == reasons[button.text_content()]
            button.click()


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_without_scripts_everything_but_the_filters_is_there(
    chromium: Chromium, small_page: Path, width: int
) -> None:
    with chromium.open(small_page, width=width, scripts=False) as seen:
        assert seen.page.is_visible("#no-script")
        assert not seen.page.is_visible("#controls")
        assert seen.page.locator("#artifacts tbody tr").count() == 18
        assert seen.page.locator("svg.map:visible").count() == 1
        assert seen.problems == []


@pytest.mark.browser
def test_on_paper_the_controls_are_gone_and_the_table_stays(
    chromium: Chromium, small_page: Path
) -> None:
    with chromium.open(small_page) as seen:
        seen.page.emulate_media(media="print")
        assert not seen.page.is_visible("#controls .filters")
        assert seen.page.is_visible("#artifacts tbody tr:first-child")
        # A control in the head of a table would keep Chromium from repeating it on every page.
        shown = "e => getComputedStyle(e).display"
        assert seen.page.locator("th button.sort").first.evaluate(shown) == "contents"
        assert seen.page.pdf()[:5] == b"%PDF-"


def test_every_source_of_evidence_is_certified(tmp_path: Path) -> None:
    page = render(report(asked(tmp_path), now=NOW))
    section = page[page.index('id="h-evidence"') : page.index('id="all-section"')]
    for words in (
        "whoever may push to /srv/git/gitops.git",
        "It only adds reasons to keep",
        "did not answer completely",
        "<code>tutela evidence read cluster</code>",
        "&lt;script&gt;alert(1)&lt;/script&gt;line\\nfeed",
        "is not registered in tutela.yaml",
    ):
        assert words in section
