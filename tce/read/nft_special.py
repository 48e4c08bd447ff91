"""Matches of nftables that compute: TCP's flags under a mask, the offset of a fragment."""

from tce.read.nft_tokens import Stream
from tce.read.ranges import Ranges, flag_bits, flags_any, flags_where, rest
from tce.read.refuse import refuse

_ALL = 63
_OFFSET = 8191
"""The bits of an IPv4 header's third word that are the fragment's offset (RFC 791)."""


def flags_fit(stream: Stream) -> Ranges:
    """After ``tcp flags``.

    ``syn,ack`` any of them; ``! syn,ack`` none; ``& (fin | syn) == syn`` and ``syn / fin,syn``
    under a mask. Compared without a mask, ECN's two flags count, which no field has: refused.
    """
    line = stream.now.line
    if stream.skip("!"):
        return _but(flags_any(_names(stream, line)))
    if stream.skip("&"):
        mask = _names(stream, line)
        negated = stream.skip("!=")
        if not negated:
            stream.expect("==")
        fits = _where(stream, mask, line)
        return _but(fits) if negated else fits
    negated = stream.skip("!=")
    equal = not negated and stream.skip("==")
    if stream.now.text in ("{", "@"):
        raise _whole(stream, line)
    value = _names(stream, line)
    if stream.skip("/"):
        mask = _names(stream, line)
        fits = flags_where(mask, value) if value & ~mask == 0 else ()
        return _but(fits) if negated else fits
    if negated or equal:
        raise _whole(stream, line)
    return flags_any(value)


def _whole(stream: Stream, line: int) -> Exception:
    return refuse(
        stream.file,
        line,
        "TCP flags compared as a whole are not modelled: ECN's flags are among them",
        "name those that count: tcp flags & (fin | syn | rst | ack) == syn",
    )


def _but(fits: Ranges) -> Ranges:
    return rest(fits, _ALL)


def _where(stream: Stream, mask: int, line: int) -> Ranges:
    value = 0 if stream.skip("0") or stream.skip("0x0") else _names(stream, line)
    return flags_where(mask, value) if value & ~mask == 0 else ()


def _names(stream: Stream, line: int) -> int:
    """``syn``, ``syn,ack``, ``syn | ack``, ``(syn | ack)``."""
    closed = stream.skip("(")
    names = [stream.word().text]
    while stream.skip("|") or stream.skip(","):
        names.append(stream.word().text)
    if closed:
        stream.expect(")")
    try:
        return flag_bits(names)
    except ValueError as error:
        raise refuse(stream.file, line, str(error)) from error


def offset_fits(stream: Stream) -> Ranges:
    """After ``ip frag-off``: ``& 0x1fff != 0`` is a fragment that is not the first, and no other
    question about it is modelled.
    """
    line = stream.now.line
    stream.expect("&")
    mask = stream.word().text
    negated = stream.skip("!=")
    if not negated:
        stream.skip("==")
    value = stream.word().text
    if mask.lower() not in ("0x1fff", str(_OFFSET)) or value not in ("0", "0x0"):
        raise refuse(stream.file, line, "only ip frag-off & 0x1fff != 0 is modelled of it")
    return ((1, 1),) if negated else ((0, 0),)
