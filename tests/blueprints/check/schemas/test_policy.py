"""The files of `policies/checks`."""

import jsonschema_rs

from blueprints.check.schemas.policy import kinds, read, read_list


def test_they_are_read_by_name_and_kept() -> None:
    assert read("terms.yaml")["port"]["maximum"] == 65535
    assert read("terms.yaml") is read("terms.yaml")
    assert {"argocd.yaml", "other.yaml"} <= set(kinds())
    assert read_list("lock-in.yaml")[0]["name"]


def test_every_term_is_json_schema_with_words_for_people() -> None:
    for name, schema in read("terms.yaml").items():
        jsonschema_rs.meta.validate(schema)
        if "pattern" in schema:
            assert schema["title"].startswith("be "), name
