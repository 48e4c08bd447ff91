from pathlib import Path

import pytest

from tce.keys.errors import CustodyError
from tce.keys.uri import AgeKey, BaoKey, FileKey, HardwareKey, KeyUri, parse


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("bao://tce-x-transit/keys/evidence", BaoKey("tce-x-transit", "keys", "evidence")),
        ("bao://a/b/data/identities/x", BaoKey("a/b", "data", "identities/x")),
        ("file:/k/anna.pem", FileKey(Path("/k/anna.pem"))),
        ("file:anna.pem", FileKey(Path("anna.pem"))),
        ("age:id.txt", AgeKey(Path("id.txt"))),
        ("id.txt", AgeKey(Path("id.txt"))),
        (
            "pkcs11:token=tce%20x;object=root?module-path=/usr/lib/hsm.so",
            HardwareKey("tce x", "root", Path("/usr/lib/hsm.so")),
        ),
        ("pkcs11:token=tce;object=root", HardwareKey("tce", "root", None)),
    ],
)
def test_a_uri_names_one_key(text: str, key: KeyUri) -> None:
    assert parse(text) == key


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names no file"),
        ("age:", "names no file"),
        ("bao://token@tce/keys/x", "holds no token"),
        ("bao://tce/keys/x?token=s.abc", "holds no token"),
        ("bao://tce/keys/../x", "not a path"),
        ("bao://tce/secret", "neither"),
        ("pkcs11:token=t;object=o;pin-value=1234", "PIN never stands"),
        ("pkcs11:token=t;object=o?pin-value=1234", "PIN never stands"),
        ("pkcs11:object=o", "token and an object"),
        ("pkcs11:token=t;object=o;slot-id=3", "slot-id is not read"),
        ("gpg:abc", "no kind of key"),
    ],
)
def test_what_names_no_key_is_told(text: str, said: str) -> None:
    with pytest.raises(CustodyError, match=said) as caught:
        parse(text)
    assert "1234" not in str(caught.value)


@pytest.mark.parametrize("before", ["", "age:", "file:", "age: "])
@pytest.mark.parametrize("text", ["AGE-SECRET-KEY-1QQQXYZ", "age-secret-key-1qqqxyz"])
def test_an_identity_on_the_command_line_is_refused_and_not_shown(before: str, text: str) -> None:
    with pytest.raises(CustodyError, match="stands on no command line") as caught:
        parse(before + text)
    assert "qqq" not in f"{caught.value} {caught.value.__notes__}".lower()
