"""The example of a hospital as a folder that its keys are made for: officers whose keys exist."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from blueprints.engine.spec import load
from blueprints.secret import Secret
from tce.intent.spec import Specification
from tce.keys.bao.client import Bao
from tce.keys.bao.where import custody
from tce.keys.login import hand_out, login
from tce.render import custody as rendering
from tests.labs.openbao import OpenBao
from tests.tce.intent.specifications import BLUEPRINT, EXAMPLES
from tests.tce.keys.office import Office

_NAMED = ("keys/policies/", "keys/officers/")


@cache
def rendered() -> tuple[tuple[str, bytes], ...]:
    """What the example renders for its custody, without OpenTofu's module."""
    loaded = load(EXAMPLES / "hospital.yaml", BLUEPRINT)
    assert isinstance(loaded.model, Specification)
    files = [(one.path, one.content) for one in rendering.files(loaded.model)]
    return (("spec.yaml", loaded.text), *(one for one in files if one[0].startswith("keys/")))


def write(folder: Path, mounts: str) -> Office:
    """A repository; engines and logins are called by `mounts`, so that a server may hold many."""
    office = Office(
        folder, names=("anna", "lena", "urs"), shares=3, threshold=2, mounts=mounts
    ).make()
    officers = yaml.safe_load((folder / "spec.yaml").read_bytes())["keys"]
    for path, content in rendered():
        # The authority is shared by all environments of an OpenBao; here each has its own.
        text = content.replace(b"pki_int", b"tce-hospital-pki")
        name = path.replace("tce-hospital", mounts) if path.startswith(_NAMED) else path
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.replace(b"tce-hospital", mounts.encode()))
    spec = yaml.safe_load((folder / "spec.yaml").read_bytes())
    spec["keys"] |= {name: officers[name] for name in ("officers", "root", "approvals")}
    (folder / "spec.yaml").write_text(yaml.safe_dump(spec))
    return office


@dataclass(frozen=True)
class Hospital:
    """A repository and its OpenBao."""

    folder: Path
    office: Office
    bao: OpenBao
    mounts: str

    @classmethod
    def make(cls, folder: Path, bao: OpenBao) -> Hospital:
        """A repository that was just rendered: nothing is in OpenBao yet."""
        mounts = bao.unique("tce")
        office = write(folder, mounts)
        office.bao = bao
        return cls(folder, office, bao, mounts)

    @property
    def transit(self) -> str:
        """Its engine of keys."""
        return f"{self.mounts}-transit"

    @property
    def wrapped(self) -> str:
        """Its engine of identities."""
        return f"{self.mounts}-wrapped"

    def token(self, role: str) -> Secret:
        """A token of one of its logins, as its holder would get it."""
        beside = self.folder.parent / self.bao.unique(role)
        hand_out(custody(self.folder), self.bao.root, role, "a test", beside)
        out = beside.with_suffix(".token")
        login(beside, self.bao.connect(), out)
        return Secret(out.read_bytes().strip())

    def as_(self, role: str) -> Bao:
        """A connection as one of its logins."""
        return self.bao.connect(self.token(role))
