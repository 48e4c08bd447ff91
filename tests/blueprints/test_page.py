from __future__ import annotations

import jinja2
import pytest

from blueprints import page

PACKAGE = "blueprints.show"


def test_what_stands_in_a_page_keeps_its_text_and_is_named_by_its_digest() -> None:
    style = page.inline("a > b { content: '<&0' }")
    template = page.templates(PACKAGE).from_string("{{ style.text }} {{ style.digest }}")
    assert template.render(style=style) == (
        "a > b { content: '<&0' } sha256-H7UmZfFcZ2/c5cxe3t5vuF+XSpG3FrGh8Ybnl2M2c2o="
    )


def test_every_other_text_is_escaped() -> None:
    template = page.templates(PACKAGE).from_string("{{ text }}")
    assert template.render(text="<script>'&\"") == "&lt;script&gt;&#39;&amp;&#34;"


def test_what_a_template_is_not_given_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError, match="'text' is undefined"):
        page.templates(PACKAGE).from_string("{{ text }}").render()


def test_templates_lie_beside_the_modules_of_their_package() -> None:
    source = page.part(PACKAGE, "page.html.j2")
    assert "<!doctype html>" in source.lower()
    environment = page.templates(PACKAGE)
    assert environment.loader is not None
    assert environment.loader.get_source(environment, "page.html.j2")[0] == source
