"""Every way in which one thing of a service can be another.

Two generators. :func:`services` changes a field of the value, which is then written again: what
comes out is a render in which exactly that is another, whatever the runtime's form. :func:`texts`
changes a render itself, wherever something that the service says stands in it.
"""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from blueprints.service.facts import Facts
from blueprints.service.service import Accelerator, Architecture, Mount, Service


@dataclass(frozen=True)
class Changed:
    """A service that is another in one thing."""

    field: str
    """``Class.field`` of what was changed."""
    how: str
    service: Service


def services(service: Service) -> Iterator[Changed]:
    """Every field changed, in all ways in which it can be wrong: other, more, less, in disorder."""
    yield from _plain(service)
    yield from _image(service)
    yield from _words(service)
    yield from _named(service, "environment", "another value")
    yield from _named(service, "secrets", "another/key")
    yield from _mounts(service)
    yield from _nodes(service)


def _changed(field: str, how: str, service: Service, /, **changes: object) -> Changed:
    return Changed(f"Service.{field}", how, dataclasses.replace(service, **changes))  # type: ignore[arg-type]


_ACCELERATORS: tuple[Accelerator, ...] = ("cuda", "rocm", "oneapi")
_ARCHITECTURES: tuple[Architecture, ...] = ("amd64", "arm64")


def _plain(service: Service) -> Iterator[Changed]:
    yield _changed("name", "longer", service, name=f"{service.name}y")
    yield _changed("port", "next", service, port=service.port + 1)
    for other in _ACCELERATORS:
        if other != service.accelerator:
            yield _changed("accelerator", other, service, accelerator=other)
    yield _changed("devices", "one more", service, devices=service.devices + 1)
    if service.devices > 1:
        yield _changed("devices", "one less", service, devices=service.devices - 1)
    yield _changed("working_folder", "below", service, working_folder="/models/below")
    yield _changed(
        "shared_memory", "more", service, shared_memory=service.shared_memory + (1 << 30)
    )
    if service.shared_memory:
        yield _changed("shared_memory", "the host's", service, shared_memory=0)
    yield _changed("processors", "one more", service, processors=service.processors + 1)
    yield _changed("memory", "more", service, memory=service.memory + (1 << 30))
    if service.memory:
        yield _changed("memory", "all there is", service, memory=0)
    probe = service.probe
    for field, value in (
        ("path", f"{probe.path}z"),
        ("start_seconds", probe.start_seconds + probe.period_seconds),
        ("period_seconds", probe.period_seconds + 1),
    ):
        other_probe = dataclasses.replace(probe, **{field: value})  # type: ignore[arg-type]
        yield Changed(f"Probe.{field}", "more", dataclasses.replace(service, probe=other_probe))


def _image(service: Service) -> Iterator[Changed]:
    image = service.image
    last = "0" if image.digest[-1] != "0" else "1"
    changes: list[tuple[str, str]] = [
        ("name", f"{image.name}-rocm"),
        ("name", f"other.example.org/{image.name.partition('/')[2]}"),
        ("digest", image.digest[:-1] + last),
        *(("architecture", other) for other in _ARCHITECTURES if other != image.architecture),
    ]
    for field, value in changes:
        other_image = dataclasses.replace(image, **{field: value})  # type: ignore[arg-type]
        yield Changed(f"Image.{field}", value, dataclasses.replace(service, image=other_image))


def _words(service: Service) -> Iterator[Changed]:
    words = service.command
    for index, word in enumerate(words):
        head, tail = words[:index], words[index + 1 :]
        if word.startswith("--port="):
            # The engine's own way to say the port, which has to be the service's.
            yield _changed("command", f"{index} left out", service, command=(*head, *tail))
            continue
        yield _changed("command", f"{index} longer", service, command=(*head, f"{word}0", *tail))
        if index:
            yield _changed("command", f"{index} left out", service, command=(*head, *tail))
            yield _changed("command", f"{index} twice", service, command=(*head, word, word, *tail))
        if index > 1 and words[index - 1] != word:
            disorder = (*head[:-1], word, head[-1], *tail)
            yield _changed("command", f"{index} too early", service, command=disorder)
        if " " in word:
            split = (*head, *word.split(" "), *tail)
            yield _changed("command", f"{index} cut at its blanks", service, command=split)
    yield _changed("command", "one more", service, command=(*words, "--trust-remote-code"))
    yield _changed("command", "an empty one", service, command=(*words, ""))


