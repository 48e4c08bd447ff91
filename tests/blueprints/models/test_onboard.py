from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from blueprints.models.onboard import onboard
from blueprints.models.specified import read
from blueprints.update.update import Options, RefusedError
from blueprints.yamltext import InvalidFileError
from tests.blueprints.kinds.inference.specifications import data, model, text
from tests.blueprints.models.repository import repository
from tests.blueprints.repositories import tree

LOOSE = Options(allow_dirty=True)
SCOUT = """\
# Of the file.
---
# Four accelerators.
name: scout # short
source:
  repository: meta-llama/Llama-4-Scout-17B-16E-Instruct
  revision: "0000000000000000000000000000000000000007"
  licence: LicenseRef-Llama-4-Community
engine: {version: 0.11.0}
accelerators: 4
context: 65536
sites: [desk]

options:
  override-generation-config: {attn_temperature_tuning: true} # valid JSON
"""


def _file(folder: Path, written: str) -> Path:
    file = folder / "model.yaml"
    file.write_text(written, encoding="utf-8")
    return file


def test_a_model_goes_into_the_specification_as_it_was_written(tmp_path: Path) -> None:
    made = repository(tmp_path)
    before = read(made).text
    result = onboard(_file(tmp_path, SCOUT), made, LOOSE)
    after = read(made)
    assert result.done
    assert after.text.startswith(before.rstrip("\n"))
    added = after.text.removeprefix(before)
    assert "- name: scout # short\n" in added
    assert "{attn_temperature_tuning: true} # valid JSON\n" in added
    assert [one.name for one in after.serving.models] == ["apertus", "scout"]


def test_its_files_are_those_of_a_repository_that_had_it_from_the_first(tmp_path: Path) -> None:
    made = repository(tmp_path)
    onboard(_file(tmp_path, SCOUT), made, LOOSE)
    whole = repository(tmp_path / "whole", written=read(made).text)
    assert tree(made) == tree(whole)
    assert (made / "models/scout/desk/podman/serve.sh").stat().st_mode & 0o100


def test_nothing_is_written_in_a_dry_run(tmp_path: Path) -> None:
    made = repository(tmp_path)
    before = tree(made)
    result = onboard(_file(tmp_path, SCOUT), made, Options(dry_run=True))
    assert tree(made) == before
    assert not result.done
    assert "Nothing was written." in str(result)
    assert "would be onboarded" in str(result)


def test_the_first_model_goes_into_an_empty_list(tmp_path: Path) -> None:
    made = repository(tmp_path, {**data(), "models": []})
    onboard(_file(tmp_path, SCOUT), made, LOOSE)
    assert [one.name for one in read(made).serving.models] == ["scout"]


@pytest.mark.parametrize(
    "written",
    [
        "{name: scout, source: {repository: a/b, revision: '%s', licence: MIT},"
        " engine: {version: 0.11.0}, accelerators: 1, context: 4096, sites: [desk]}\n" % ("0" * 40),
        SCOUT.replace("\n", "\r\n"),
        "\ufeff" + SCOUT,
    ],
    ids=["braces", "line ends", "byte order mark"],
)
def test_however_it_is_written_it_says_the_same_there(written: str, tmp_path: Path) -> None:
    made = repository(tmp_path)
    file = tmp_path / "model.yaml"
    file.write_bytes(written.encode())
    onboard(file, made, LOOSE)
    assert read(made).serving.models[1].name == "scout"


def _wrong(**changes: Any) -> str:
    return text(model(**{"name": "scout", **changes}))


@pytest.mark.parametrize(
    ("written", "line", "said"),
    [
        (_wrong(sites=["dest"]), "sites:", "sites[0]: there is no site dest; did you mean desk?"),
        (_wrong(engine={"version": "0.12.0"}), "version:", "engine.version: no image of vllm"),
        (_wrong(options={"disable-log-request": True}), "disable-log", "options.disable-log"),
        (_wrong(accelerators=0), "accelerators:", "accelerators: should be greater"),
        (_wrong(name="a b"), "name:", "name: has to be lower-case letters"),
        (_wrong(source={"repository": "a/b", "revision": "0" * 40}), "source:", '"licence"'),
        (_wrong(environment={"HF_TOKEN": "x"}), "HF_TOKEN", "environment.HF_TOKEN"),
    ],
)
def test_what_is_wrong_is_told_at_its_line_of_the_model_s_own_file(
    written: str, line: str, said: str, tmp_path: Path
) -> None:
    made = repository(tmp_path)
    before = tree(made)
    file = _file(tmp_path, written)
    with pytest.raises(InvalidFileError) as found:
        onboard(file, made, LOOSE)
    lines = written.split("\n")
    place, _, _ = found.value.messages[0].partition(": ")
    name, _, number = place.rpartition(":")
    assert name == str(file)
    assert line in lines[int(number) - 1] or line in lines[int(number) - 2]
    assert said in found.value.messages[0]
    assert tree(made) == before


def test_a_model_that_is_there_already_is_refused_with_what_to_do(tmp_path: Path) -> None:
    made = repository(tmp_path)
    with pytest.raises(RefusedError, match="serves a model apertus already") as found:
        onboard(_file(tmp_path, text(model())), made, LOOSE)
    assert f"tutela model retire apertus {made}" in found.value.__notes__


def test_a_list_in_brackets_is_left_to_a_person(tmp_path: Path) -> None:
    said = data()
    (one,) = said.pop("models")
    written = text(said) + f"models: [{one!r}]\n".replace("True", "true")
    made = repository(tmp_path, written=written)
    with pytest.raises(RefusedError, match="brackets"):
        onboard(_file(tmp_path, SCOUT), made, LOOSE)


def test_a_model_has_to_agree_with_its_own_config(tmp_path: Path) -> None:
    made = repository(tmp_path)
    before = tree(made)
    own = tmp_path / "config.json"
    own.write_text('{"text_config": {"num_attention_heads": 40, "num_key_value_heads": 8}}')
    source = _file(tmp_path, SCOUT + "shape:\n  kv_heads: 8\n  heads: 128\n")
    with pytest.raises(InvalidFileError) as caught:
        onboard(source, made, LOOSE, own)
    line = len(SCOUT.splitlines()) + 3
    assert str(caught.value) == (
        f"{source}:{line}: shape.heads: 128 is not what config.json says: 40"
    )
    assert tree(made) == before
    source.write_text(source.read_text().replace("128", "40"))
    assert onboard(source, made, LOOSE, own).done
