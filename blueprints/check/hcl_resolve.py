"""Whether what a module of OpenTofu speaks of is there, and whether what is there is used."""

import difflib
import json
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from blueprints.check import hcl
from blueprints.check.hcl_module import Module, Place
from blueprints.check.schemas.policy import read

_WORDS = {
    "variable": "variable",
    "local": "local",
    "module": "module",
    "output": "output",
    "resource": "resource",
    "data": "data source",
    "provider": "provider",
}


@dataclass(frozen=True)
class Said:
    """One thing that is wrong with a module."""

    file: str
    line: int
    message: str
    error: bool = True
    hint: str = ""


def resolve(module: Module, modules: Mapping[str, Module]) -> Iterator[Said]:
    """Everything that is wrong with ``module``, of which ``modules`` may be parts."""
    yield from _twice(module)
    uses = _uses(module)
    if module.complete:
        yield from _undeclared(module, modules, uses)
        yield from _unused(module, uses)
        yield from _tfvars(module)
    yield from _functions(module)
    yield from _modules(module, modules)
    yield from _each(module)
    yield from _defaults(module)
    yield from _providers(module)


def _twice(module: Module) -> Iterator[Said]:
    for key, places in module.declared.items():
        if key[0] == "provider":
            continue
        for again in places[1:]:
            first = f"{places[0].file}:{places[0].line}"
            yield Said(
                again.file,
                again.line,
                f"{_name(key)} is declared again (first in {first})",
                hint="remove or rename one of them",
            )


def _name(key: Sequence[str]) -> str:
    return f"{_WORDS[key[0]]} {'.'.join(key[1:])}"


@dataclass(frozen=True)
class _Use:
    parts: tuple[str, ...]
    place: Place


def _uses(module: Module) -> list[_Use]:
    found = []
    for file, text in module.texts.items():
        pieces = list(hcl.code(text))
        bound = hcl.loop_names(pieces)
        for piece in pieces:
            for parts, line in hcl.traversals(piece):
                if parts[0] not in bound or parts[0] in read("hcl.yaml")["roots"]:
                    found.append(_Use(parts, Place(file, line)))
    return found


def _undeclared(
    module: Module, modules: Mapping[str, Module], uses: Sequence[_Use]
) -> Iterator[Said]:
    prefixes = {key[1].split("_")[0] for key in module.declared if key[0] in ("resource", "data")}
    prefixes |= module.providers
    told = set()
    for use in uses:
        root = use.parts[0]
        key: tuple[str, ...] | None = None
        if root in ("var", "local", "module"):
            key = ({"var": "variable"}.get(root, root), use.parts[1])
        elif root == "data" and len(use.parts) > 2:
            key = ("data", use.parts[1], use.parts[2])
        elif "_" in root and root.split("_")[0] in prefixes:
            key = ("resource", root, use.parts[1])
        if key is None:
            continue
        if key in module.declared:
            yield from _output(module, modules, use)
            continue
        if (key, use.place) in told:
            continue
        told.add((key, use.place))
        others = [one[-1] for one in module.declared if one[:-1] == key[:-1]]
        yield Said(
            use.place.file,
            use.place.line,
            f"{_name(key)} is not declared",
            hint=_near(key[-1], others),
        )


def _output(module: Module, modules: Mapping[str, Module], use: _Use) -> Iterator[Said]:
    """``module.x.y``: whether the module has such an output."""
    if use.parts[0] != "module" or len(use.parts) < 3:
        return
    target = _target(module, use.parts[1], modules)
    if target is None or not target.complete or ("output", use.parts[2]) in target.declared:
        return
    yield Said(
        use.place.file,
        use.place.line,
        f"module {use.parts[1]} has no output {use.parts[2]}",
        hint=_near(use.parts[2], target.names("output")),
    )


def _near(name: str, others: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, others, n=1)
    return f"did you mean {near[0]}?" if near else ""


def _target(module: Module, name: str, modules: Mapping[str, Module]) -> Module | None:
    source = module.blocks.get(("module", name), {}).get("source")
    if not isinstance(source, str) or not source.startswith(("./", "../")):
        return None
    return modules.get(posixpath.normpath(posixpath.join(module.folder, source)))


def _unused(module: Module, uses: Sequence[_Use]) -> Iterator[Said]:
    used = {(use.parts[0], use.parts[1]) for use in uses}
    for key, places in module.declared.items():
        root = {"variable": "var", "local": "local"}.get(key[0])
        if root is not None and (root, key[1]) not in used:
            yield Said(
                places[0].file,
                places[0].line,
                f"{_name(key)} is never used",
                error=False,
                hint="use it, or remove it",
            )


