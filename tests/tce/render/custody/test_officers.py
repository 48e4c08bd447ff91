"""Officers' keys, as whoever verifies their signatures reads them."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest

import tce
from tce.render import documents
from tce.render.custody import officers, tofu
from tests.tce.intent.specifications import GONE, typed
from tests.tce.render.cluster.rendered import texts


def test_every_officers_key_is_the_one_of_the_specification_to_another_reader() -> None:
    serialization = pytest.importorskip("cryptography.hazmat.primitives.serialization")
    spec = typed()
    found = texts(officers.files, spec)
    assert len(found) == len(spec.keys.officers) == 3
    for one in spec.keys.officers:
        key = serialization.load_pem_public_key(found[officers.path(one.name)].encode())
        assert key.public_bytes_raw() == base64.b64decode(one.key)


def test_without_officers_there_is_no_key() -> None:
    assert texts(officers.files, typed({"keys/officers": GONE, "keys/root": GONE})) == {}


def test_git_takes_public_halves_and_leaves_private_ones_and_states_out(tmp_path: Path) -> None:
    template = Path(tce.__file__).parent / "templates/repository/{{cookiecutter.folder}}"
    (tmp_path / ".gitignore").write_bytes((template / ".gitignore").read_bytes())
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    taken = {one.path for one in documents(typed())}
    taken |= {"keys/evidence.pem", "keys/recipients/escrow.age", "keys/ceremony/a.dsse.json"}
    left = {"anna.pem", "keys/private/anna.pem", f"{tofu.FOLDER}/bao.tfstate", "token.key"}
    done = subprocess.run(
        ["git", "-C", str(tmp_path), "check-ignore", "--stdin"],
        input="\n".join(sorted(taken | left)),
        capture_output=True,
        text=True,
    )
    assert set(done.stdout.split()) == left
