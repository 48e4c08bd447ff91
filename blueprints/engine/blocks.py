"""Generated text of several lines in files that cookiecutter wrote.

A template says where with a line of its own, ``<!-- tutela: NAME -->``, which Markdown does not
show. The text goes in after Jinja is done: whatever stands in it is never taken for a template.
"""

import re
from collections.abc import Mapping

_PLACE = re.compile(rb"^<!-- tutela: ([a-z][a-z-]*) -->$", re.MULTILINE)


def put_in(content: bytes, blocks: Mapping[str, str]) -> bytes:
    """The same with each block in its place; a place without a block stays, and is not seen.

    A block that has no place is left out: an overlay's README need not have any.
    """
    if not blocks:
        return content

    def block(found: re.Match[bytes]) -> bytes:
        text = blocks.get(found[1].decode())
        return found[0] if text is None else text.rstrip("\n").encode()

    return _PLACE.sub(block, content)
