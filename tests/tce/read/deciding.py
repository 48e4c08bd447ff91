"""What a device does with a packet, asked of what its reader understood."""

from ipaddress import ip_address

from tce.read.formats import read
from tce.space.filter import Filter, decide
from tce.space.header import FLAGS, PROTOCOLS, STATES, Packet, packet

LEGS = ("tce0", "up0", "wg0")


def filters(format_: str, text: str, legs: tuple[str, ...] = LEGS) -> tuple[Filter, ...]:
    return read(format_, text, "some.file", legs)


def header(said: str, **fields: int) -> Packet:
    """``tcp 10.0.0.1:40000 > 10.0.0.2:443 syn new``; ports go without saying."""
    proto, source, _, destination, *more = said.split()
    (src, sport), (dst, dport) = _end(source), _end(destination)
    values = {"proto": PROTOCOLS.get(proto) or int(proto), "src": src, "dst": dst}
    values |= {"sport": sport, "dport": dport, **fields}
    for word in more:
        if word in FLAGS:
            values["flags"] = values.get("flags", 0) | 1 << (5 - FLAGS.index(word))
        elif word in STATES:
            values["state"] = STATES.index(word)
        elif word == "later":
            values |= {"fragment": 1, "sport": 0, "dport": 0, "flags": 0, "icmp": 0}
        else:
            kind, _, code = word.removeprefix("type").partition("/")
            values["icmp"] = int(kind) * 256 + int(code or 0)
    return packet(6 if _six(source) else 4, **values)


def _six(text: str) -> bool:
    return text.startswith("[") or text.count(":") > 1


def _end(text: str) -> tuple[int, int]:
    if text.startswith("["):
        address, _, port = text[1:].partition("]:")
    elif _six(text):
        address, port = text, ""
    else:
        address, _, port = text.partition(":")
    return int(ip_address(address)), int(port or 0)


def verdict(found: tuple[Filter, ...], point: str, said: str, **fields: int) -> str:
    """``accept``, or ``drop``, and the line that says so: ``accept 7``; ``drop`` by default."""
    one = header(said, **fields)
    filter_ = next(f for f in found if f.point == point and f.family == one.family)
    action, rule = decide(filter_, one)
    return action if rule is None else f"{action} {rule.line}"
