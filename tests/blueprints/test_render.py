"""Templates: rendered as cookiecutter itself renders them, and kept from doing anything else."""

import json
import os
import shutil
from pathlib import Path

import pytest
from cookiecutter.generate import generate_files

from blueprints.engine import registry
from blueprints.errors import ExpectedError
from blueprints.render import InvalidTemplateError, Template, load
from tests.blueprints.engine.small import HERE

TOP = HERE / "templates" / "top"
BUNDLED = sorted(
    {
        file.parent
        for name in registry.names()
        for file in (registry.named(name).folder / "templates").glob("*/cookiecutter.json")
    }
    | {TOP}
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A template to be spoiled."""
    return Path(shutil.copytree(TOP, tmp_path / "template"))


def file_of(folder: Path) -> Path:
    return folder / "{{cookiecutter.folder}}" / "README.md"


def by_cookiecutter(template: Template, context: dict[str, str], place: Path) -> dict[str, bytes]:
    values = {**template.defaults, **context}
    top = Path(generate_files(template.folder, {"cookiecutter": values}, place, accept_hooks=False))
    files = [file for file in top.rglob("*") if file.is_file()]
    return {file.relative_to(top).as_posix(): file.read_bytes() for file in files}


@pytest.mark.parametrize("folder", BUNDLED, ids=lambda path: path.name)
def test_every_template_renders_as_cookiecutter_alone_renders_it(
    folder: Path, tmp_path: Path
) -> None:
    template = load(folder)
    assert template.render({}, tmp_path / "a") == by_cookiecutter(template, {}, tmp_path / "b")


def test_values_arrive_intact_and_are_not_interpreted(tmp_path: Path) -> None:
    template = load(TOP)
    for number, name in enumerate(
        ("{{ 7 * 7 }}", "{% raw %}", "${x}", '"', "*/", "é👍", "{# a #}")
    ):
        values = {"name": name.replace("/", "-"), "soil": "clay"}
        made = template.render(values, tmp_path / "ours")
        assert f"How {values['name']} is kept" in made[f"docs/{values['name']}.md"].decode()
        assert made == by_cookiecutter(template, values, tmp_path / str(number))


@pytest.mark.parametrize("value", ["a\nb", "a\x00", "\u202e", "a\u2028b"])
def test_a_value_of_more_than_a_line_is_refused(value: str) -> None:
    with pytest.raises(InvalidTemplateError, match="name is more than a plain line"):
        load(TOP).render({"name": value}, Path("/nowhere"))


@pytest.mark.parametrize("name", ["../a", "/tmp/a", "a/../../../b", ""])
def test_a_value_does_not_lead_out_of_the_folder(name: str, folder: Path) -> None:
    file_of(folder).rename(folder / "{{cookiecutter.folder}}" / "{{cookiecutter.name}}")
    template = load(folder)
    with pytest.raises(InvalidTemplateError, match="cannot become"):
        template.render({"name": name}, folder.parent / "made")


def test_rendering_leaves_the_current_folder_and_the_home_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    home = Path.home()
    load(TOP).render({}, tmp_path / "made")
    assert Path.cwd() == tmp_path
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [
        "{{ cookiecutter.__class__.__mro__ }}",
        "{{ cookiecutter.name.__class__ }}",
        "{{ cookiecutter['name'] }}",
        "{{ cookiecutter.items() }}",
        "{{ cookiecutter.keys }}",
        "{{ cookiecutter.name.upper() }}",
        "{{ ''.__class__ }}",
        "{{ self }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ lipsum() }}",
        "{{ uuid4() }}",
        "{{ random_ascii_string(4) }}",
        "{% now 'utc' %}",
        "{{ cookiecutter.name | slugify }}",
        "{{ cookiecutter.name | attr('__class__') }}",
        "{{ cookiecutter.name | map('upper') }}",
        "{{ 'a' * 10 ** 10 }}",
        "{% for i in range(10 ** 9) %}x{% endfor %}",
        "{% include '../../../etc/passwd' %}",
        "{% import 'README.md' as a %}",
        "{% extends 'README.md' %}",
        "{% set cookiecutter = 1 %}",
        "{% macro a() %}{% endmacro %}",
        "{% filter upper %}a{% endfilter %}",
        "{% if cookiecutter.name is callable %}{% endif %}",
        "{{ cookiecutter.nothing }}",
        "{{ name }}",
        "{{ cookiecutter }}",
        "{{ cookiecutter.name ",
        "{% if %}",
        "{{ " + "(" * 5000,
    ],
)
def test_jinja_that_does_more_than_show_values_is_refused(text: str, folder: Path) -> None:
    file_of(folder).write_text(f"first\n{text}\n")
    with pytest.raises(InvalidTemplateError, match=r"README\.md(:2)?: "):
        load(folder)
    name = text.replace("/", "")
    if len(name) < 200:
        file_of(folder).write_text("right\n")
        (folder / "{{cookiecutter.folder}}" / name).write_text("right\n")
        with pytest.raises(InvalidTemplateError, match="the name "):
            load(folder)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ('{"_extensions": ["os"]}', "_extensions is not allowed"),
        ('{"_jinja2_env_vars": {}}', "_jinja2_env_vars is not allowed"),
        ('{"__prompts__": {}}', "__prompts__ is not allowed"),
        ('{"items": "a"}', "items cannot be the name of a value"),
        ('{"a b": "a"}', "a b cannot be the name of a value"),
        ('{"name": ["a", "b"]}', "name has to be a plain text"),
        ('{"name": "{{ cookiecutter.folder }}"}', "name has to be a plain text"),
        ('{"name": "a\\nb"}', "name has to be a plain text"),
        ('{"_copy_without_render": "a"}', "has to be a list of texts"),
        ("[]", "has to be a JSON object"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_settings_give_plain_values_only(settings: str, problem: str, folder: Path) -> None:
    (folder / "cookiecutter.json").write_text(settings)
    with pytest.raises(InvalidTemplateError, match=problem):
        load(folder)


def test_hooks_are_never_run(folder: Path, tmp_path: Path) -> None:
    (folder / "hooks").mkdir()
    for name in ("pre_prompt", "pre_gen_project", "post_gen_project"):
        hook = folder / "hooks" / f"{name}.sh"
        hook.write_text(f"#!/bin/sh\ntouch {tmp_path / 'ran'}\n")
        hook.chmod(0o755)
    load(folder).render({}, tmp_path / "made")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("name", ["README.md", "docs", "new"])
def test_links_are_not_followed(folder: Path, name: str, tmp_path: Path) -> None:
    place = folder / "{{cookiecutter.folder}}" / name
    (tmp_path / "secret").write_text("secret")
    if place.is_dir():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    place.symlink_to(tmp_path / "secret")
    with pytest.raises(InvalidTemplateError, match="is no plain file or folder"):
        load(folder)


def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "{{cookiecutter.folder}}" / "pipe")
    with pytest.raises(InvalidTemplateError, match="is no plain file or folder"):
        load(folder)


def test_data_and_what_is_named_so_is_copied(folder: Path) -> None:
    (folder / "{{cookiecutter.folder}}" / "logo.png").write_bytes(b"\x89PNG\xff{{ x }}")
    (folder / "{{cookiecutter.folder}}" / "ci.yaml").write_text("a: ${{ b }}\n")
    settings = json.loads((folder / "cookiecutter.json").read_text())
    settings["_copy_without_render"] = ["ci.*"]
    (folder / "cookiecutter.json").write_text(json.dumps(settings))
    made = load(folder).render({}, folder.parent / "made")
    assert made["logo.png"] == b"\x89PNG\xff{{ x }}"
    assert made["ci.yaml"] == b"a: ${{ b }}\n"


def test_text_that_cookiecutter_would_take_for_data_is_told(folder: Path) -> None:
    (folder / "{{cookiecutter.folder}}" / "notes.pdf").write_text("{{ cookiecutter.name }}\n")
    with pytest.raises(InvalidTemplateError, match="is taken for data; name it in"):
        load(folder)


def test_line_ends_are_kept(folder: Path) -> None:
    file_of(folder).write_bytes(b"a\r\n{{ cookiecutter.name }}\r\n")
    made = load(folder).render({}, folder.parent / "made")
    assert made["README.md"] == b"a\r\nkitchen\r\n"


def test_a_template_that_is_missing_is_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidTemplateError, match=r"cannot read the template .*nothing"):
        load(tmp_path / "nothing")
    template = load(folder)
    file_of(folder).unlink()
    with pytest.raises(ExpectedError, match="cannot render"):
        template.render({}, tmp_path / "made")
    shutil.rmtree(folder / "{{cookiecutter.folder}}")
    with pytest.raises(InvalidTemplateError, match="needs one folder"):
        load(folder)
    (folder / "{{cookiecutter.folder}}").mkdir()
    (folder / "{{cookiecutter.name}}").mkdir()
    with pytest.raises(InvalidTemplateError, match="needs one folder"):
        load(folder)


def test_a_disk_that_takes_nothing_is_told(folder: Path) -> None:
    with pytest.raises(ExpectedError, match=r"cannot render .*: File exists"):
        load(folder).render({}, Path("/dev/full"))


def test_two_files_of_one_name_are_told(folder: Path) -> None:
    (folder / "{{cookiecutter.folder}}" / "{{cookiecutter.name}}").write_text("")
    (folder / "{{cookiecutter.folder}}" / "{{cookiecutter.soil}}").write_text("")
    with pytest.raises(InvalidTemplateError, match="two files become a"):
        load(folder).render({"name": "a", "soil": "a"}, folder.parent / "made")
