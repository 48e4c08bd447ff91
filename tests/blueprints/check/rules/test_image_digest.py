"""Images without a digest."""

from pathlib import Path

from blueprints.check.finding import Level
from blueprints.check.rules import image_digest
from tests.blueprints.check.rules.asking import said, told

HEX = "7d1a54127b222502f5b79b5fb0803061152a44f92b37e23c6527baf665d4da9a"


def pod(*images: str) -> dict[str, str | bytes]:
    listed = "".join(f"    - {{name: c{n}, image: {one}}}\n" for n, one in enumerate(images))
    head = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n"
    return {"a.yaml": head + listed}


def test_a_tag_alone_and_what_is_no_digest_are_told(tmp_path: Path) -> None:
    files = pod("a.b/c:1", "a.b/c:1@sha256:12", f"a.b/d@sha256:{HEX}")
    assert told(image_digest, tmp_path, files) == [
        "a.yaml:6: Pod p: container c0: image a.b/c:1 has no digest",
        "a.yaml:7: Pod p: container c1: sha256:12 is no digest: sha256: and 64 hex digits",
    ]


def test_one_tag_has_one_digest(tmp_path: Path) -> None:
    files = pod(f"a.b/c:1@sha256:{HEX}", f"a.b/c:1@sha256:{HEX[::-1]}", f"a.b/c:2@sha256:{HEX}")
    assert told(image_digest, tmp_path, files) == [
        "a.yaml:7: Pod p: container c1: a.b/c:1 has another digest in a.yaml"
    ]


def test_digests_that_are_made_up_are_one_note(tmp_path: Path) -> None:
    zeros = "sha256:" + "0" * 63
    (one,) = said(image_digest, tmp_path, pod(f"a.b/c@{zeros}1", f"a.b/d@{zeros}2"))
    assert one.level == Level.NOTE  # type: ignore[union-attr]
    assert one.message.startswith("2 images have digests that are made up, such as a.b/c@")  # type: ignore[union-attr]
