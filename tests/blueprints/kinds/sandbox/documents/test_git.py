"""Teams that follow groups, and how a Git server is told."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.blueprints.kinds.sandbox.documents.test_tofu import GITEA_GITHUB
from tests.blueprints.kinds.sandbox.specifications import GITHUB, project, rendered, typed


@pytest.mark.parametrize(
    ("changes", "prefix"),
    [({}, ""), (GITEA_GITHUB, "example-sandboxes:")],
    ids=["keycloak", "github"],
)
def test_each_group_is_the_team_of_its_name(changes: dict[str, Any], prefix: str) -> None:
    made = rendered(typed(project(), **changes))
    assert json.loads(made["git/group-team-map.json"]) == {
        f"{prefix}climate-{role}": {"sandboxes": [f"climate-{role}"]}
        for role in ("admins", "members", "viewers")
    }


def test_github_needs_nobody_to_be_told() -> None:
    assert not [path for path in rendered(typed(project(), **GITHUB)) if path.startswith("git/")]


def test_the_server_is_told_the_map_and_to_take_people_out(tmp_path: Path) -> None:
    for path, text in rendered(typed(project())).items():
        if path.startswith("git/"):
            (tmp_path / Path(path).name).write_text(text)
    server = tmp_path / "forgejo"
    server.write_text(
        "#!/bin/sh\n"
        'if [ "$3" = list ]; then printf "ID\\tName\\n7\\tdex\\tOAuth2\\ttrue\\n"; else\n'
        f'for word in "$@"; do printf "%s\\0" "$word"; done >{tmp_path}/asked; fi\n'
    )
    server.chmod(0o755)
    subprocess.run(
        ["sh", str(tmp_path / "follow-groups.sh")],
        env={"PATH": os.environ["PATH"], "GIT_SERVER": str(server)},
        check=True,
    )
    words = (tmp_path / "asked").read_text().split("\0")[:-1]
    assert words[:5] == ["admin", "auth", "update-oauth", "--id", "7"]
    assert "--group-team-map-removal" in words
    said = json.loads(words[words.index("--group-team-map") + 1])
    assert said["climate-admins"] == {"sandboxes": ["climate-admins"]}
