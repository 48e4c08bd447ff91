from __future__ import annotations

from pathlib import Path

import pytest

from blueprints.models.onboard import onboard
from blueprints.models.retire import retire
from blueprints.models.specified import read
from blueprints.update.update import Options, RefusedError
from tests.blueprints.kinds.inference.specifications import data, model
from tests.blueprints.models.repository import repository
from tests.blueprints.models.test_onboard import SCOUT
from tests.blueprints.repositories import tree

LOOSE = Options(allow_dirty=True)


def test_what_was_onboarded_is_gone_to_the_last_byte(tmp_path: Path) -> None:
    made = repository(tmp_path)
    before = tree(made)
    file = tmp_path / "model.yaml"
    file.write_text(SCOUT, encoding="utf-8")
    onboard(file, made, LOOSE)
    assert tree(made) != before
    result = retire("scout", made, LOOSE)
    assert result.done
    assert tree(made) == before
    assert not (made / "models/scout").exists()


def test_the_last_model_may_go_too(tmp_path: Path) -> None:
    made = repository(tmp_path)
    retire("apertus", made, LOOSE)
    assert read(made).serving.models == []
    assert "models: []" in read(made).text


def test_one_of_several_goes_and_the_others_stay(tmp_path: Path) -> None:
    made = repository(tmp_path, data(model("one"), model("two"), model("three")))
    retire("two", made, LOOSE)
    assert [one.name for one in read(made).serving.models] == ["one", "three"]
    assert sorted(one.name for one in (made / "models").iterdir()) == ["one", "three"]


def test_a_file_that_somebody_edited_is_a_conflict_and_nothing_is_written(tmp_path: Path) -> None:
    made = repository(tmp_path)
    script = made / "models/apertus/desk/podman/serve.sh"
    script.write_text(script.read_text("utf-8") + "# mine\n", "utf-8")
    before = tree(made)
    result = retire("apertus", made, LOOSE)
    assert result.exit_code == 3
    assert tree(made) == before


def test_a_model_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="has no model"):
        retire("scout", repository(tmp_path), LOOSE)
