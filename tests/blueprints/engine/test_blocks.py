from dataclasses import replace
from pathlib import Path

from blueprints.engine import overlay
from blueprints.engine.blocks import put_in
from blueprints.engine.blueprint import Prose
from blueprints.engine.render import render
from tests.blueprints.engine.small import Garden, copied

HOSTILE = "{{ 7 * 7 }}\n{% if %}\n<!-- tutela: other -->\n\\1 \\g<0>"
GARDEN = Garden(blueprint="garden", version=2, name="kitchen", title="k")


def test_a_block_takes_the_place_of_its_line() -> None:
    assert put_in(b"a\n<!-- tutela: map -->\nb\n", {"map": "1\n2\n"}) == b"a\n1\n2\nb\n"


def test_places_that_have_no_block_stay_as_they_are() -> None:
    text = b"<!-- tutela: map -->\n <!-- tutela: own -->\nx <!-- tutela: own -->\n"
    assert put_in(text, {"own": "1"}) == text
    assert put_in(text, {}) == text


def test_a_block_is_never_looked_at_again() -> None:
    filled = put_in(b"<!-- tutela: map -->\n", {"map": HOSTILE, "other": "no"})
    assert filled == HOSTILE.encode() + b"\n"


def test_what_is_no_text_is_left_alone() -> None:
    assert put_in(b"\xff\x00\n", {"map": "1"}) == b"\xff\x00\n"


def test_templates_and_overlays_have_places(tmp_path: Path) -> None:
    blueprint = copied(tmp_path)
    top = tmp_path / "garden" / "templates" / "top" / "{{cookiecutter.folder}}" / "README.md"
    top.write_text("# {{cookiecutter.name}}\n<!-- tutela: map -->\n")

    def prose(garden: Garden) -> list[Prose]:
        return [Prose("top", "", {"name": garden.name}, blocks={"map": HOSTILE})]

    with_blocks = replace(blueprint, prose=prose)
    files = {one.path: one.content for one in render(with_blocks, GARDEN)}
    assert files["README.md"] == f"# Kitchen\n{HOSTILE}\n".encode().replace(b"Kitchen", b"kitchen")
    over = overlay.Overlay(
        {
            "cookiecutter.json": b'{"folder": "x"}',
            "{{cookiecutter.folder}}/README.md": b"ours\n<!-- tutela: map -->\n",
        }
    )
    files = {one.path: one.content for one in render(with_blocks, GARDEN, over)}
    assert files["README.md"] == f"ours\n{HOSTILE}\n".encode()
