from typing import Any

import pytest
from pydantic import ValidationError

from blueprints.supply.spec import Supply
from tests.blueprints.supply.cases import SAID, tool


def test_tools_are_named_by_digest() -> None:
    assert [one.tool for one in Supply.model_validate(SAID).tools] == ["git", "aws"]


@pytest.mark.parametrize(
    "changes",
    [
        {"tools": []},
        {"tools": [{**tool("git"), "digest": "latest"}]},
        {"tools": [{**tool("git"), "path": "https://registry.example.org/git"}]},
        {"tools": [{**tool("git"), "upstream": "docker.io/alpine/git"}]},
        {"tools": [tool("curl")]},
        {"writer": "AKIA EXAMPLE"},
        {"secret": "x"},
    ],
)
def test_what_is_no_image_and_no_key_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Supply.model_validate({**SAID, **changes})
