"""``network/switches/``: one file for each of the provider's switches, in its own words."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from tce.render.network import eos, ios, junos

if TYPE_CHECKING:
    from tce.intent.spec import Specification, Switch

FORMATS: "Mapping[str, Callable[[Specification, Switch], str]]" = {
    "eos": eos.text,
    "ios": ios.text,
    "junos": junos.text,
}


def path(switch: "Switch") -> str:
    """Where its file lies."""
    return f"network/switches/{switch.name}.{switch.format}"


def files(spec: "Specification") -> Iterator[File]:
    """All of them."""
    for one in spec.switches:
        yield File(path(one), FORMATS[one.format](spec, one).encode())
