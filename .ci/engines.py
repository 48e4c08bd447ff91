"""Writes what versions of vLLM know, from their source packages: flags, variables, Ray.

pip download --no-deps --no-binary :all: vllm==0.11.0
python .ci/engines.py FOLDER > policies/engines/vllm.yaml

FOLDER holds vllm-VERSION.tar.gz of every version that shall be known. Nothing of them is run or
unpacked: their Python is read as a syntax tree, their requirements as lines.
"""

import ast
import re
import sys
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ARGUMENTS = re.compile(
    r"vllm/(engine/arg_utils|entrypoints/(openai|common|launchers)/cli_args|entrypoints/cli/serve)\.py"
)
VARIABLES = "vllm/envs.py"
CONFIGURATION = re.compile(r"vllm/config(/[a-z_0-9]+)?\.py")
REQUIREMENTS = {"cuda.txt": "cuda", "rocm.txt": "rocm", "xpu.txt": "oneapi"}
RELEASE = ".buildkite/release-pipeline.yaml"
HEADER = """\
# What versions of vLLM know: from their source packages on the Python Package Index, written by
# .ci/engines.py. FIRST..LAST, both included, of the versions below; nothing after .. means that
# the newest one still has it. Behind it how a flag is written: switch takes no value, negatable
# takes none and has a --no- form, maybe takes one or none; otherwise it takes a value.
"""


@dataclass
class Version:
    """What one version knows."""

    flags: dict[str, str] = field(default_factory=dict)
    variables: set[str] = field(default_factory=set)
    ray: set[str] = field(default_factory=set)
    arm64: bool = False


def main(folder: Path) -> None:
    """Print the file for all source packages of a folder."""
    found = {
        file.name.removeprefix("vllm-").removesuffix(".tar.gz"): read(file)
        for file in folder.glob("vllm-*.tar.gz")
    }
    versions = sorted(found, key=order)
    sys.stdout.write(HEADER)
    sys.stdout.write(f"engine: vllm\nversions: [{', '.join(versions)}]\n")
    each = [found[version] for version in versions]
    sys.stdout.write("ray:\n")
    for kind in REQUIREMENTS.values():
        spans = ranges(versions, ["" if kind in one.ray else None for one in each])
        sys.stdout.write(f"  {kind}: {spans or 'never'}\n")
    arm = ranges(versions, ["" if one.arm64 else None for one in each])
    sys.stdout.write(f"arm64:\n  cuda: {arm or 'never'}\n")
    for title, names in (
        ("flags", sorted(set().union(*(one.flags for one in each)))),
        ("variables", sorted(set().union(*(one.variables for one in each)))),
    ):
        sys.stdout.write(f"{title}:\n")
        for name in names:
            known = [
                one.flags.get(name) if title == "flags" else ("" if name in one.variables else None)
                for one in each
            ]
            sys.stdout.write(f"  {name}: {ranges(versions, known)}\n")


def order(version: str) -> tuple[int, ...]:
    """A key by which versions sort; a post release comes behind its version."""
    return tuple(map(int, re.findall(r"[0-9]+", version)))


def ranges(versions: Sequence[str], known: Sequence[str | None]) -> str:
    """Runs of equal kinds: ``0.9.1..0.10.2 switch, 0.11.0..``; "" for a name never known."""
    runs: list[tuple[str, str, str]] = []
    for index, kind in enumerate(known):
        if kind is None:
            continue
        if runs and index and known[index - 1] == kind:
            runs[-1] = (runs[-1][0], versions[index], kind)
        else:
            runs.append((versions[index], versions[index], kind))
    shown = []
    for first, last, kind in runs:
        since = "" if first == versions[0] else first
        until = "" if last == versions[-1] else last
        shown.append(f"{since}..{until} {kind}".strip())
    return ", ".join(shown)


