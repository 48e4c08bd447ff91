"""Operators on a small repository with something of everything."""

import random
from pathlib import Path

import pytest

from tests.blueprints.mutation import preserving
from tests.blueprints.mutation.material import OPERATORS, Material
from tests.blueprints.mutation.normal import normal
from tests.blueprints.mutation.sample import FILES, made


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    return Material.of(made(tmp_path_factory.mktemp("sample")))


@pytest.mark.parametrize("operator", OPERATORS)
def test_an_operator_acts_in_every_sort_of_file(operator: str, material: Material) -> None:
    files = {site.file.rpartition(".")[2] for site in material.sites[operator]}
    assert {"yaml", "tf"} <= files
    assert operator in ("widen", "elsewhere") or "json" in files


@pytest.mark.parametrize("operator", OPERATORS)
def test_nearly_every_mutant_means_something_else(operator: str, material: Material) -> None:
    chance = random.Random(operator)
    same = []
    for _ in range(150):
        mutant = material.mutant(chance, operator)
        before = FILES.get(mutant.file)
        old = normal(mutant.file, before.encode()) if before is not None else None
        new = normal(mutant.file, mutant.content) if mutant.content is not None else None
        if old == new:
            same.append(str(mutant))
    # Verbs that stand twice, defaults that were written out and are gone.
    assert len(same) <= 15, same


def test_the_same_seed_gives_the_same_mutants(material: Material) -> None:
    first, second = (
        [material.mutant(chance) for _ in range(50)]
        for chance in (random.Random(7), random.Random(7))
    )
    assert first == second


@pytest.mark.parametrize("operator", preserving.SAME)
@pytest.mark.parametrize("name", [name for name in FILES if "templates" not in name])
def test_another_form_means_the_same(operator: str, name: str, material: Material) -> None:
    chance = random.Random(name)
    for _ in range(10):
        trees = material.trees.get(name, [])
        text = preserving.preserved(operator, name, FILES[name], trees, chance)
        if text is None:
            return
        assert normal(name, text.encode()) == normal(name, FILES[name].encode()), text


@pytest.mark.parametrize("name", [name for name in FILES if "templates" not in name])
def test_writing_a_file_anew_means_the_same(name: str, material: Material) -> None:
    if name in material.trees:
        text = material.written(name, material.trees[name])
        assert normal(name, text) == normal(name, FILES[name].encode())


def test_what_a_mutant_is_called_says_where_and_what(material: Material) -> None:
    words = {str(material.mutant(random.Random(seed))).split()[0] for seed in range(80)}
    assert words == set(OPERATORS)


def test_a_template_is_left_alone(material: Material, tmp_path: Path) -> None:
    assert "chart/templates/web.yaml" not in material.trees
