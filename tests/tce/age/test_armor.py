import base64

import pytest

from tce.age import armor
from tce.age.errors import NotAgeError
from tests.tce.age.sealed import text


def armored(data: bytes, columns: int = 64) -> bytes:
    code = base64.b64encode(data).decode()
    lines = [code[at : at + columns] for at in range(0, len(code), columns)]
    begin, end = "-----BEGIN AGE ENCRYPTED FILE-----", "-----END AGE ENCRYPTED FILE-----"
    return "\n".join([begin, *lines, end, ""]).encode()


@pytest.mark.parametrize("size", [1, 47, 48, 49, 200])
def test_reads_what_is_armored(size: int) -> None:
    data = text(size)
    assert armor.plain(armored(data), "x") == data
    assert armor.plain(armored(data).replace(b"\n", b"\r\n"), "x") == data


@pytest.mark.parametrize(
    "broken",
    [
        armored(text(200), columns=60),
        armored(text(200)).replace(b"END", b"EMD"),
        armored(b""),
        armored(text(200)).replace(b"-----END", b"A\n-----END"),
        armored(text(200))[:100],
        armored(text(47)).replace(b"\n-----END", b"=\n-----END"),
    ],
)
def test_a_broken_armor_is_an_error(broken: bytes) -> None:
    with pytest.raises(NotAgeError, match="armor is broken"):
        armor.plain(broken, "x")
