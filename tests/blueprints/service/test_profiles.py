from pathlib import Path
from typing import Any

import pytest

from blueprints import service
from blueprints.service.profiles import names, profile, under
from blueprints.service.site import Site

SAID: dict[str, Any] = {
    "name": "here",
    "registry": "registry.example.org",
    "store": {
        "endpoint": "https://s3.example.org",
        "bucket": "models",
        "checksum": "when_required",
    },
    "folders": {"models": "/srv/models", "cache": "/srv/cache", "images": "/srv/images"},
    "kubernetes": {"namespace": "inference", "storage_class": "shared"},
}
FACTS = {
    "alps": ("cuda", "arm64", 4, "96G"),
    "hops": ("cuda", "amd64", 4, "80Gi"),
    "eldorado": ("rocm", "amd64", 4, "120Gi"),
    "goodall": ("cuda", "amd64", 2, "94Gi"),
    "commercial": ("cuda", "amd64", 8, "80Gi"),
    "workstation": ("cuda", "amd64", 1, "24G"),
}


def test_every_profile_that_ships_is_listed() -> None:
    folder = Path(str(service.__path__[0])) / "profiles"
    assert names() == tuple(sorted(file.stem for file in folder.glob("*.yaml")))
    assert set(names()) == set(FACTS)


@pytest.mark.parametrize("name", names())
def test_with_a_profile_a_site_says_only_what_is_its_own(name: str) -> None:
    site = Site.model_validate({**SAID, "profile": name})
    found = site.accelerators
    assert (found.type, site.node.architecture, found.count, found.memory) == FACTS[name]


@pytest.mark.parametrize(("name", "scheduler"), [("hops", "slurm"), ("eldorado", "flux")])
def test_a_centre_starts_services_with_its_scheduler(name: str, scheduler: str) -> None:
    site = Site.model_validate({**SAID, "profile": name})
    assert site.scheduler.type == scheduler
    assert scheduler in site.runtimes


def test_only_alps_has_published_variables_for_cxi() -> None:
    sets = {name: profile(name).get("network", {}).get("sets", {}) for name in names()}
    with_cxi = [name for name, known in sets.items() if "cxi" in known]
    assert with_cxi == ["alps"]


def test_a_name_that_is_none_is_not_looked_for() -> None:
    with pytest.raises(KeyError):
        profile("../model")


def test_what_is_said_is_over_the_profile_key_by_key() -> None:
    assert under({"a": {"b": 1, "c": 2}, "d": [1]}, {"a": {"b": 3}, "d": [2]}) == {
        "a": {"b": 3, "c": 2},
        "d": [2],
    }


def test_a_node_selector_is_taken_as_a_whole() -> None:
    said = {"selector": {"pool": "gpu"}}
    assert under({"selector": {"hpc": "true"}}, said) == said


def test_merging_changes_no_profile() -> None:
    before = repr(profile("alps"))
    Site.model_validate({**SAID, "profile": "alps", "network": {"interface": "hsn1"}})
    assert repr(profile("alps")) == before
