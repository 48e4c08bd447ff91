"""The page: whole, quiet, escaped, and seen in a browser."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tce.matrix import page
from tce.matrix.matrix import matrix
from tests.tce.environments import TODAY, edited, environment

if TYPE_CHECKING:
    from tests.labs.chromium import Chromium

HOSTILE = '<img src=x onerror=alert(1)> {{ 7*7 }} "&amp;'


class Parts(HTMLParser):
    """Elements, what is active among them, and all text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.active: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        loads = ("src", "style", "action", "srcset")
        self.active += [name for name, _ in attrs if name in loads or name.startswith("on")]
        self.active += [value or "" for name, value in attrs if name == "href" if value]
        if tag in ("script", "img", "iframe", "object", "embed", "link", "base", "form"):
            self.active.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return environment(tmp_path / "hospital")


def rendered(folder: Path) -> str:
    return page.render(matrix(folder, None, TODAY), "1.0")


def test_it_loads_nothing_and_runs_nothing(folder: Path) -> None:
    text = rendered(folder)
    assert Parts(text).active == ["#content"]
    assert "default-src 'none'; style-src 'sha256-" in text


def test_words_of_the_specification_arrive_as_words(folder: Path) -> None:
    edited(folder, "spec.yaml", "administrators use the Kubernetes API", f"'{HOSTILE}'")
    text = rendered(folder)
    assert "<img" not in text
    assert HOSTILE in Parts(text).text


def test_every_flow_zone_and_device_is_on_it(folder: Path) -> None:
    found = matrix(folder, None, TODAY)
    text = Parts(page.render(found, "1.0")).text
    for name in (*found.zones, *found.scene.flows, *(one.name for one in found.scene.devices)):
        assert name in text
    for device in found.scene.devices:
        assert device.source.digest in text


def test_a_cell_names_so_many_and_counts_the_rest(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "MOST", 2)
    text = Parts(rendered(folder)).text
    assert "and 3 more" in text


def test_the_same_files_give_the_same_page(folder: Path) -> None:
    assert rendered(folder) == rendered(folder)


def test_what_is_not_understood_stands_on_top(folder: Path) -> None:
    (folder / "network/switches/leaf1.eos").write_text("magic\n")
    parts = Parts(rendered(folder))
    assert "Not understood: network/switches/leaf1.eos:1" in parts.text


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_shown_as_it_is_meant(
    folder: Path, tmp_path: Path, chromium: Chromium, scheme: str
) -> None:
    out = tmp_path / "matrix.html"
    matrix(folder, out, TODAY)
    with chromium.open(out, scheme=scheme) as seen:  # type: ignore[arg-type]
        assert seen.page.locator("svg.drawing g").count() == 10
        assert seen.page.locator("td.never").count() == 2
        box = seen.page.locator("svg.drawing").bounding_box()
        assert box is not None
        assert box["width"] > 800
        texts = seen.page.evaluate(
            "[...document.querySelectorAll('svg.drawing g')].every(g => {"
            " const r = g.querySelector('rect').getBBox();"
            " return [...g.querySelectorAll('text')].every(t => t.getBBox().x + "
            "t.getBBox().width <= r.x + r.width) })"
        )
        assert texts
        assert seen.problems == []
        assert seen.requests == []
