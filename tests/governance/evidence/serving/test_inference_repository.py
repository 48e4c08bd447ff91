"""A repository of model services as governance sees it: every model is needed, in every render."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from blueprints.engine import render, spec
from blueprints.kinds.inference import BLUEPRINT
from tests.blueprints.kinds.inference.specifications import both, model, text
from tests.governance.evidence.said import Said
from tests.governance.evidence.serving.test_source import read
from tests.labs.git_lab import GitFolder

EXAMPLE = (BLUEPRINT.folder / "examples" / "inference.yaml").read_bytes()


def _seen(folder: Path, written: bytes) -> tuple[spec.Loaded, Said]:
    loaded = spec.parse(written, "i.yaml")
    files = {one.path: one.content.decode() for one in render.repository(loaded)}
    repo = GitFolder.init(folder / "deploy")
    repo.commit("all", files)
    return loaded, read(repo)


def _holders(found: Said, target: str) -> set[str]:
    return {
        row["holder"].removeprefix("serving:prod/").partition("#")[0]
        for row in found.claims
        if row["target"] == target
    }


def test_every_model_of_the_example_is_needed_and_nothing_is_in_doubt(tmp_path: Path) -> None:
    loaded, found = _seen(tmp_path, EXAMPLE)
    assert found.problems == []
    models: list[Any] = loaded.model.models  # type: ignore[attr-defined] # of its blueprint
    sites = {one.name: one for one in loaded.model.sites}  # type: ignore[attr-defined]
    assert len(models) == 6
    for one in models:
        assert f"hub:{one.source.repository}" in found.targets
        for site in (sites[name] for name in one.sites):
            store = site.store
            address = f"s3://{store.bucket}/{store.prefix}/{one.source.repository}"
            assert f"models/{one.name}/weights.yaml" in _holders(found, address)


def test_every_render_names_its_model_by_itself(tmp_path: Path) -> None:
    loaded, found = _seen(tmp_path, EXAMPLE)
    models: list[Any] = loaded.model.models  # type: ignore[attr-defined] # of its blueprint
    for one in models:
        holders = _holders(found, f"hub:{one.source.repository}")
        for site in one.sites:
            assert any(name.startswith(f"models/{one.name}/{site}/") for name in holders)


@pytest.mark.parametrize("name", ["chat", "others/chat"])
def test_a_model_that_clients_know_by_another_name_is_needed_as_well(
    name: str, tmp_path: Path
) -> None:
    said = text(both(models=[model(served_as=name, sites=["desk", "cloud"])]))
    _, found = _seen(tmp_path, said.encode())
    assert found.targets >= {
        "hub:swiss-ai/Apertus-8B-Instruct-2509",
        "s3://models/huggingface.co/swiss-ai/Apertus-8B-Instruct-2509",
    }
