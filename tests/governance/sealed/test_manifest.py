import pytest
from pydantic import ValidationError

from governance.sealed.manifest import SCHEMA, Manifest

_PART = {"size": 16, "sha256": "0" * 64}
PLAIN = {
    "schema": SCHEMA,
    "object": "model.safetensors",
    "id": "a" * 26,
    "version": 1,
    "epoch": 1,
    "plain_size": 0,
    "header": _PART,
    "body": _PART,
    "recipients": ["age1example"],
    "sender": "anna",
    "transfer": "t1",
    "purpose": "training",
    "sealed": "2026-11-22T00:00:00Z",
}


def test_a_manifest_is_read_as_it_was_written() -> None:
    manifest = Manifest.model_validate(PLAIN)
    assert Manifest.model_validate_json(manifest.text()) == manifest


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "tutela/sealed/v9"},
        {"version": 0},
        {"version": 2**63},
        {"plain_size": 10**4000},
        {"other": 1},
        {"id": "../x"},
        {"body": None},
    ],
)
def test_what_is_no_manifest_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Manifest.model_validate({**PLAIN, **change})
