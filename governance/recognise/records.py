"""Records of `tutela.track` and of mirrors: each belongs to the artifact that it describes.

`tutela.record.json` and `tutela.mirror.json` describe the folder that they lie in,
`<name>.tutela.json` the file or folder `<name>` beside it. Layouts
never see them, so that no count or rule about a folder changes.
"""

import re

IN_FOLDER = frozenset(["tutela.record.json", "tutela.mirror.json"])
BESIDE = ".tutela.json"

FILES = r"tutela\.record\.json|tutela\.mirror\.json|.+\.tutela\.json"

_ENDING = re.compile(r"\.[A-Za-z0-9]{1,12}$")


def is_record(shape: str) -> bool:
    """Do files with this shape (see `cells.split`) hold records?"""
    return shape in IN_FOLDER or (shape.endswith(BESIDE) and shape != BESIDE)


def described(name: str) -> str | None:
    """Return the name beside which a record lies; None for the record of its folder."""
    return None if name in IN_FOLDER else name.removesuffix(BESIDE)


def unseen_shape(name: str) -> str:
    """Return the shape of a name that no layout asked to see."""
    hit = _ENDING.search(name)
    return "*" + (hit[0] if hit else "")
