"""One switch between Alps and a commercial Kubernetes."""

from __future__ import annotations

import re
from typing import Any

import pytest

from blueprints import yamlfile
from blueprints.kinds.sandbox import BLUEPRINT, profiles
from blueprints.kinds.sandbox.spec import Specification
from tests.blueprints.kinds.sandbox.specifications import GITHUB, project, rendered, site, typed
from tests.blueprints.kinds.sandbox.test_rules import COMMERCIAL


def test_alps_places_gpus_on_tainted_hpc_nodes() -> None:
    placement = profiles.gpu_placement(typed().site)
    assert placement.selector == {"hpc": "true"}
    assert placement.tolerations == (
        {"key": "hpc", "operator": "Equal", "value": "true", "effect": "NoSchedule"},
    )


def test_elsewhere_gpus_are_where_the_site_says() -> None:
    assert profiles.gpu_placement(typed(**COMMERCIAL).site).selector == {}
    gpu = {"selector": {"pool": "gpu"}, "taint": "pool", "taint_value": "gpu"}
    placement = profiles.gpu_placement(typed(**COMMERCIAL, gpu=gpu).site)
    assert placement.selector == {"pool": "gpu"}
    assert placement.tolerations[0]["value"] == "gpu"


def test_one_switch_takes_everything_of_alps_out_of_the_example() -> None:
    text = (BLUEPRINT.folder / "examples/sandbox.yaml").read_text()
    said = text.replace("profile: alps", "profile: commercial")
    made = rendered(yamlfile.parse(Specification, said, "s.yaml"))
    words = re.compile(r"\bhpc\b|\bcxi\b|hsn|harvester|cattle\.io|cilium\.io/|alps", re.IGNORECASE)
    found = {path: words.findall(text) for path, text in made.items() if words.search(text)}
    assert found == {}


@pytest.mark.parametrize(
    ("changes", "claim", "subject"),
    [
        ({}, "climate-admins", "oidc:climate-admins"),
        (GITHUB, "example-sandboxes:climate-admins", "oidc:example-sandboxes:climate-admins"),
    ],
)
def test_a_group_is_called_as_the_token_carries_it(
    changes: dict[str, Any], claim: str, subject: str
) -> None:
    spec = typed(project(), **changes)
    assert profiles.claim(spec.site, spec.projects[0].groups.admins) == claim
    assert profiles.subject(spec.site, spec.projects[0].groups.admins) == subject


def test_the_api_server_may_have_no_prefix_for_groups() -> None:
    identity = {**site()["identity"], "groups_prefix": ""}
    spec = typed(project(), identity=identity)
    assert profiles.subject(spec.site, "climate-admins") == "climate-admins"


def test_addresses_of_a_project() -> None:
    spec = typed(project())
    one = spec.projects[0]
    assert profiles.repository(spec.site, one) == "https://git.example.org/sandboxes/climate.git"
    assert profiles.host(spec.site, one, "chat") == "chat.climate.sandboxes.example.org"
    assert profiles.door_client(one, "chat") == "climate-chat"
