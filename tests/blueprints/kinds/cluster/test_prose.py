from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from blueprints.engine import render
from blueprints.engine.blocks import put_in
from blueprints.engine.blueprint import Owner, Prose
from blueprints.engine.spec import load
from blueprints.kinds.cluster import BLUEPRINT
from blueprints.kinds.cluster.prose import prose
from blueprints.render import load as template
from tests.blueprints.kinds.cluster.specifications import GONE, typed

HOSTILE = "```\n<script>\n| a | {{ 7 * 7 }} <!-- tutela: drawing --> ${HOME}\u00e9"
VIRTUAL = {
    "clusters/2": GONE,
    "clusters/1": GONE,
    **{f"site/{name}": GONE for name in ("maas", "alps", "automation", "ceph")},
    "clusters/0/components": ["external-secrets"],
}
CHOICES: dict[str, dict[str, Any]] = {
    "everything": {},
    "virtual": VIRTUAL,
    "gitlab": {"site/git/type": "gitlab", "site/ci": "gitlab"},
    "no HPC": {"clusters/1": GONE},
    "snapshots": {
        "site/snapshots": {
            "bucket": "etcd",
            "endpoint": "https://s3.example.org",
            "credential": "s3",
        }
    },
}


def readme(changes: dict[str, Any], place: Path) -> str:
    """Without the rest of the repository, which takes longer."""
    (one,) = prose(typed(changes))
    made = template(BLUEPRINT.folder / "templates" / one.template).render(one.context, place)
    return put_in(made["README.md"], one.blocks).decode()


@pytest.fixture(params=sorted(CHOICES))
def text(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return readme(CHOICES[request.param], tmp_path)


def test_a_readme_has_no_line_that_nobody_can_read(text: str) -> None:
    for word in ("{{", "{%", "<!--", "\n\n\n"):
        assert word not in text
    assert not re.search(r"\bNone\b(?! of)", text)
    plain = [one for one in text.splitlines() if not one.startswith(("|", "    ", "  subgraph"))]
    assert max(map(len, plain)) < 150
    assert text.endswith("\n")


def test_tables_are_whole(text: str) -> None:
    rows = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert len(rows) == 2
    for table in rows:
        lines = table.splitlines()
        assert {line.count(" | ") for line in lines} == {2}
        assert lines[1] == "| --- | --- | --- |"


def test_steps_are_numbered_one_by_one(text: str) -> None:
    section = text.partition("## Bring it up")[2].partition("## ")[0]
    numbers = [int(one) for one in re.findall(r"^(\d+)\. ", section, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))


def files_named(text: str) -> Iterator[str]:
    for word in re.findall(r"`?((?:tofu|argocd|ansible|openings)/[\w./-]*[\w/])", text):
        yield word.rstrip("/")


def test_every_file_and_command_that_is_named_is_there(tmp_path: Path) -> None:
    example = load(Path(BLUEPRINT.folder) / "examples" / "cluster.yaml").model
    every = {one.path: one for one in render.render(BLUEPRINT, example)}
    text = every["README.md"].content.decode()
    folders = {path.rpartition("/")[0] for path in every}
    folders |= {one.rpartition("/")[0] for one in folders}
    assert [one for one in files_named(text) if one not in every and one not in folders] == []
    inventory = re.search(r"inventory=(\S+)", text)
    assert inventory
    assert inventory[1] in every
    assert every["README.md"].owner is Owner.SHARED


def test_only_what_the_site_has_is_spoken_of(tmp_path: Path) -> None:
    virtual = readme(VIRTUAL, tmp_path)
    for word in ("Ansible", "ansible", "Alps", "MAAS", "bare metal", "Ceph"):
        assert word not in virtual
    everything = readme({}, tmp_path)
    for word in ("rejoin.yaml", "move.yaml", "MAAS_API_KEY", "Alps", "RANCHER_TOKEN=..."):
        assert word in everything
    assert "rejoin.yaml" not in readme({"clusters/1": GONE}, tmp_path)


def test_a_title_breaks_neither_the_page_nor_the_picture(tmp_path: Path) -> None:
    plain = readme({}, tmp_path)
    hostile = readme({f"clusters/{number}/title": HOSTILE for number in range(3)}, tmp_path)
    assert hostile == plain


def test_a_promotion_changes_no_word_of_it(tmp_path: Path) -> None:
    newer = {
        f"environments/{one}/versions/kubernetes": "v1.34.1+rke2r1" for one in ("tds", "production")
    }
    assert readme(newer, tmp_path) == readme({}, tmp_path)


def test_every_value_of_the_template_is_given() -> None:
    (one,) = prose(typed())
    assert isinstance(one, Prose)
    known = template(BLUEPRINT.folder / "templates" / one.template).defaults
    assert {*one.context, "folder"} == set(known)
