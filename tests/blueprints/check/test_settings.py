import datetime as dt
from pathlib import Path

import pytest

from blueprints.check.finding import Level
from blueprints.check.registry import ids
from blueprints.check.settings import FILE, OFF, External, Settings, load_settings
from blueprints.check.tools.tool import names
from blueprints.yamlfile import InvalidFileError
from tests.blueprints.check.places import repository, write


def settings(folder: Path, text: str, given: str | None = None) -> Settings:
    repo = repository(folder / "repo", {FILE: text} if text else {"a": ""})
    file = None
    if given is not None:
        file = write(folder, {"given.yaml": given}) / "given.yaml"
    return load_settings(repo, file)


def test_what_ships_says_everything(tmp_path: Path) -> None:
    said = settings(tmp_path, "")
    assert said.fail_on is Level.WARNING
    assert said.kubernetes
    assert all(version.startswith("1.") for version in said.kubernetes)
    assert "Apache-2.0" in said.licences
    assert said.registries
    assert said.suppress == ()
    assert set(said.levels) <= {*ids(), *names()}


def test_a_repository_says_otherwise_key_by_key(tmp_path: Path) -> None:
    said = settings(
        tmp_path,
        "version: 1\nkubernetes: ['1.30']\nfail_on: error\nlevels: {secret: off, lock-in: error}\n"
        "repositories: {'https://git.example.org/a.git': projects/a}\n"
        "external: {secrets: [ns/*], storage_classes: [fast]}\n",
    )
    assert said.kubernetes == ("1.30",)
    assert said.fail_on is Level.ERROR
    assert said.levels == {"secret": OFF, "lock-in": Level.ERROR}
    assert said.off == {"secret": FILE}
    assert said.repositories == {"https://git.example.org/a.git": "projects/a"}
    assert said.registries
    assert said.is_external("secrets", "ns/any")
    assert said.is_external("storage_classes", "fast")
    assert not said.is_external("secrets", "other/any")


def test_a_given_file_cannot_be_overruled_by_the_repository(tmp_path: Path) -> None:
    said = settings(
        tmp_path,
        "version: 1\nlevels: {secret: off, lock-in: off}\nregistries: [evil.example]\n"
        "suppress: [{rule: secret, reason: it is fine, until: 2999-01-01}]\n",
        "version: 1\nlevels: {secret: error}\nregistries: [good.example]\nsuppress: []\n",
    )
    assert said.levels == {"secret": Level.ERROR, "lock-in": OFF}
    assert said.off == {"lock-in": FILE}
    assert said.registries == ("good.example",)
    assert said.suppress == ()


def test_suppressions_know_their_lines(tmp_path: Path) -> None:
    said = settings(
        tmp_path,
        "version: 1\nsuppress:\n  - {rule: a, reason: one two, until: 2027-01-31}\n"
        "  - rule: b\n    file: x/*\n    line: 3\n    reason: one two\n    until: '2027-02-01'\n",
    )
    assert said.suppress_lines == (3, 4)
    assert said.suppress_file == FILE
    assert said.suppress[1].until == dt.date(2027, 2, 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("kubernetes: ['1.30']", "needs the key"),
        ("version: 2", "version"),
        ("version: 1\nlevel: {}", 'unknown key "level"; did you mean "levels"'),
        ("version: 1\nlevels: {secret: fatal}", "is not one of off, note, warning, error"),
        ("version: 1\nfail_on: off", "is not one of note, warning, error"),
        ("version: 1\nkubernetes: [1.30]", "kubernetes"),
        ("version: 1\nkubernetes: [latest]", "kubernetes"),
        ("version: 1\nsuppress: [{rule: a, reason: fine, until: 2027-01-01}]", "is no reason"),
        ("version: 1\nsuppress: [{rule: a, reason: it is fine}]", 'needs the key "until"'),
        ("version: 1\nsuppress: [{rule: a, reason: it is, until: never}]", "is no date"),
        ("version: 1\nexternal: {secret: [a]}", 'did you mean "secrets"'),
        ("version: 1\nlevels: &a {}\nexternal: *a", "not allowed"),
        ("- version", "has to be a mapping"),
        ("version: 1\nversion: 1", "stands here again"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InvalidFileError) as caught:
        settings(tmp_path, text + "\n")
    assert str(caught.value).startswith(f"{FILE}:")
    assert words in " ".join(caught.value.messages)


def test_every_kind_of_what_lies_outside_is_a_list() -> None:
    assert all(getattr(External(), kind) == () for kind in External.model_fields)
