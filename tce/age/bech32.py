"""Bech32 (BIP 173) without its limit of 90 characters, as age writes keys."""

from tce.age.errors import KeyTextError

_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES = {letter: value for value, letter in enumerate(_LETTERS)}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECK = 6
_LONGEST = 1 << 12


def encode(prefix: str, data: bytes) -> str:
    """Return `data` after `prefix`, in the case that `prefix` is in."""
    low = prefix.lower()
    values = _regroup(data, 8, 5, pad=True)
    check = _polymod([*_expand(low), *values, *[0] * _CHECK]) ^ 1
    values += [check >> 5 * (_CHECK - 1 - at) & 31 for at in range(_CHECK)]
    text = f"{low}1{''.join(_LETTERS[value] for value in values)}"
    return text if prefix == low else text.upper()


def decode(text: str) -> tuple[str, bytes]:
    """Return the prefix, in the case that it stands in, and the data.

    Raises:
        KeyTextError: mixed case, a foreign letter, a wrong checksum. The message says nothing of
            `text`, which may be a secret.
    """
    if len(text) > _LONGEST:
        raise KeyTextError("not bech32: too long")
    low = text.lower()
    if text not in (low, text.upper()):
        raise KeyTextError("not bech32: upper and lower case are mixed")
    prefix, found, letters = low.rpartition("1")
    if not found or not prefix or len(letters) < _CHECK:
        raise KeyTextError("not bech32: no prefix, or too short")
    if not all("!" <= letter <= "~" for letter in prefix):
        raise KeyTextError("not bech32: a letter that it does not have")
    values = [_VALUES.get(letter, -1) for letter in letters]
    if -1 in values:
        raise KeyTextError("not bech32: a letter that it does not have")
    if _polymod([*_expand(prefix), *values]) != 1:
        raise KeyTextError("its checksum is wrong: a typing error, or a part is missing")
    data = bytes(_regroup(values[:-_CHECK], 5, 8, pad=False))
    return text[: len(prefix)], data


def _expand(prefix: str) -> list[int]:
    return [*(ord(letter) >> 5 for letter in prefix), 0, *(ord(letter) & 31 for letter in prefix)]


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for at, factor in enumerate(_GENERATOR):
            if top >> at & 1:
                check ^= factor
    return check


def _regroup(data: bytes | list[int], width: int, wanted: int, *, pad: bool) -> list[int]:
    """Groups of `wanted` bits instead of `width`; what is left over has to be zero."""
    held = bits = 0
    groups = []
    for value in data:
        held = held << width | value
        bits += width
        while bits >= wanted:
            bits -= wanted
            groups.append(held >> bits)
            held &= (1 << bits) - 1
    if pad and bits:
        groups.append(held << wanted - bits)
    elif not pad and (bits >= width or held):
        raise KeyTextError("not bech32: its last letter holds more than it should")
    return groups
