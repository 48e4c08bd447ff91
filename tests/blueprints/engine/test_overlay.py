import json
import shutil
from pathlib import Path

import pytest

from blueprints.engine import base, render
from blueprints.engine.blueprint import File, Owner
from blueprints.engine.overlay import MAX_FILES, InvalidOverlayError, Overlay, read
from blueprints.engine.paths import InvalidPathError
from blueprints.engine.spec import Loaded, parse
from blueprints.errors import ExpectedError
from tests.blueprints.engine.small import SPEC, garden

LOADED = parse(SPEC.encode(), "s.yaml", garden())


def template(folder: Path, files: dict[str, str], **values: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cookiecutter.json").write_text(json.dumps({"folder": "x", **values}))
    for path, text in files.items():
        file = folder / "{{cookiecutter.folder}}" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


def laid(overlay: Overlay, loaded: Loaded = LOADED) -> dict[str, File]:
    return {file.path: file for file in render.render(loaded.blueprint, loaded.model, overlay)}


def test_its_files_are_added_or_win(tmp_path: Path) -> None:
    files = {
        "README.md": "{{ cookiecutter.name }} of {{ cookiecutter.institute }}\n",
        "legal/NOTICE.md": "ours\n",
        "check.sh": "#!/bin/sh\n",
        "beds/herbs/bed.yaml": "name: other\n",
    }
    made = laid(read(template(tmp_path / "o", files, name="a", institute="CSCS")))
    plain = {file.path: file for file in render.render(LOADED.blueprint, LOADED.model)}
    assert made["README.md"] == File("README.md", b"kitchen of CSCS\n", Owner.SHARED)
    assert made["legal/NOTICE.md"] == File("legal/NOTICE.md", b"ours\n", Owner.GENERATED)
    assert made["check.sh"].executable
    assert made["beds/herbs/bed.yaml"].content == b"name: other\n"
    assert made.keys() == plain.keys() | files.keys()
    assert {path for path in plain if plain[path] != made[path]} == {
        "README.md",
        "beds/herbs/bed.yaml",
    }


def test_one_called_as_a_template_is_laid_over_each_of_its_places(tmp_path: Path) -> None:
    template(tmp_path / "o" / "bed", {"LABEL.md": "{{ cookiecutter.bed }}!\n"}, bed="?")
    made = laid(read(tmp_path / "o"))
    assert made["beds/herbs/LABEL.md"].content == b"herbs!\n"
    assert made["beds/roses/LABEL.md"].content == b"roses!\n"


def test_one_for_a_template_that_is_not_used_here_is_looked_at_and_left(tmp_path: Path) -> None:
    template(tmp_path / "o" / "bed", {"LABEL.md": "{{ cookiecutter.bed }}!\n"}, bed="?")
    spec = SPEC[: SPEC.index("beds:")]
    loaded = parse(spec.encode(), "s.yaml", garden())
    assert not any("LABEL" in path for path in laid(read(tmp_path / "o"), loaded))
    template(tmp_path / "o" / "bed", {"LABEL.md": "{% include 'x' %}"})
    with pytest.raises(InvalidOverlayError, match="Include is not allowed"):
        laid(read(tmp_path / "o"), loaded)


def test_one_that_the_blueprint_does_not_have_is_told(tmp_path: Path) -> None:
    template(tmp_path / "o" / "beds", {"LABEL.md": ""})
    with pytest.raises(InvalidOverlayError, match='there is no template beds; did you mean "bed"'):
        laid(read(tmp_path / "o"))


def test_it_is_kept_in_the_repository_and_renders_from_there_alone(tmp_path: Path) -> None:
    overlay = read(template(tmp_path / "o", {"NOTICE.md": "ours\n"}))
    first = render.repository(LOADED, overlay)
    repository = tmp_path / "repository"
    for file in first:
        (repository / file.path).parent.mkdir(parents=True, exist_ok=True)
        (repository / file.path).write_bytes(file.content)
    shutil.rmtree(tmp_path / "o")
    kept = base.read_overlay(repository)
    assert kept is not None
    assert render.repository(LOADED, Overlay(kept)) == first


def test_its_digest_knows_names_and_contents_and_nothing_else(tmp_path: Path) -> None:
    one = read(template(tmp_path / "a", {"x": "1", "y": "2"}))
    two = read(template(tmp_path / "b", {"y": "2", "x": "1"}))
    assert one.digest == two.digest
    assert one == two
    others = [{"x": "12", "y": ""}, {"x": "1"}, {"x": "1", "z": "2"}]
    digests = {read(template(tmp_path / str(n), o)).digest for n, o in enumerate(others)}
    assert len(digests | {one.digest}) == 4


def test_what_is_no_template_is_not_read(tmp_path: Path) -> None:
    folder = template(tmp_path / "o", {"a": "a"})
    (folder / "hooks").mkdir()
    (folder / "hooks" / "post_gen_project.py").write_text("raise SystemExit")
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("")
    assert set(read(folder).files) == {"cookiecutter.json", "{{cookiecutter.folder}}/a"}


@pytest.mark.parametrize(
    "text",
    ["{{ cookiecutter.__class__ }}", "{% include 'a' %}", "{{ ''.join(x) }}", "{% now 'utc' %}"],
)
def test_its_jinja_reaches_nothing(tmp_path: Path, text: str) -> None:
    overlay = read(template(tmp_path / "o", {"a": text}))
    with pytest.raises(InvalidOverlayError, match=r"/o/\{\{cookiecutter\.folder\}\}/a:1: "):
        laid(overlay)


@pytest.mark.parametrize("key", ["_extensions", "_jinja2_env_vars"])
def test_its_settings_load_nothing(tmp_path: Path, key: str) -> None:
    overlay = read(template(tmp_path / "o", {"a": ""}, **{key: "os"}))
    with pytest.raises(InvalidOverlayError, match=f"{key} is not allowed"):
        laid(overlay)


@pytest.mark.parametrize("path", ["tutela.lock", "spec.yaml", ".tutela-base/render/top.jsonl"])
def test_it_does_not_write_what_the_engine_writes(tmp_path: Path, path: str) -> None:
    overlay = read(template(tmp_path / "o", {path: ""}))
    with pytest.raises(InvalidPathError, match="is written by the engine alone"):
        laid(overlay)


def test_it_does_not_write_into_git_or_out_of_the_repository(tmp_path: Path) -> None:
    with pytest.raises(InvalidPathError, match="what Git keeps is its own"):
        read(template(tmp_path / "o", {".git/hooks/post-checkout": "#!/bin/sh\n"}))
    overlay = read(template(tmp_path / "p", {"{{cookiecutter.up}}": ""}, up="../../x"))
    with pytest.raises(ExpectedError, match="cannot become"):
        laid(overlay)


@pytest.mark.parametrize(
    "place", ["cookiecutter.json", "{{cookiecutter.folder}}", "{{cookiecutter.folder}}/a"]
)
def test_links_in_it_are_refused(tmp_path: Path, place: str) -> None:
    folder = template(tmp_path / "o", {"a": "a"})
    target = tmp_path / "target"
    (folder / place).rename(target)
    (folder / place).symlink_to(target)
    with pytest.raises(InvalidOverlayError, match="is no plain file"):
        read(folder)


def test_what_is_no_overlay_or_too_much_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidOverlayError, match="No such file"):
        read(tmp_path / "nothing")
    with pytest.raises(InvalidOverlayError, match=r"it has no cookiecutter\.json"):
        read(tmp_path)
    folder = template(tmp_path / "o", {f"{n}": "" for n in range(MAX_FILES)})
    with pytest.raises(InvalidOverlayError, match="holds more than 2000 files"):
        read(folder)
    shutil.rmtree(folder / "{{cookiecutter.folder}}")
    with pytest.raises(InvalidOverlayError, match="needs one folder"):
        laid(read(folder))