def read(file: Path) -> Version:
    """What one source package knows."""
    version = Version()
    trees: list[ast.Module] = []
    configuration: dict[str, dict[str, str]] = {}
    needed: dict[str, str] = {}
    with tarfile.open(file) as archive:
        for member in archive:
            path = member.name.partition("/")[2]
            stream = archive.extractfile(member) if member.isfile() else None
            if stream is None:
                continue
            if ARGUMENTS.fullmatch(path) or CONFIGURATION.fullmatch(path) or path == VARIABLES:
                tree = ast.parse(stream.read().decode())
                for name, fields in classes(tree):
                    configuration.setdefault(name, {}).update(fields)
                if ARGUMENTS.fullmatch(path):
                    trees.append(tree)
                elif path == VARIABLES:
                    version.variables |= set(variables(tree))
            elif path.startswith("requirements/") and path.count("/") == 1:
                needed[path.removeprefix("requirements/")] = stream.read().decode()
            elif path == RELEASE:
                version.arm64 = built_for_arm(stream.read().decode())
    for tree in trees:
        version.flags |= dict(flags(tree, configuration))
    for name, kind in REQUIREMENTS.items():
        if needs_ray(name, needed):
            version.ray.add(kind)
    return version


def classes(tree: ast.Module) -> Iterator[tuple[str, dict[str, str]]]:
    """Every class with the annotations of its fields, those of its bases in the file included."""
    known: dict[str, dict[str, str]] = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            fields: dict[str, str] = {}
            for base in node.bases:
                fields |= known.get(ast.unparse(base), {})
            for one in node.body:
                if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
                    fields[one.target.id] = ast.unparse(one.annotation)
            known[node.name] = fields
            yield node.name, fields


def flags(
    tree: ast.Module, configuration: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, str]]:
    """Every flag that is added to a parser, and how it is written."""
    sources = {
        node.targets[0].id: ast.unparse(node.value.args[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func) == "get_kwargs"
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "add_argument"
        ):
            for word in node.args:
                if (
                    isinstance(word, ast.Constant)
                    and isinstance(word.value, str)
                    and word.value.startswith("--")
                ):
                    kind = written(node, sources, configuration)
                    yield word.value.removeprefix("--").replace("_", "-"), kind
    for loop in ast.walk(tree):
        if not isinstance(loop, ast.For) or "add_argument" not in ast.unparse(loop):
            continue
        for word in ast.walk(loop.iter):
            if isinstance(word, ast.Constant) and str(word.value).startswith("--"):
                yield str(word.value).removeprefix("--"), ""
        # A class whose fields all become flags, which the tree does not name one by one.
        if ".items()" in ast.unparse(loop.iter):
            for node in tree.body:
                if isinstance(node, ast.ClassDef) and "Frontend" in node.name:
                    for name, annotation in configuration[node.name].items():
                        yield name.replace("_", "-"), "negatable" if is_bool(annotation) else ""


def written(
    call: ast.Call, sources: Mapping[str, str], configuration: Mapping[str, Mapping[str, str]]
) -> str:
    """How a flag is written: by its action, or by the type of the field that it stands for."""
    action = nargs = ""
    for one in call.keywords:
        if one.arg == "action":
            action = ast.unparse(one.value)
        elif one.arg == "nargs":
            nargs = ast.unparse(one.value)
        elif one.arg is None:
            for part in ast.walk(one.value):
                if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Constant):
                    fields = configuration.get(sources.get(ast.unparse(part.value), ""), {})
                    if is_bool(fields.get(str(part.slice.value), "")):
                        action = action or "BooleanOptionalAction"
    if "BooleanOptionalAction" in action:
        return "negatable"
    if "store_true" in action or "store_false" in action:
        return "switch"
    return "maybe" if "StoreBoolean" in action or nargs == "'?'" else ""


def is_bool(annotation: str) -> bool:
    """Whether the parser makes a pair of switches of it: where bool is one of its types."""
    plain = re.sub(r"\b(list|dict|tuple|Literal)\[[^]]*\]", "", annotation)
    return re.search(r"\bbool\b", plain) is not None


def variables(tree: ast.Module) -> Iterator[str]:
    """The keys of the table of variables that start with the engine's name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "environment_variables":
            assert isinstance(node.value, ast.Dict)
            for key in node.value.keys:
                if isinstance(key, ast.Constant) and str(key.value).startswith("VLLM_"):
                    yield str(key.value)


def needs_ray(name: str, needed: Mapping[str, str]) -> bool:
    """Whether requirements name Ray, those that they include by ``-r`` too."""
    for line in needed.get(name, "").splitlines():
        word = line.strip()
        if re.match(r"ray\b", word):
            return True
        if word.startswith("-r ") and needs_ray(word.removeprefix("-r ").strip(), needed):
            return True
    return False


def built_for_arm(pipeline: str) -> bool:
    """Whether the release builds its image for arm64 too."""
    return re.search(r"release image.*(arm64|aarch64)", pipeline) is not None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
