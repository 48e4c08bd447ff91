"""Arguments of blocks against the table."""

from blueprints.check.tofu.arguments import problems, table
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


def test_every_entry_of_the_table_can_be_compiled() -> None:
    for group in ("top", "backends", "providers", "data", "resources", "blocks"):
        for name, fields in table(group).items():
            text = "x {\n" + "".join(f"  {field.rstrip('!+')} = [{{}}]\n" for field in fields) + "}"
            assert isinstance(list(problems(read(text).blocks[0], group, name)), list)
