"""The example of a hospital as a folder that its keys are made for: officers whose keys exist."""

from functools import cache
from pathlib import Path

import yaml

from blueprints.engine.spec import load
from tce.intent.spec import Specification
from tce.render import custody
from tests.tce.intent.specifications import BLUEPRINT, EXAMPLES
from tests.tce.keys.office import Office


@cache
def rendered() -> tuple[tuple[str, bytes], ...]:
    """What the example renders for its custody."""
    loaded = load(EXAMPLES / "hospital.yaml", BLUEPRINT)
    assert isinstance(loaded.model, Specification)
    return (("spec.yaml", loaded.text), *((f.path, f.content) for f in custody.files(loaded.model)))


def hospital(folder: Path, mounts: str = "tce-hospital") -> Office:
    """A repository; engines and logins are called by `mounts`, so that a server may hold many."""
    office = Office(
        folder, names=("anna", "lena", "urs"), shares=3, threshold=2, mounts=mounts
    ).make()
    said = yaml.safe_load((folder / "spec.yaml").read_bytes())["keys"]
    for path, content in rendered():
        if path.startswith("iac/"):
            continue
        # What two environments of one OpenBao share is called by its environment here.
        text = content.replace(b"pki_int", b"tce-hospital-pki").replace(
            b"tce-hospital", mounts.encode()
        )
        for name in ("keys/policies/", "keys/officers/"):
            if path.startswith(name):
                path = path.replace("tce-hospital", mounts)
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.replace(b"auth: " + mounts.encode(), b"auth: " + mounts.encode()))
    spec = yaml.safe_load((folder / "spec.yaml").read_bytes())
    spec["keys"] |= {name: said[name] for name in ("officers", "root", "approvals")}
    (folder / "spec.yaml").write_text(yaml.safe_dump(spec))
    return office
