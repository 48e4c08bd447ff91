from blueprints.parts.secrets import external_secret, external_secret_of


def test_every_default_is_written_out() -> None:
    made = external_secret(
        "hub",
        namespace="serving",
        part_of="models",
        component="supply",
        store={"kind": "SecretStore", "name": "project"},
        key="hub/token",
        properties={"token": "value"},
    )
    assert made["apiVersion"] == "external-secrets.io/v1"
    spec = made["spec"]
    assert isinstance(spec, dict)
    assert spec["target"] == {
        "name": "hub",
        "creationPolicy": "Owner",
        "deletionPolicy": "Retain",
    }
    assert spec["data"] == [
        {
            "secretKey": "token",
            "remoteRef": {
                "key": "hub/token",
                "property": "value",
                "conversionStrategy": "Default",
                "decodingStrategy": "None",
                "metadataPolicy": "None",
                "nullBytePolicy": "Ignore",
            },
        }
    ]


def test_a_secret_may_be_put_together_from_several_places() -> None:
    made = external_secret_of(
        "both",
        namespace="serving",
        part_of="models",
        component="service",
        store={"kind": "SecretStore", "name": "project"},
        entries=[("A", "one/a", "value"), ("B", "two/b", "value")],
        labels={"kind": "pair"},
        template={"pair": "{{ .A }}:{{ .B }}"},
    )
    spec = made["spec"]
    assert isinstance(spec, dict)
    assert [one["remoteRef"]["key"] for one in spec["data"]] == ["one/a", "two/b"]
    assert spec["target"]["template"] == {
        "engineVersion": "v2",
        "mergePolicy": "Replace",
        "metadata": {"labels": {"kind": "pair"}},
        "data": {"pair": "{{ .A }}:{{ .B }}"},
    }