def _tfvars(module: Module) -> Iterator[Said]:
    for file, content in module.values.items():
        for name in content:
            if ("variable", name) not in module.declared:
                hint = _near(name, module.names("variable"))
                yield Said(file, 0, f"gives a value to {name}, which is no variable", hint=hint)


def _functions(module: Module) -> Iterator[Said]:
    known = {*read("hcl.yaml")["functions"], *read("hcl.yaml")["types"]}
    for file, text in module.texts.items():
        for piece in hcl.code(text):
            for name, line in hcl.calls(piece):
                if name not in known and name not in ("if", "in", "for"):
                    hint = _near(name, sorted(known))
                    yield Said(file, line, f"there is no function {name}", hint=hint)


def _modules(module: Module, modules: Mapping[str, Module]) -> Iterator[Said]:
    meta = set(read("hcl.yaml")["meta"])
    for key, places in module.declared.items():
        if key[0] != "module":
            continue
        block = module.blocks.get(key, {})
        place = places[0]
        source = block.get("source")
        if not isinstance(source, str):
            yield Said(place.file, place.line, f"{_name(key)} has no source", hint="add source")
            continue
        target = _target(module, key[1], modules)
        if target is None:
            if source.startswith(("./", "../")):
                yield Said(place.file, place.line, f"{_name(key)}: there is no module in {source}")
            elif not re.search(r"[?&]ref=", source) and "version" not in block:
                yield Said(
                    place.file,
                    place.line,
                    f"{_name(key)} is taken from {source} without a version",
                    hint="add version, or ?ref= with a tag to the source",
                )
            continue
        if not target.complete:
            continue
        inputs = target.names("variable")
        for argument in sorted(set(block) - meta - set(inputs)):
            hint = _near(argument, inputs)
            message = f"{_name(key)} has no input {argument}"
            yield Said(place.file, place.line, message, hint=hint)
        for name in inputs:
            if name not in block and "default" not in target.blocks[("variable", name)]:
                message = f"{_name(key)} needs {name}"
                yield Said(place.file, place.line, message, hint=f"add {name} =")


def _each(module: Module) -> Iterator[Said]:
    for key, block in module.blocks.items():
        if key[0] not in ("resource", "data", "module"):
            continue
        text = json.dumps(block)
        for root, argument in (("each", "for_each"), ("count", "count")):
            part = {"each": "key|value", "count": "index"}[root]
            if argument not in block and re.search(rf"(?<![\w.]){root}\.({part})\b", text):
                place = module.declared[key][0]
                message = f"{_name(key)} uses {root} without {argument}"
                yield Said(place.file, place.line, message, hint=f"add {argument} =")


def _defaults(module: Module) -> Iterator[Said]:
    for key, block in module.blocks.items():
        if key[0] != "variable":
            continue
        place = module.declared[key][0]
        type_ = block.get("type")
        if type_ is None:
            yield Said(
                place.file, place.line, f"{_name(key)} has no type", error=False, hint="add type ="
            )
        elif block.get("default") is not None and not _fits(block["default"], str(type_)):
            message = f"the default of {_name(key)} is not of type {type_}"
            yield Said(place.file, place.line, message)


def _fits(value: Any, type_: str) -> bool:
    """Whether a default can be of a type; OpenTofu turns numbers into text and back."""
    base = type_.strip().split("(")[0]
    if base in ("list", "set", "tuple"):
        return isinstance(value, list) or (isinstance(value, str) and value.startswith("["))
    if base in ("map", "object"):
        return isinstance(value, dict) or (isinstance(value, str) and value.startswith("{"))
    if isinstance(value, (list, dict)):
        return base == "any"
    if base == "number":
        return not isinstance(value, bool) and _number(value)
    if base == "bool":
        return value in (True, False, "true", "false")
    return base in ("string", "any")


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) or bool(re.fullmatch(r"-?\d+(\.\d+)?", str(value)))


def _providers(module: Module) -> Iterator[Said]:
    if not module.providers:
        return
    known = module.providers | set(read("hcl.yaml")["built-in"])
    for key, places in module.declared.items():
        if key[0] not in ("resource", "data") or "provider" in module.blocks.get(key, {}):
            continue
        prefix = key[1].split("_")[0]
        if not any(prefix == name.split("_")[0] for name in known):
            yield Said(
                places[0].file,
                places[0].line,
                f"{_name(key)}: provider {prefix} is not in required_providers",
                hint=f"add {prefix} = {{ source = ... }}",
            )
