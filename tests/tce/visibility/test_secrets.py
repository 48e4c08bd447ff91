from __future__ import annotations

import pytest

from tce.visibility.fields import Field, Path
from tce.visibility.planes import of_file
from tce.visibility.secrets import Known, computed, stands_for

KNOWN = Known(frozenset({"tce-hospital-csi"}), frozenset({"addresses"}))


def _field(path: Path, value: object, kind: str = "", file: str = "a.yaml") -> Field:
    return Field(file, 1, "line", of_file(file), path, value, kind)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("spec", "password"), "x"),
        (("spec", "secretName"), "dex-tls"),
        (("spec", "valueFrom", "secretKeyRef", "name"), "dex"),
        (("env", "S3_ACCESS_KEY"), "x"),
        (("a",), "kv of tce-hospital-csi/data/volumes"),
        ((), "PostUp = wg set %i private-key /etc/wireguard/wg0.key"),
        ((), "PresharedKey = x"),
        ((), "snmp-server community x ro"),
        ((), "bao kv get x"),
        ((), "AGE-SECRET-KEY-1QQQ"),
    ],
)
def test_what_is_called_after_a_secret_or_names_one_stands_for_it(
    path: Path, value: object
) -> None:
    assert stands_for(_field(path, value), KNOWN)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("spec", "password"), ""),
        (("spec", "password"), None),
        (("automountServiceAccountToken",), False),
        (("spec", "secretRef", "name"), "addresses"),
        (("spec", "secretStoreRef", "kind"), "SecretStore"),
        (("a",), "tce-hospital-csix/data"),
        ((), "ip access-list standard MANAGEMENT"),
        ((), "PublicKey = AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI="),
    ],
)
def test_other_fields_stand_for_none(path: Path, value: object) -> None:
    assert stands_for(_field(path, value), KNOWN) == ""


def test_every_value_of_a_secret_is_one() -> None:
    assert stands_for(_field(("stringData", "user"), "ada", "Secret"), KNOWN)
    assert not stands_for(_field(("metadata", "name"), "ada", "Secret"), KNOWN)


def test_people_may_be_told_where_a_key_lies() -> None:
    words = "Its private-key is made on the gateway."
    assert not stands_for(_field((), words, file="handover/provider.md"), KNOWN)


@pytest.mark.parametrize(
    "value", ["{{ token }}", "${file(x)}", "$(cat x)", "var.x", "data.vault_kv_secret_v2.x"]
)
def test_what_is_put_together_later_is_told(value: str) -> None:
    assert computed(_field((), value))
    assert not computed(_field((), "10.0.0.1"))


def test_nothing_of_a_value_is_said() -> None:
    assert "hunter2" not in stands_for(_field(("password",), "hunter2"), KNOWN)
    assert "hunter2" not in stands_for(_field((), "PrivateKey = hunter2"), KNOWN)
