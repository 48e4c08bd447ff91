"""Slips of the pen, and what looks like one and is none."""

from pathlib import Path

import pytest

from blueprints.check.repository import Repository
from blueprints.check.rules.near_miss import check
from blueprints.check.settings import load_settings


def told(folder: Path, text: str, name: str = "a.yaml") -> list[str]:
    (folder / name).write_text(text, encoding="utf-8")
    repo = Repository(folder)
    return [f"{one.line}: {one.hint}" for one in check(repo, load_settings(repo))]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("often", "once"),
    [
        ("temperature", "temparature"),
        ("temperature", "tmperature"),
        ("temperature", "temperatuure"),
        ("temperature", "temperaTure"),
        ("temperature", "tempreature"),
        ("temperature", "temoerature"),
        ("k8s-temperature", "k8s-temkerature"),
        ("app.kubernetes.io/name", "appp.kubernetes.io/name"),
    ],
)
def test_one_letter_away_from_what_stands_often(often: str, once: str, tmp_path: Path) -> None:
    text = f"a: {{{often}: 1}}\nb: {{{often}: 1}}\nc: {{{often}: 1}}\nd: {{{once}: 1}}\n"
    assert told(tmp_path, text) == [f"4: did you mean {often}?"]


@pytest.mark.parametrize(
    ("often", "once"),
    [
        ("resources", "resource"),
        ("worker-1", "worker-2"),
        ("resource", "Resource"),
        ("model-a-x", "model-b-x"),
        ("values.yaml.txt", "values.yml.txt"),
        ("https://example.org/x", "http://example.org/x"),
        ("enabled", "enable"),
        ("short", "shirt"),
        ("project", "protect"),
    ],
)
def test_numbers_plurals_and_short_parts_are_no_slips(
    often: str, once: str, tmp_path: Path
) -> None:
    text = f'- "{often}"\n- "{often}"\n- "{often}"\n- "{once}"\n'
    assert told(tmp_path, text) == []


def test_names_in_hcl_and_in_texts_inside_of_documents_count(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('repository = "x"\n' * 3, encoding="utf-8")
    assert told(tmp_path, "a: |\n  repositoory: x\n") == ["2: did you mean repository?"]


def test_a_specification_is_its_blueprints_to_check(tmp_path: Path) -> None:
    text = "a: {clusters: 1}\nb: {clusters: 1}\nc: {clusters: 1}\nd: {vclusters: 1}\n"
    assert told(tmp_path, text, "spec.yaml") == []
    (tmp_path / "spec.yaml").rename(tmp_path / "other.yaml")
    assert told(tmp_path, text, "other.yaml") == ["4: did you mean clusters?"]
