"""What docs/policy.md shows is a policy that holds."""

import re
from pathlib import Path

from governance.policy import test
from governance.policy.model import Grace, Keep, Match, Policy, Scope
from governance.policy.parse import parse

TEXT = (Path(__file__).parents[3] / "docs" / "policy.md").read_text(encoding="utf-8")


def test_the_policy_in_the_document_passes_its_examples() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    assert blocks
    for block in blocks:
        assert test.test(parse(block, "docs/policy.md")).exit_code == 0


def test_every_word_of_the_language_is_in_the_document() -> None:
    fields = [
        field.alias or name
        for model in (Policy, Scope, Grace, Match, Keep)
        for name, field in model.model_fields.items()
    ]
    assert [name for name in fields if name not in TEXT] == ["title"]
