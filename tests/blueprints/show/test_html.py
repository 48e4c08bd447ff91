from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from blueprints.engine.drawing import Drawing
from blueprints.engine.spec import load
from blueprints.kinds.cluster import BLUEPRINT
from blueprints.kinds.cluster.drawing import drawing
from blueprints.kinds.cluster.spec import Specification
from blueprints.show.html import DOTS, render
from tests.blueprints.show.estate import HOSTILE, hostile, large

if TYPE_CHECKING:
    from tests.labs.chromium import Chromium

VOID = {"meta", "rect", "path", "br", "hr", "input", "img", "link"}
ESTATE = load(Path(BLUEPRINT.folder) / "examples" / "cluster.yaml").model
assert isinstance(ESTATE, Specification)
DRAWINGS: dict[str, Drawing] = {"estate": drawing(ESTATE), "hostile": hostile()}


class Page(HTMLParser):
    """What an HTML parser reads: elements that close as they opened, texts, what is active."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.active: list[str] = []
        self.crossed: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        fields = dict(attrs)
        self.tags.append((tag, fields))
        if tag not in VOID:
            self.open.append(tag)
        if tag in ("script", "img", "iframe", "object", "embed", "link", "base", "form"):
            self.active.append(tag)
        self.active += [
            f"{tag} {name}"
            for name in fields
            if name in ("src", "srcset", "action", "style", "formaction") or name.startswith("on")
        ]
        if "href" in fields and not (fields["href"] or "").startswith("#"):
            self.active.append(f"{tag} href")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.crossed.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.texts.append(data)

    def attributes(self, name: str) -> list[str]:
        return [fields[name] or "" for _, fields in self.tags if name in fields]


@pytest.fixture(params=sorted(DRAWINGS), scope="module")
def text(request: pytest.FixtureRequest) -> str:
    return render(DRAWINGS[request.param], "0.1.0")


def test_a_page_is_whole_and_nothing_in_it_loads_or_runs(text: str) -> None:
    page = Page(text)
    assert (page.open, page.crossed, page.active) == ([], [], [])
    assert not re.search(
        r"url\(|@import|https?://(?!rancher\.|argocd\.)", text.partition("</style>")[0]
    )


def test_the_policy_allows_the_one_style_sheet_that_is_there(text: str) -> None:
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert policy in Page(text).attributes("content")


def test_names_that_are_linked_are_there_once(text: str) -> None:
    page = Page(text)
    ids = page.attributes("id")
    assert len(ids) == len(set(ids))
    links = {one.removeprefix("#") for one in page.attributes("href")}
    labels = {word for one in page.attributes("aria-labelledby") for word in one.split()}
    assert links | labels <= set(ids)


def test_headings_go_down_one_level_at_a_time(text: str) -> None:
    levels = [int(tag[1]) for tag, _ in Page(text).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_hostile_texts_are_text() -> None:
    texts = "".join(Page(render(hostile(), "1")).texts)
    assert "<script>alert(1)</script>" in texts
    assert "\\u202egpj.exe \\x1b[31mred\\x00" in texts
    assert all(one.isprintable() or one.isspace() for one in texts)
    assert "{{ 7 * 7 }} {% if %}" in texts
    assert len(HOSTILE) == render(hostile(), "1").count("<article")


def test_the_estate_is_all_there() -> None:
    words = re.sub(r"\s+", " ", " ".join(Page(render(DRAWINGS["estate"], "1")).texts))
    for name in ("development", "tds", "production", "inference", "sandbox", "services", "data"):
        assert name in words
    for fact in ("SUSE Virtualization", "VMware", "bare metal", "HPC nodes of Alps", "VLAN 310"):
        assert fact in words
    for fact in ("high-speed", "metallb", "v1.34.1+rke2r1", "RAM disk", "openings to and from"):
        assert fact in words


def test_as_many_squares_as_nodes_and_a_number_where_there_are_too_many() -> None:
    assert render(large(1), "1").count("<rect") == DOTS
    assert f"and {100 - DOTS} more" in render(large(1), "1")
    nodes = sum(
        node.amount
        for box in DRAWINGS["estate"].boxes()
        for lane in box.lanes
        for node in lane.nodes
    )
    legend = len(DRAWINGS["estate"].legend)
    assert render(DRAWINGS["estate"], "1").count("<rect") == nodes + legend


@pytest.fixture(params=sorted(DRAWINGS))
def page(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    file = tmp_path / "page.html"
    file.write_text(render(DRAWINGS[request.param], "0.1.0"), encoding="utf-8")
    return file


@pytest.mark.browser
@pytest.mark.parametrize("width", [400, 1280, 1600])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_finds_no_fault_and_cuts_nothing_off(
    chromium: Chromium, page: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    with chromium.open(page, width=width, scheme=scheme, scripts=True) as seen:
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
        assert seen.page.evaluate(_CUT_OFF) == []
        assert seen.page.evaluate(_PALE) == []
        assert (seen.problems, seen.requests) == ([], [])


_CUT_OFF = """
[...document.querySelectorAll('body *')]
  .filter(e => !e.closest('.skip, thead, svg'))
  .filter(e => {
    const box = e.getBoundingClientRect();
    const inside = e.closest('.wide');
    if (!box.width || !box.height || (inside && e !== inside)) return false;
    return box.right > innerWidth + 1 || box.left < -1 || e.scrollWidth > e.clientWidth + 1
      && getComputedStyle(e).display !== 'inline';
  }).map(e => e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 40))
