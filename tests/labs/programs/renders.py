"""Renders every example of every blueprint by the command line, and says what it opened meanwhile.

    python -m tests.labs.programs.renders OUT REPORT [BLUEPRINT]

The interpreter's own audit events tell what is opened in the home, who is connected to, what is
started. A blueprint that is named is rendered alone, and as one that puts secrets into files, as no
blueprint may: one of the environment, one of the home, one of OpenBao.
"""

import base64
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from blueprints.engine import registry
from blueprints.engine.blueprint import File
from tutela.program import main

LEAK = "network/harvester/leak-{0}.yaml"


def _from_environment() -> bytes:
    return os.environ["BAO_TOKEN"].encode()


def _from_home() -> bytes:
    return (Path.home() / ".vault-token").read_bytes()


def _from_openbao() -> bytes:
    from blueprints.secret import Secret
    from tce.keys.bao.client import connect

    ca, token = Path(os.environ["BAO_CACERT"]), Secret(os.environ["LEAK_TOKEN"].encode())
    bao = connect(os.environ["BAO_ADDR"], ca, token)
    value: str = bao.read(os.environ["LEAK_PATH"])["data"]["data"]["value"]
    return value.encode()


LEAKS: dict[str, Callable[[], bytes]] = {
    "environment": _from_environment,
    "home": _from_home,
    "openbao": _from_openbao,
}


def watch(home: str) -> dict[str, list[str]]:
    """Begin to note what is done."""
    seen: dict[str, list[str]] = {"opened": [], "connected": [], "started": []}

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("open", "os.listdir", "os.scandir") and arguments:
            path = arguments[0]
            if isinstance(path, (str, bytes, os.PathLike)) and os.fsdecode(path).startswith(home):
                seen["opened"].append(os.fsdecode(path))
        elif event in ("socket.connect", "socket.getaddrinfo"):
            seen["connected"].append(event)
        elif event in ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system"):
            seen["started"].append(event)

    sys.addaudithook(hook)
    return seen


def leaky(name: str) -> None:
    """Put another blueprint of this name in the place of the true one."""
    true = registry.named(name)

    def documents(model: Any) -> Iterator[File]:
        yield from true.documents(model)
        for leak, read in LEAKS.items():
            text = b"value: " + base64.b64encode(b"x" + read()) + b"\n"
            yield File(LEAK.format(leak), text)

    # The registry reads what an entry point names: a module's attribute.
    module = import_module(true.documents.__module__.partition(".render")[0] + ".blueprint")
    module.BLUEPRINT = replace(true, documents=documents)  # type: ignore[attr-defined]


def run(out: Path, report: Path, only: str = "") -> int:
    """Render everything into `out`; only one blueprint, with leaks, where it is named."""
    seen = watch(str(Path.home()))
    if only:
        leaky(only)
    for name in registry.names():
        if only and name != only:
            continue
        for example in sorted((registry.named(name).folder / "examples").glob("*.yaml")):
            to = out / name / example.stem
            to.parent.mkdir(parents=True, exist_ok=True)
            words = ["blueprint", "render", str(example), "--out", str(to), "--unsafe-unchecked"]
            code = main(words)
            if code:
                return code
            if only:
                break
    report.write_text(json.dumps(seen))
    return 0


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:]))
