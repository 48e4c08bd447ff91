"""Records that are believed, and those that are not."""

from dataclasses import replace
from typing import Any

import pytest

from tce.age.errors import AgeError
from tce.seal.errors import ManifestError
from tce.seal.headers import checked
from tests.tce.seal.headers.objects import Institution


def test_a_record_of_a_known_sender_is_believed() -> None:
    hospital = Institution()
    record = hospital.sealed("a")
    assert checked.manifest(record, hospital.senders).object == "a"
    assert checked.read(record).name == "a"


def test_nobody_is_believed_where_nobody_is_known() -> None:
    with pytest.raises(ValueError, match="somebody"):
        checked.manifest(Institution().sealed("a"), {})


def test_a_stranger_is_not_believed() -> None:
    with pytest.raises(ManifestError, match="signed by none"):
        checked.manifest(Institution().sealed("a"), Institution().senders)


@pytest.mark.parametrize("change", [{"name": "b"}, {"id": "z" * 26}, {"version": 2}])
def test_the_manifest_of_another_object_is_not(change: dict[str, Any]) -> None:
    hospital = Institution()
    record = replace(hospital.sealed("a"), **change)
    with pytest.raises(ManifestError, match=f"{next(iter(change))} .* in its record"):
        checked.manifest(record, hospital.senders)


def test_a_foreign_header_is_not() -> None:
    hospital = Institution()
    mine, other = hospital.sealed("a"), hospital.sealed("b")
    with pytest.raises(ManifestError, match="header of a"):
        checked.manifest(replace(mine, header=other.header), hospital.senders)


def test_a_header_that_is_none_is_told() -> None:
    with pytest.raises(AgeError, match="a: not an age file"):
        checked.read(replace(Institution().sealed("a"), header=b"something"))
