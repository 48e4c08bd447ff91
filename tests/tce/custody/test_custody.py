import pytest
from pydantic import ValidationError

from tce.custody.custody import SCHEMA, Custody, Rule

EMPTY = {
    "schema": SCHEMA,
    "environment": "hospital",
    "server": "https://bao.hospital.example.org:8200",
    "engines": [],
    "keys": [],
    "policies": [],
    "approles": [],
    "accounts": [],
    "issuers": [],
    "identities": [],
    "volumes": [],
    "evidence": "tce-hospital-transit/keys/evidence",
    "headers": "tce-hospital-headers",
}


def test_custody_is_read_as_it_was_written() -> None:
    custody = Custody.model_validate(EMPTY)
    assert Custody.model_validate_json(custody.model_dump_json(by_alias=True)) == custody


def test_another_schema_is_refused() -> None:
    with pytest.raises(ValidationError):
        Custody.model_validate({**EMPTY, "schema": "tutela/custody/v9"})


def test_no_rule_gives_sudo() -> None:
    with pytest.raises(ValidationError):
        Rule.model_validate({"path": "sys/*", "capabilities": ["sudo"]})
    assert Rule.model_validate({"path": "a/data/*", "capabilities": ["read"]}).path == "a/data/*"