def _named(service: Service, field: str, value: str) -> Iterator[Changed]:
    said: Mapping[str, str] = getattr(service, field)
    for name, text in said.items():
        rest = {key: each for key, each in said.items() if key != name}
        yield _changed(field, f"{name} left out", service, **{field: rest})
        yield _changed(
            field, f"{name} of another name", service, **{field: {**rest, f"{name}_": text}}
        )
        yield _changed(field, f"{name} longer", service, **{field: {**said, name: f"{text}x"}})
        if text and field == "environment":
            yield _changed(field, f"{name} empty", service, **{field: {**said, name: ""}})
    yield _changed(field, "one more", service, **{field: {**said, "X_MORE_": value}})
    if field == "secrets" and service.environment:
        name, text = next(iter(service.environment.items()))
        rest = {key: each for key, each in service.environment.items() if key != name}
        secret = {**said, name: "a/key"}
        yield _changed(field, "of a variable", service, environment=rest, secrets=secret)


def _mounts(service: Service) -> Iterator[Changed]:
    for index, one in enumerate(service.mounts):
        head, tail = service.mounts[:index], service.mounts[index + 1 :]
        yield _changed("mounts", f"{index} left out", service, mounts=(*head, *tail))
        for field, value in (
            ("target", f"{one.target}2"),
            ("host", f"{one.host}2"),
            ("claim", f"{one.claim}2"),
            ("read_only", not one.read_only),
            ("config", not one.config),
        ):
            other = dataclasses.replace(one, **{field: value})  # type: ignore[arg-type]
            yield Changed(
                f"Mount.{field}",
                f"{index}",
                dataclasses.replace(service, mounts=(*head, other, *tail)),
            )
    more = Mount("/root/.ssh", "/home/somebody/.ssh", "keys")
    yield _changed("mounts", "one more", service, mounts=(*service.mounts, more))


def _nodes(service: Service) -> Iterator[Changed]:
    if service.nodes == 1:
        yield _changed("nodes", "two", service, nodes=2, gather="engine")
        yield _changed("gather", "two by Ray", service, nodes=2, gather="ray")
        return
    yield _changed("nodes", "one more", service, nodes=service.nodes + 1)
    yield _changed("nodes", "one alone", service, nodes=1, gather="alone", interface=None)
    other = "engine" if service.gather == "ray" else "ray"
    yield _changed("gather", other, service, gather=other)
    yield _changed("gather_seconds", "more", service, gather_seconds=service.gather_seconds + 60)
    yield _changed("interface", "another", service, interface="eth9")
    if service.interface is not None:
        yield _changed("interface", "any", service, interface=None)


@dataclass(frozen=True)
class Edit:
    """One place of one file, changed."""

    path: str
    line: int
    """From 1."""
    said: str
    """The line as it was."""
    old: str
    new: str
    files: Mapping[str, bytes]
    """All files with that change."""


def texts(files: Mapping[str, bytes], facts: Facts) -> Iterator[Edit]:
    """Every place at which something that the service says stands in a render, changed.

    A text that is written in pieces, or with quotes within, is looked for by its pieces. Comments
    are left alone: nothing comes of them.
    """
    wanted = sorted({piece for value in facts.values() for piece in _pieces(value)})
    for path, content in files.items():
        text = content.decode()
        for old in wanted:
            for found in re.finditer(_alone(old), text):
                new = _other(old)
                changed = text[: found.start()] + new + text[found.end() :]
                start = text.rfind("\n", 0, found.start()) + 1
                end = text.find("\n", found.end())
                line = text.count("\n", 0, found.start()) + 1
                said = text[start : end if end >= 0 else len(text)].strip()
                if said.startswith("#") and not said.startswith(_DIRECTIVES):
                    continue
                yield Edit(path, line, said, old, new, {**files, path: changed.encode()})


def _pieces(value: str) -> Iterator[str]:
    """Words of a fact that are distinctive enough to be looked for."""
    for piece in re.findall(r"[A-Za-z0-9_./:@-]+", value):
        if piece not in _COMMON and (len(piece) > 3 or (piece.isdigit() and int(piece) > 1)):
            yield piece


_COMMON = frozenset(["alone", "engine", "serve", "true"])
"""Words of the shell, and of the scripts' own functions."""
_DIRECTIVES = ("#SBATCH", "# flux:")


def _alone(piece: str) -> str:
    return rf"(?<![A-Za-z0-9_.$-]){re.escape(piece)}(?![A-Za-z0-9_-])"


def _other(piece: str) -> str:
    """Of the same kind: a number stays one, a path stays one."""
    last = piece[-1]
    if last.isdigit():
        return piece[:-1] + str((int(last) + 1) % 10 or 1)
    return piece[:-1] + ("y" if last != "y" else "x")
