"""Providers on this machine that speak Terraform's plugin protocol (version 5) without any cloud.

They know the schemas that they are given, agree to every plan, and invent what a service would
tell: ids, and whatever the caller says. Terraform finds them by TF_REATTACH_PROVIDERS and does the
rest itself: it decodes every argument by the schema, plans, applies and keeps its state.
Messages: hashicorp/terraform docs/plugin-protocol/tfplugin5.proto.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeAlias

import grpc
import msgpack

from tests.labs.providers.schema import Block, Provider

_MODES = {"single": 1, "list": 2, "set": 3}
Tell: TypeAlias = Callable[[str, str, dict[str, Any]], object]
"""From a resource's type, an argument and its values to what a service tells; None: an id."""


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _field(number: int, value: bytes | str | int) -> bytes:
    """One field of a protobuf message: a number, or text, bytes and messages with their length."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    raw = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(raw)) + raw


def _fields(message: bytes) -> dict[int, bytes]:
    """The last value of each field that has a length."""
    found: dict[int, bytes] = {}
    at = 0

    def number() -> int:
        nonlocal at
        shift = value = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    while at < len(message):
        key = number()
        if key & 7 == 0:
            number()
        else:
            size = number()
            found[key >> 3] = message[at : at + size]
            at += size
    return found


def _block(block: Block) -> bytes:
    out = b""
    for kinds, required, optional, computed in (
        (block.required, 1, 0, 0),
        (block.optional, 0, 1, 0),
        (block.computed, 0, 0, 1),
        (block.both, 0, 1, 1),
    ):
        for name, kind in kinds.items():
            attribute = _field(1, name) + _field(2, json.dumps(kind))
            attribute += _field(4, required) + _field(5, optional) + _field(6, computed)
            attribute += _field(9, int(name in block.deprecated))
            out += _field(2, attribute)
    for name, inner in block.blocks.items():
        nested = _field(1, name) + _field(2, _block(inner.block)) + _field(3, _MODES[inner.mode])
        out += _field(3, nested + _field(4, inner.least) + _field(5, inner.most))
    return out


def _schema(block: Block) -> bytes:
    return _field(1, 0) + _field(2, _block(block))


def _value(message: bytes) -> Any:
    """A DynamicValue; what Terraform does not know yet is an extension type, and stays one."""
    return msgpack.unpackb(_fields(message)[1], ext_hook=msgpack.ExtType)


def _packed(value: object) -> bytes:
    packed: bytes = msgpack.packb(value)
    return packed


class StandIn:
    """One provider: what Terraform asks of it, message in, message out."""

    def __init__(self, provider: Provider, tell: Tell) -> None:
        self.provider = provider
        self.tell = tell

    def answers(self) -> dict[str, Callable[[bytes], bytes]]:
        """By the method's name; what is not here is answered by an empty message."""
        return {
            "GetSchema": self.schema,
            "PrepareProviderConfig": lambda asked: _field(1, _fields(asked)[1]),
            "UpgradeResourceState": self.upgrade,
            "ReadResource": lambda asked: _field(1, _fields(asked)[2]),
            "PlanResourceChange": self.plan,
            "ApplyResourceChange": lambda asked: _field(1, _fields(asked)[3]),
            "ReadDataSource": self.read,
        }

    def schema(self, _: bytes) -> bytes:
        out = _field(1, _schema(self.provider.settings))
        for number, blocks in ((2, self.provider.resources), (3, self.provider.data)):
            for name, block in blocks.items():
                out += _field(number, _field(1, name) + _field(2, _schema(block)))
        return out

    @staticmethod
    def upgrade(asked: bytes) -> bytes:
        return _field(1, _field(2, _fields(_fields(asked)[3])[1]))

    def plan(self, asked: bytes) -> bytes:
        fields = _fields(asked)
        name = fields[1].decode()
        value = _value(fields[3])
        if value is not None:
            self._tell(name, self.provider.resources[name], value)
        return _field(1, _field(1, _packed(value))) + _field(5, 1)

    def read(self, asked: bytes) -> bytes:
        fields = _fields(asked)
        name = fields[1].decode()
        value = _value(fields[2])
        self._tell(name, self.provider.data[name], value)
        return _field(1, _field(1, _packed(value)))

    def _tell(self, kind: str, block: Block, value: dict[str, Any]) -> None:
        """Everything that the service would tell and nobody has said."""
        label = value.get("name") or value.get("realm") or value.get("role_name") or "x"
        for name, type_ in {**block.computed, **block.both}.items():
            if value.get(name) is not None:
                continue
            told = self.tell(kind, name, value)
            if told is None and type_ == "string":
                told = f"{kind}-{label}"
            value[name] = told


class _Handler(grpc.GenericRpcHandler):  # type: ignore[misc] # grpc has no types
    def __init__(self, stand_in: StandIn) -> None:
        self._answers = stand_in.answers()

    def service(self, details: Any) -> Any:
        service, method = details.method.strip("/").split("/")
        if service != "tfplugin5.Provider":
            return None  # go-plugin's own streams, which would each hold a thread
        answer: Callable[[bytes], bytes] = self._answers.get(method, lambda _: b"")
        return grpc.unary_unary_rpc_method_handler(
            lambda asked, _: answer(asked),
            request_deserializer=None,
            response_serializer=None,
        )


@contextmanager
def running(providers: Sequence[Provider], tell: Tell) -> Iterator[dict[str, str]]:
    """The environment in which Terraform finds every provider."""
    attached: dict[str, object] = {}
    servers = []
    try:
        for provider in providers:
            server = grpc.server(ThreadPoolExecutor(4))
            server.add_generic_rpc_handlers((_Handler(StandIn(provider, tell)),))
            port = server.add_insecure_port("127.0.0.1:0")
            server.start()
            servers.append(server)
            attached[provider.address] = {
                "Protocol": "grpc",
                "ProtocolVersion": 5,
                "Pid": os.getpid(),
                "Test": True,
                "Addr": {"Network": "tcp", "String": f"127.0.0.1:{port}"},
            }
        yield {"TF_REATTACH_PROVIDERS": json.dumps(attached)}
    finally:
        for server in servers:
            server.stop(None).wait()
