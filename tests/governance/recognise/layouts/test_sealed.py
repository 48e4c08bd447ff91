import re

import pytest

from governance.recognise.folder import Folder
from governance.recognise.layouts import sealed


@pytest.mark.parametrize(
    ("name", "seen"),
    [("a.age", True), ("a.age.dsse.json", True), (".age", False), ("a.dsse.json", False)],
)
def test_it_looks_for_sealed_files_and_their_manifests(name: str, seen: bool) -> None:
    assert bool(re.fullmatch(sealed.FILES, name)) is seen


def test_a_body_has_a_random_name() -> None:
    assert re.fullmatch(sealed.BODIES, "abcdefghijklmnopqrstuvwxy2")
    assert not re.fullmatch(sealed.BODIES, "abcdefghijklmnopqrstuvwxyz2")


def test_a_name_alone_says_nothing() -> None:
    folder = Folder("m/", None)
    folder.files["model.safetensors.age"] = 100
    assert sealed.match(folder) == ()
