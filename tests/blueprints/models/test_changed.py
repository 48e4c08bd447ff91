from __future__ import annotations

from pathlib import Path

import pytest

from blueprints.models.changed import SCHEMA
from blueprints.models.onboard import onboard
from blueprints.models.retire import retire
from blueprints.update.update import Options
from tests.blueprints.kinds.inference.specifications import data, model, text
from tests.blueprints.models.repository import repository

ADDRESS = "s3://models/huggingface.co/swiss-ai/Apertus-8B-Instruct-2509 (https://s3.example.org)"


@pytest.mark.parametrize("dry_run", [True, False])
def test_it_says_where_the_weights_have_to_be_and_what_to_do_next(
    dry_run: bool, tmp_path: Path
) -> None:
    made = repository(tmp_path / "a place", {**data(), "models": []})
    file = tmp_path / "model.yaml"
    file.write_text(text(model()), "utf-8")
    result = onboard(file, made, Options(allow_dirty=True, dry_run=dry_run))
    said = str(result)
    assert f"weights have to be at {ADDRESS}" in said
    assert ("git -C" in said) is not dry_run
    if not dry_run:
        assert f"  tutela model compare '{made}'" in said
        assert "commit -m 'onboard apertus'" in said
    told = result.as_json()
    assert (told["schema"], told["done"]) == (SCHEMA, not dry_run)
    assert told["mirrors"] == [ADDRESS]


def test_a_retired_model_s_weights_stay_and_are_protected_no_more(tmp_path: Path) -> None:
    result = retire("apertus", repository(tmp_path), Options(allow_dirty=True))
    assert f"weights stay at {ADDRESS}; this repository protects them no more" in str(result)
    assert result.as_json()["what"] == "retired"


def test_what_does_not_fit_is_told_when_it_is_onboarded(tmp_path: Path) -> None:
    made = repository(tmp_path, {**data(), "models": []})
    file = tmp_path / "model.yaml"
    file.write_text(text(model(shape={"minimum": "893G"})), "utf-8")
    result = onboard(file, made, Options(allow_dirty=True))
    assert "warning: apertus asks for 893 GB" in str(result)
    assert len(result.as_json()["warnings"]) == 1  # type: ignore[arg-type]


def test_conflicts_are_told_as_an_update_tells_them(tmp_path: Path) -> None:
    made = repository(tmp_path)
    script = made / "models/apertus/desk/podman/serve.sh"
    script.write_text(script.read_text("utf-8") + "# mine\n", "utf-8")
    said = str(retire("apertus", made, Options(allow_dirty=True)))
    assert "conflicts:" in said
    assert "serve.sh" in said
