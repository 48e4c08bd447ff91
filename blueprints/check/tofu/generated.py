"""OpenTofu code that Terragrunt writes beside a module when it runs: `generate` blocks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from blueprints.check.repository import Repository
from blueprints.check.tofu.reader import Block, read

_HEREDOC = re.compile(r"<<-?[A-Za-z_]\w*[ \t]*\r?\n")


@dataclass(frozen=True)
class Generated:
    """One `generate` block."""

    file: str
    block: Block
    code: Block
    """What is written, its lines counted in `file`; what is interpolated is an expression."""


def generated(repo: Repository) -> Iterator[Generated]:
    """Yield the `generate` blocks of every `.hcl` file whose contents are OpenTofu's."""
    for path in repo.files:
        if path.endswith(".hcl") and "generate" in (text := repo.text(path)):
            for block in read(text).of("generate"):
                contents = block.attributes.get("contents")
                heredoc = contents and _HEREDOC.match(contents.text.lstrip())
                if contents is None or not heredoc:
                    continue
                inside = contents.text.lstrip()[heredoc.end() :].rpartition("\n")[0]
                lines = "\n" * contents.line
                code = read(lines + inside)
                yield Generated(path, block, code)