"""
# Contrast of text with what lies behind it: 4.5 as WCAG 2.2 asks for (1.4.3).
_PALE = """
(() => {
  const parse = c => (c.match(/[0-9.]+/g) || []).map(Number);
  const over = (top, below) => {
    const a = top.length > 3 ? top[3] : 1;
    return [0, 1, 2].map(i => top[i] * a + below[i] * (1 - a));
  };
  const light = c => {
    const [r, g, b] = c.map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [];
  for (const e of document.querySelectorAll('body *')) {
    if (e.closest('svg, .skip') || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
      continue;
    const way = [];
    for (let p = e; p; p = p.parentElement) way.unshift(p);
    let ground = [255, 255, 255], opacity = 1;
    for (const p of way) {
      const style = getComputedStyle(p);
      ground = over(parse(style.backgroundColor), ground);
      opacity *= Number(style.opacity);
    }
    const ink = parse(getComputedStyle(e).color);
    const shown = over([...ink.slice(0, 3), opacity], ground);
    const [high, low] = [light(shown), light(ground)].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5) found.push(e.className + ' ' + e.textContent.slice(0, 30) + ratio.toFixed(2));
  }
  return found;
})()
"""


@pytest.mark.browser
def test_the_page_is_walked_through_by_keyboard(chromium: Chromium, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(render(DRAWINGS["estate"], "0.1.0"), encoding="utf-8")
    with chromium.open(file) as seen:
        seen.page.keyboard.press("Tab")
        assert seen.page.evaluate("document.activeElement.textContent") == "Skip to the content"
        boxes = sum(1 for _ in DRAWINGS["estate"].boxes())
        for _ in range(boxes + 1):
            seen.page.keyboard.press("Tab")
        link = seen.page.evaluate("document.activeElement.getAttribute('href')")
        seen.page.keyboard.press("Enter")
        assert seen.page.evaluate("location.hash") == link
        assert seen.page.evaluate("document.querySelector(':target').tagName") == "ARTICLE"


@pytest.mark.browser
def test_it_can_be_printed(chromium: Chromium, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(render(DRAWINGS["estate"], "0.1.0"), encoding="utf-8")
    with chromium.open(file, width=794) as seen:
        seen.page.emulate_media(media="print")
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 794
        assert seen.page.pdf(format="A4").startswith(b"%PDF")
