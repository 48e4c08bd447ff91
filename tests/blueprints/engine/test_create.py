import datetime as dt
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.render import sandboxes
from blueprints.engine.create import Created, Options, create
from blueprints.engine.lock import read
from blueprints.engine.stage import OutputError
from blueprints.yamlfile import InvalidFileError
from tests.blueprints.engine.small import SPEC, garden

ROOT = Path(__file__).parents[3]
TODAY = dt.date(2026, 11, 22)


def created(place: Path, text: str = SPEC, **options: Path | bool) -> Created:
    (place / "s.yaml").write_text(text)
    said = Options(blueprint=garden(), **options)  # type: ignore[arg-type]
    return create(place / "s.yaml", place / "repo", said, TODAY)


def test_a_specification_becomes_a_repository(tmp_path: Path) -> None:
    made = created(tmp_path, unchecked=True)
    files = [file for file in (tmp_path / "repo").rglob("*") if file.is_file()]
    assert made.files == len(files)
    assert made.written
    assert made.exit_code == 0
    lock = read(tmp_path / "repo")
    assert lock is not None
    assert lock.blueprint == "garden"
    assert str(made).splitlines()[1:] == ["next:", f"  tutela check {tmp_path}/repo"]
    assert json.loads(json.dumps(made.as_json()))["written"] is True


def test_it_is_checked_before_it_is_there(tmp_path: Path) -> None:
    seen: list[str] = []
    (tmp_path / "s.yaml").write_text(SPEC)
    options = Options(blueprint=garden())
    made = create(tmp_path / "s.yaml", tmp_path / "repo", options, TODAY, seen.append)
    assert made.checked is not None
    assert made.checked.repository == str(tmp_path / "repo")
    assert seen[0] == "rendering"
    assert any(line.startswith("checking: ") for line in seen)


def test_what_the_check_would_fail_is_not_written(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay"
    (overlay / "{{cookiecutter.folder}}").mkdir(parents=True)
    (overlay / "cookiecutter.json").write_text('{"folder": "x"}')
    (overlay / "{{cookiecutter.folder}}" / "broken.yaml").write_text("a: [\n")
    made = created(tmp_path, overlay=overlay)
    assert made.exit_code == 3
    assert not made.written
    assert "broken.yaml" in str(made)
    assert str(made).endswith(f"nothing was written to {tmp_path}/repo")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["overlay", "s.yaml"]
    assert created(tmp_path, overlay=overlay, unchecked=True).written
    assert (tmp_path / "repo" / "broken.yaml").exists()


def test_a_wrong_specification_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(InvalidFileError, match=r"s\.yaml:3:1: name: "):
        created(tmp_path, SPEC.replace("kitchen", "K"))
    assert [file.name for file in tmp_path.iterdir()] == ["s.yaml"]


def test_a_second_render_into_the_same_place_is_refused(tmp_path: Path) -> None:
    created(tmp_path)
    with pytest.raises(OutputError, match="is not empty"):
        created(tmp_path)


@pytest.mark.parametrize("seconds", [0.7, 1.2, 1.8])
def test_told_to_end_at_any_moment_it_leaves_all_or_nothing(tmp_path: Path, seconds: float) -> None:
    (tmp_path / "s.yaml").write_bytes(sandboxes(60))
    words = ["blueprint", "render", str(tmp_path / "s.yaml"), "--out", str(tmp_path / "repo")]
    process = subprocess.Popen(
        [sys.executable, "-m", "tutela", *words],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(seconds)
    process.terminate()
    code = process.wait(60)
    left = sorted(file.name for file in tmp_path.iterdir())
    assert (code, left) in ((130, ["s.yaml"]), (0, ["repo", "s.yaml"]))
    if code == 0:
        lock = read(tmp_path / "repo")
        assert lock is not None
        assert all((tmp_path / "repo" / path).exists() for path in lock.files)
