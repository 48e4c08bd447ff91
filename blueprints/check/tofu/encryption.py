"""OpenTofu's `encryption` block: what it takes, and whether it leads from state to a key.

Terraform knows none, and a Terraform that validates a module says nothing of it.
"""

import re
from collections.abc import Iterator

from blueprints.check.tofu.arguments import problems, table
from blueprints.check.tofu.reader import Block
from blueprints.display import visible

_LABELLED = ("key_provider", "method")
_PLAIN = "unencrypted"
_REFERENCE = re.compile(r"\b(key_provider|method)\.(\w+)\.(\w+)")


def wrong(encryption: Block) -> Iterator[tuple[int, str]]:
    """Yield line and words for everything that is not as it should be."""
    declared = {(one.type, *one.labels) for one in encryption.blocks if one.type in _LABELLED}
    for one in encryption.blocks:
        name = f"{one.type} {one.labels[0]}" if one.labels else one.type
        if name in table("encryption"):
            yield from (
                (line, f"{name}: {words}") for line, words in problems(one, "encryption", name)
            )
        elif one.type in _LABELLED and one.labels[:1] == (_PLAIN,):
            yield one.line, f"{name} encrypts nothing"
        elif one.type not in (*_LABELLED, "remote_state_data_sources"):
            yield one.line, f"{visible(one.type)} is no block of encryption"
        for attribute in one.all():
            for reference in _REFERENCE.findall(attribute.text):
                if reference not in declared:
                    yield attribute.line, f"{'.'.join(reference)} is not declared"
    for what in ("state", "plan"):
        if not any(one.type == what for one in encryption.blocks):
            yield encryption.line, f"the {what} is not encrypted"
