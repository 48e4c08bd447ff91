"""tutela init: a workspace whose configuration explains itself and can be used as it is."""

import re
from pathlib import Path

import pytest

from blueprints.yamlfile import load
from governance.errors import GovernanceError
from governance.policy.packs import names
from governance.policy.parse import parse_file
from governance.workspace.config import Config, config_of
from governance.workspace.evidence import KINDS
from governance.workspace.init import init, template
from governance.workspace.workspace import Workspace


def uncommented(text: str) -> str:
    """The template with its examples switched on: what follows a bare # in each paragraph."""
    lines = []
    for paragraph in text.split("\n\n"):
        _, _, example = paragraph.partition("\n#\n")
        lines += [line.removeprefix("# ") for line in example.splitlines()]
    return "\n".join(lines)


def test_the_new_configuration_says_nothing_yet_and_parses(tmp_path: Path) -> None:
    made = init(None, tmp_path, None)
    assert Workspace.find(tmp_path, tmp_path).config == Config()
    assert made.as_json()["workspace"] == str(tmp_path / ".tutela")
    assert "tutela catalog scan s3://BUCKET" in str(made)


def test_every_example_in_it_is_right_and_every_key_is_explained() -> None:
    config = config_of(load(uncommented(template()), "template.yaml"))
    assert config.stores["site"].buckets == ["alpha", "beta"]
    assert config.projects["alpha"].quota == 100 * 10**12
    assert config.policies == ["policy.yaml"]
    keys = set(re.findall(r"^# +(\w+):", template(), re.MULTILINE))
    for model in (Config, *(type(config.stores["site"]), type(config.projects["alpha"]))):
        assert set(model.model_fields) <= keys
    sources = set(re.findall(r"^# +-? *(\w+):", template(), re.MULTILINE))
    assert [kind for kind, _ in config.evidence.entries] == list(KINDS)
    for _, entry in config.evidence.entries:
        assert set(type(entry).model_fields) <= sources


def test_each_policy_pack_can_be_copied_and_is_used(tmp_path: Path) -> None:
    for pack in names():
        made = init(Path(pack), tmp_path, pack)
        workspace = Workspace.find(tmp_path / pack, tmp_path)
        assert workspace.policy_paths() == [workspace.folder / "policy.yaml"]
        assert parse_file(workspace.policy_paths()[0]).policy.rules
        assert f"copied from the pack {pack}" in str(made)
        assert f"tutela catalog scan -w {pack} " in str(made)


def test_an_unknown_pack_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(GovernanceError, match=r"no policy pack is called \.\./x; there are "):
        init(None, tmp_path, "../x")
    assert list(tmp_path.iterdir()) == []


def test_a_workspace_is_never_made_twice(tmp_path: Path) -> None:
    init(None, tmp_path, None)
    with pytest.raises(GovernanceError, match="there is a workspace in"):
        init(Path("."), tmp_path, names()[0])
    assert not (tmp_path / ".tutela" / "policy.yaml").exists()
