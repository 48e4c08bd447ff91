from __future__ import annotations

from blueprints.engine import registry, render
from blueprints.engine.blueprint import Owner
from tce.blueprint import BLUEPRINT
from tests.tce.intent.specifications import ALPS, typed


def test_it_is_a_blueprint_like_any_other() -> None:
    assert registry.named("tce") is BLUEPRINT
    assert (BLUEPRINT.folder / "examples" / f"{BLUEPRINT.example}.yaml").is_file()


def test_the_same_specification_gives_the_same_bytes() -> None:
    assert render.render(BLUEPRINT, typed()) == render.render(BLUEPRINT, typed())


def test_people_may_edit_words_and_settings_and_whatever_filters_is_the_tools() -> None:
    for example in ("hospital", ALPS):
        for one in render.render(BLUEPRINT, typed(example=example)):
            if one.path.startswith(
                ("network/perimeter/", "network/switches/", "k8s/", "rke2/", "gitops/")
            ):
                assert one.owner is Owner.GENERATED, one.path


def test_no_file_is_for_one_family_alone() -> None:
    """A filter of IPv4 only is a hole that no golden file shows (Aerleon 1.18)."""
    files = {one.path: one.content for one in render.render(BLUEPRINT, typed())}
    filters = [one for one in files if one.startswith(("network/perimeter/", "network/switches/"))]
    assert len(filters) == 4
    for one in filters:
        assert b"10.90.12." in files[one], one
        assert b"2001:db8:90:12:" in files[one].lower(), one
