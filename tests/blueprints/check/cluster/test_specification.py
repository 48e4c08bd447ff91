"""The specification in a rendered repository."""

from pathlib import Path

from blueprints.check.cluster.specification import specification
from tests.blueprints.check.places import repository

SPEC = """\
blueprint: sandbox
version: 1
site:
  domain: sandboxes.example.org
  git: {url: https://git.example.org, organisation: teams}
  identity: {connector: github}
  storage: {filesystem: files, block: blocks, object: {cidrs: [192.0.2.0/28]}}
projects:
  - name: web
    title: The web
    groups: {admins: a, members: m, viewers: v}
    network: {egress: [{name: hub, fqdn: hub.example.org, why: models}]}
"""


def test_facts_are_read(tmp_path: Path) -> None:
    said = specification(repository(tmp_path, {"spec.yaml": SPEC}))
    assert said is not None
    assert said.repository("web") == "https://git.example.org/teams/web.git"
    assert said.groups("web") == {"admin": "teams:a", "member": "teams:m", "viewer": "teams:v"}
    assert said.storage_classes == {"files", "blocks", ""}
    assert said.networks == {"192.0.2.0/28"}
    assert "hub.example.org" in said.hosts
    assert {fact for _, fact in said.facts("web")} == {"The web", "hub.example.org", "models"}
    assert (said.branch, said.prefix, said.gpu_resource) == ("main", "oidc:", "nvidia.com/gpu")


def test_another_file_of_that_name_is_none(tmp_path: Path) -> None:
    for number, text in enumerate(("a: b\n", "- 1\n", "", "blueprint: cluster\n")):
        repo = repository(tmp_path / str(number), {"spec.yaml": text})
        assert specification(repo) is None
        assert specification(repo) is None
    assert specification(repository(tmp_path / "none", {"a.yaml": SPEC})) is None
