"""Arguments of blocks against the table."""

import pytest

from blueprints.check.tofu.arguments import attributes, problems, table
from blueprints.check.tofu.reader import read

TEAM = """\
resource "github_team_repository" "a" {
  team_id    = github_team.a.id
  repository = github_repository.a.name
  permission = "push"
}
"""


def told(text: str, name: str) -> list[str]:
    (block,) = read(text).blocks
    return [f"{line}: {words}" for line, words in problems(block, "resources", name)]


def test_what_fits_is_not_told() -> None:
    assert told(TEAM, "github_team_repository") == []
    assert told(TEAM.replace('"push"', "each.value"), "github_team_repository") == []


def test_missing_unknown_and_wrong_arguments_are_told() -> None:
    name = "github_team_repository"
    assert told(TEAM.replace("permission", "permision"), name) == [
        "1: permission is missing",
        "4: permision is no argument (did you mean permission?)",
    ]
    assert told(TEAM.replace('"push"', "null"), name) == ["1: permission is missing"]
    (words,) = told(TEAM.replace('"push"', '"admin"'), name)
    assert words.startswith("4: permission is")


def test_a_reference_has_to_lead_to_what_is_meant() -> None:
    text = TEAM.replace("github_repository.a.name", "github_team.a.name")
    words = "3: repository does not refer to any github_repository"
    assert told(text, "github_team_repository") == [words]


SECRET = """\
resource "kubernetes_secret_v1" "a" {
  type = "Opaque"
  data = { a = var.a, b = "c" }
  metadata {
    name   = "a"
    labels = { a = "b" }
  }
  lifecycle {
    ignore_changes = [data]
  }
}
"""


def test_blocks_within_are_gone_into() -> None:
    name = "kubernetes_secret_v1"
    assert told(SECRET, name) == []
    (words,) = told(SECRET.replace("labels =", "label  ="), name)
    assert words == "6: metadata: label is no argument (did you mean labels?)"
    (words,) = told(SECRET.replace('{ a = "b" }', '"b"'), name)
    assert words.startswith("6: metadata: labels is")


def test_a_block_that_is_unknown_or_missing_is_told() -> None:
    assert told(SECRET.replace("metadata", "metdata"), "kubernetes_secret_v1") == [
        "1: block metadata is missing",
        "4: metdata is no block (did you mean metadata?)",
    ]


def test_a_dynamic_block_is_what_it_makes() -> None:
    text = """\
resource "maas_instance" "a" {
  dynamic "network_interfaces" {
    for_each = var.a
    content {
      ip_adress = "192.0.2.1"
    }
  }
}
"""
    assert told(text, "maas_instance") == [
        "4: network_interfaces: name is missing",
        "5: network_interfaces: ip_adress is no argument (did you mean ip_address?)",
    ]


@pytest.mark.parametrize(("value", "right"), [("28", True), ('"28"', True), ('"many"', False)])
def test_opentofu_turns_text_into_numbers(value: str, right: bool) -> None:
    inner = f"  allocate_params {{\n    min_memory = {value}\n  }}\n"
    text = f'resource "maas_instance" "a" {{\n{inner}}}\n'
    assert (told(text, "maas_instance") == []) is right


def test_what_others_may_ask_of_a_resource() -> None:
    assert {"cluster_v1_id", "name", "rke_config"} <= attributes("resources", "rancher2_cluster_v2")
    assert "clone_url" not in attributes("resources", "rancher2_cluster_v2")
    assert {"clone_url", "name"} <= attributes("resources", "gitea_repository")


def test_every_entry_of_the_table_can_be_compiled() -> None:
    for group in ("top", "backends", "providers", "data", "resources", "blocks"):
        for name, fields in table(group).items():
            text = "x {\n" + "".join(f"  {field.rstrip('!+')} = [{{}}]\n" for field in fields) + "}"
            assert isinstance(list(problems(read(text).blocks[0], group, name)), list)
