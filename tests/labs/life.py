"""An institution that does everything by command lines: officers, OpenBao, a bucket, a repository.

Each command is a process of its own, as people start it. Secrets reach it through files that the
environment names; what it prints is kept, to be looked through for secrets afterwards.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.labs.openbao import OpenBao

OFFICERS = ("anna", "lena", "urs")
PATIENCE = 300.0
"""Seconds that a command may take on a busy machine; the longest takes some ten on a quiet one."""


@dataclass
class Life:
    """Everything of one institution, below one folder."""

    folder: Path
    bao: OpenBao
    store: Mapping[str, str]
    """Variables of the S3 store."""
    bucket: str
    root: dict[str, Any]
    """How the root is kept, in the words of the specification."""
    module: Mapping[str, str] = field(default_factory=dict)
    """Variables of the hardware module."""
    said: list[str] = field(default_factory=list)
    """Everything that any command printed."""
    _orders: int = 0

    @property
    def repository(self) -> Path:
        """What was rendered."""
        return self.folder / "hospital"

    @property
    def place(self) -> Path:
        """Of the root."""
        return self.folder / "root"

    def environ(self, token: str | None = None) -> dict[str, str]:
        """What a process of the program inherits."""
        said = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder / "home"),
            "COLUMNS": "200",
            **self.bao.environ(),
            **self.store,
            **self.module,
        }
        if token is not None:
            said["TUTELA_TOKEN_FILE"] = str(self.folder / f"{token}.token")
        return said

    def run(
        self, *words: object, token: str | None = None, code: int = 0, cwd: Path | None = None
    ) -> str:
        """Run `tutela` and return its result; it has to end with `code`."""
        line = [sys.executable, "-m", "tutela", *map(str, words)]
        ended = subprocess.run(
            line,
            capture_output=True,
            text=True,
            env=self.environ(token),
            cwd=cwd or self.folder,
            timeout=PATIENCE,
            check=False,
        )
        self.said += [ended.stdout, ended.stderr]
        shown = f"{' '.join(line[3:])}\n{ended.stdout}{ended.stderr}"
        assert ended.returncode == code, shown
        return ended.stdout if not code else ended.stdout + ended.stderr

    def result(self, *words: object, token: str | None = None) -> dict[str, Any]:
        """As :meth:`run`, as programs read it."""
        said: dict[str, Any] = json.loads(self.run("--json", *words, token=token))
        return said

    def key(self, name: str) -> str:
        """URI of an officer's signing key."""
        return f"file:{self.folder}/{name}.pem"

    def shares(self, names: Sequence[str], folder: Path | None = None) -> list[str]:
        """Options that bring shares; none where a module keeps the root."""
        if folder is None:
            if self.root["kind"] == "pkcs11":
                return []
            newest = max(int(one.name.partition("-")[2]) for one in self.place.glob("gen*"))
            folder = self.place / f"generation-{newest}"
        words = []
        for name in names:
            words += ["--share", f"{folder}/share-{name}.age"]
            words += ["--identity", f"{self.folder}/{name}.age"]
        return words

    def order(self, verb: str, target: str, *details: str, by: Sequence[str] = OFFICERS[:2]) -> str:
        """Have something ordered and approved; the order's file."""
        self._orders += 1
        out = self.folder / f"order-{self._orders}.json"
        said = [word for one in details for word in ("--detail", one)]
        self.run(
            *("tce", "keys", "order", verb, target, self.repository),
            *("--why", "part of a life", "--out", out, *said),
        )
        for name in by:
            self.run("tce", "keys", "approve", out, self.repository, "--key", self.key(name))
        return str(out)

    def login(self, role: str, whose: str, token: str) -> str:
        """Hand out a login as `token`, and log in; the name of its token."""
        file = self.folder / f"{role}-{whose}.json"
        self.run(
            *("tce", "keys", "hand-out", role, self.repository, "--for", whose, "--out", file),
            token=token,
        )
        return self.log_in(file, f"{role}-{whose}")

    def log_in(self, file: Path, name: str) -> str:
        """Log in; the name of the token."""
        out = self.folder / f"{name}.token"
        self.run("tce", "keys", "login", file, self.repository, "--out", out)
        return name

    def begin(self) -> None:
        """Make officers' keys, write the specification, render the repository."""
        (self.folder / "home").mkdir(parents=True)
        officers = []
        for name in OFFICERS:
            keys = {}
            for kind, words in (("key", ()), ("recipient", ("--age",))):
                file = self.folder / f"{name}.{'age' if words else 'pem'}"
                keys[kind] = self.result("tce", "keys", "new", file, "--plain", *words)["public"]
            officers.append({"name": name, "person": f"{name.title()} Muster", **keys})
        spec = YAML().load(self.run("tce", "spec", "hospital"))
        spec["keys"]["officers"] = officers
        spec["keys"]["root"] = self.root
        for one in spec["keys"]["buckets"]:
            one["place"] = f"s3://{self.bucket}/{one['name']}"
        YAML().dump(spec, self.folder / "tce.yaml")
        self.run("tce", "render", "tce.yaml", "--out", self.repository, "--unsafe-unchecked")

    def without(self, officer: str) -> None:
        """Take an officer out of the specification, as a reviewed commit would."""
        file = self.repository / "spec.yaml"
        spec = YAML().load(file)
        spec["keys"]["officers"] = [
            one for one in spec["keys"]["officers"] if one["name"] != officer
        ]
        if self.root["kind"] == "shamir":
            spec["keys"]["root"] = {"kind": "shamir", "shares": 2, "threshold": 2}
        else:
            spec["keys"]["root"] |= {"shares": 2, "threshold": 2}
        YAML().dump(spec, file)
        (self.repository / f"keys/officers/{officer}.pem").unlink()
