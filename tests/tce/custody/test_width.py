import pytest

from tce.custody.custody import Custody
from tce.custody.width import judge
from tests.tce.custody.test_custody import EMPTY

CUSTODY = Custody.model_validate(
    {
        **EMPTY,
        "engines": [
            {"path": "x-transit", "type": "transit", "what": "keys"},
            {"path": "x-kv", "type": "kv", "what": "values"},
            {"path": "pki/int", "type": "pki", "what": "certificates"},
        ],
        "approles": [{"mount": "x-staff", "name": "a", "policies": ["a"]}],
    }
)


def said(path: str, *capabilities: str) -> list[str]:
    listed = ", ".join(f'"{one}"' for one in capabilities or ("read",))
    text = f'path "{path}" {{\n  capabilities = [{listed}]\n}}\n'
    return [one.message for one in judge(text.encode(), CUSTODY)]


@pytest.mark.parametrize(
    "path",
    [
        "x-transit/decrypt/one",
        "x-transit/keys/one",
        "x-transit/keys/one/config",
        "x-kv/data/a/*",
        "x-kv/metadata/*",
        "pki/int/sign/namespace",
        "pki/int/cert/*",
        "auth/x-staff/role/a/secret-id",
        "auth/x-staff/login",
        "auth/token/renew-self",
        "sys/mounts/x-kv",
        "sys/storage/raft/snapshot",
        "sys/generate-root-token/attempt",
    ],
)
def test_a_path_of_one_task_is_right(path: str) -> None:
    assert said(path) == []


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("*", "covers more than one engine"),
        ("+/data/a", "covers more than one engine"),
        ("x-*", "covers more than one engine"),
        ("x-transit/*", "covers everything that the engine (transit) can do"),
        ("x-transit/+/one", "covers everything"),
        ("x-transit/dec*", "covers everything"),
        ("x-transit/decrypt/*", "covers every key"),
        ("x-transit/decrypt/one*", "covers every key"),
        ("x-transit/keys/+/config", "covers every key"),
        ("x-transit/export/encryption-key/one", "takes keys out"),
        ("x-transit/backup/one", "takes keys out"),
        ("x-transit/restore/one", "brings keys back"),
        ("x-transit/keys/one/import", "brings in a key"),
        ("x-transit/config/keys", "changes rules of the whole engine"),
        ("x-kv/*", "covers everything"),
        ("x-kv/config", "changes rules of the whole engine"),
        ("x-kv/da*a/b", "takes it literally"),
        ("x-kv/data/{{identity.entity.name}}", "depends on who asks"),
        ("pki/int/sign/*", "signs any name"),
        ("pki/int/sign-verbatim/a", "signs any name"),
        ("pki/int/root/generate/internal", "reaches the authority itself"),
        ("y-kv/data/a", "is in no engine of this environment"),
        ("x-kvx/data/a", "is in no engine of this environment"),
        ("sys/policies/acl/a", "reaches OpenBao itself"),
        ("sys/mounts/y-kv", "reaches OpenBao itself"),
        ("auth/x-staff/role/+/secret-id", "covers every login"),
        ("auth/x-staff/role/a", "changes what a login may"),
        ("auth/token/create", "makes logins"),
    ],
)
def test_a_path_that_reaches_further_is_named(path: str, words: str) -> None:
    (message,) = said(path)
    assert path in message
    assert words in message


def test_no_login_has_sudo() -> None:
    assert said("x-transit/decrypt/one", "sudo", "update") == [
        'path "x-transit/decrypt/one" gives sudo, which no login of an environment has'
    ]


def test_a_snapshot_is_read_and_never_written() -> None:
    assert said("sys/storage/raft/snapshot", "read", "update") != []


def test_to_deny_is_never_too_wide() -> None:
    assert said("*", "deny") == []


def test_keys_may_be_listed_and_not_made() -> None:
    assert said("x-transit/keys", "list") == []
    assert said("x-transit/keys", "create") != []


def test_what_is_not_understood_is_not_judged() -> None:
    (one,) = judge(b'path "a" {\n  allowed_parameters = {}\n}\n', CUSTODY)
    assert (one.line, one.path) == (2, "")
