from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from governance.lineage.graph import Graph
from governance.lineage.licences import licences
from governance.lineage.show import Format, Shown, show
from governance.lineage.write.html import render
from tests.governance.lineage.graphs import NOW, graphs
from tests.governance.lineage.lab import HOSTILE, claim, reading, site, thing, uri, world

if TYPE_CHECKING:
    from tests.labs.chromium import Chromium


class _Page(HTMLParser):
    """What an HTML parser finds that could load or run, and the ids that are referred to."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.policy = ""
        self.active: list[str] = []
        self.ids: list[str] = []
        self.labels: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        fields = dict(attrs)
        if fields.get("http-equiv") == "Content-Security-Policy":
            self.policy = fields["content"] or ""
        risky = ("src", "href", "action", "style", "srcset", "formaction")
        self.active += [f"{tag} {name}" for name in fields if name in risky or name[:2] == "on"]
        if tag in ("script", "img", "iframe", "object", "embed", "link", "base", "form"):
            self.active.append(tag)
        self.ids += [fields["id"] or ""] if "id" in fields else []
        self.labels += [fields["aria-labelledby"] or ""] if "aria-labelledby" in fields else []


def shown(graph: Graph) -> Shown:
    return Shown(NOW, graph, ("up", "down"), Format.HTML, licences(graph), HOSTILE[:2], "0.1")


@given(graphs())
def test_it_loads_and_runs_nothing_whatever_names_there_are(graph: Graph) -> None:
    text = render(shown(graph))
    page = _Page(text)
    assert page.active == []
    assert len(page.ids) == len(set(page.ids))
    assert set(page.labels) <= set(page.ids)


def test_the_policy_allows_the_one_style_and_nothing_else(tmp_path: Path) -> None:
    text = show(site(tmp_path), uri("released/llama/"), now=NOW, form=Format.HTML).drawn()
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = _Page(text).policy
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
    assert "script-src" not in policy


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_a_browser_shows_it_without_any_request(
    chromium: Chromium, tmp_path: Path, width: int, scheme: str
) -> None:
    things = [thing(f"x/{number}/", "model") for number in range(3)]
    rows = [claim("needs", uri("x/0/"), f"run:{name}", name) for name in HOSTILE]
    rows += [claim("needs", uri("x/1/"), uri("x/0/")), claim("needs", uri("x/0/"), uri("x/1/"))]
    connection = world(tmp_path / "world", things, [reading("mlflow", rows)])
    from governance.lineage.subgraph import subgraph

    graph = subgraph(connection, uri("x/0/"))
    connection.close()
    for name, text in (("a.html", render(shown(graph))), ("a.svg", svg_of(graph))):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        with chromium.open(file, width=width, scheme=scheme) as seen:  # type: ignore[arg-type]
            assert seen.problems == []
            assert seen.requests == []
            if name.endswith("html"):
                wide = seen.page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width
                assert seen.page.locator("section.tree").count() == 2


def svg_of(graph: Graph) -> str:
    from governance.lineage.write.svg import text

    return text(graph)
