"""The structure of HCL files, with lines."""

from hypothesis import given
from hypothesis import strategies as st

from blueprints.check.tofu.reader import Expression, literal, read, references

TEXT = """\
# One project.
terraform {
  required_providers {
    github = { source = "integrations/github", version = "~> 6.0" }
  }
}

variable "members" {
  type    = map(object({ role = string }))
  default = {} # nobody
}

resource "github_team" "this" {
  for_each = { for k, v in var.members : k => v if v.role != "x" }
  name     = "a-${each.key}-$${b}-${local.names["x"]}"
  parent   = github_team.top["a"].id
  note     = <<-EOT
    a: ${var.note}
  EOT
  lifecycle {
    prevent_destroy = true
  }
}
"""


def test_blocks_attributes_and_their_lines() -> None:
    top = read(TEXT)
    assert [(one.type, one.labels, one.line) for one in top.blocks] == [
        ("terraform", (), 2),
        ("variable", ("members",), 8),
        ("resource", ("github_team", "this"), 13),
    ]
    team = top.blocks[2]
    assert {name: one.line for name, one in team.attributes.items()} == {
        "for_each": 14,
        "name": 15,
        "parent": 16,
        "note": 17,
    }
    assert team.blocks[0].value("prevent_destroy") is True
    providers = top.blocks[0].blocks[0]
    assert providers.value("github") == {"source": "integrations/github", "version": "~> 6.0"}
    assert top.blocks[1].value("default") == {}


def test_what_expressions_refer_to() -> None:
    team = read(TEXT).blocks[2]
    assert team.attributes["for_each"].references == (("var", "members"),)
    assert team.attributes["name"].references == (("each", "key"), ("local", "names"))
    assert team.attributes["parent"].references == (("github_team", "top", "id"),)
    assert team.attributes["note"].references == (("var", "note"),)
    assert list(references('[for one in var.list : one.name_of.it, "x.y"]')) == [("var", "list")]
    assert list(references("module.sandbox[each.key].url")) == [
        ("module", "sandbox", "url"),
        ("each", "key"),
    ] or ("module", "sandbox", "url") in list(references("module.sandbox[each.key].url"))


def test_plain_values_and_what_has_to_be_evaluated() -> None:
    assert literal('[1, "a", true, null, -2.5]') == [1, "a", True, None, -2.5]
    assert literal('{\n  a = "b"\n  "c/d" = [1]\n}') == {"a": "b", "c/d": [1]}
    assert literal("[var.x, 2]") == [Expression("var.x"), 2]
    assert literal('"a${b}"') == Expression('"a${b}"')
    assert literal(r'"say \"x\" $${y}"') == 'say "x" ${y}'


@given(st.text(st.sampled_from('ab_ ="{}[]$%\n#/\\<-EOT.,'), max_size=60))
def test_no_text_makes_it_fail(text: str) -> None:
    for attribute in read(text).all():
        assert attribute.value is not ...
        assert isinstance(attribute.references, tuple)


@given(st.text(st.sampled_from('ab_ ="{}[]$%\n#/\\<-EOT.,'), max_size=60))
def test_a_file_that_goes_on_for_ever_is_read_to_its_end(text: str) -> None:
    assert read('a "b" {\n' * 100 + text).blocks[0].labels == ("b",)
