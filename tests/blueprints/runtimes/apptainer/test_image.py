import dataclasses
import hashlib
import io
import tarfile
from pathlib import Path

from blueprints.runtimes.apptainer.image import script, sif
from blueprints.service.service import Image
from tests.blueprints.runtimes import example
from tests.blueprints.runtimes.stubs import Stubs

MANIFEST = b'{"schemaVersion": 2}'
HEX = hashlib.sha256(MANIFEST).hexdigest()
IMAGE = Image("registry.example.org/vllm/vllm-openai", f"sha256:{HEX}", "amd64")


def ready(folder: Path, body: str = 'echo image > "$2"') -> tuple[bytes, Path, Stubs]:
    service = dataclasses.replace(example.SERVICE, image=IMAGE)
    site = example.site(folders={"models": "/m", "cache": "/c", "images": str(folder / "sif")})
    made = Stubs(folder / "stubs")
    made.add("apptainer", body)
    made.add("uname", "echo x86_64")
    return script(service, site), Path(sif(service, site)), made


def archive(file: Path, manifest: bytes) -> Path:
    with tarfile.open(file, "w") as tar:
        member = tarfile.TarInfo(f"blobs/sha256/{HEX}")
        member.size = len(manifest)
        tar.addfile(member, io.BytesIO(manifest))
    return file


def test_it_is_made_of_the_image_by_its_digest(tmp_path: Path) -> None:
    text, file, made = ready(tmp_path)
    done = made.run(text)
    assert (done.returncode, done.stderr) == (0, f"{file}: made\n")
    (call,) = made.calls("apptainer")
    assert call.arguments[0] == "build"
    assert call.arguments[2:] == (f"docker://{IMAGE.reference}",)
    assert file.read_text() == "image\n"
    assert list(file.parent.iterdir()) == [file]


def test_layers_are_unpacked_beside_it_and_not_at_home(tmp_path: Path) -> None:
    text, file, made = ready(tmp_path)
    made.run(text)
    (call,) = made.calls("apptainer")
    folders = {call.environment[f"APPTAINER_{name}DIR"] for name in ("TMP", "CACHE")}
    assert {Path(one).is_relative_to(file.parent) for one in folders} == {True}


def test_it_is_made_once(tmp_path: Path) -> None:
    text, file, made = ready(tmp_path)
    made.run(text)
    assert made.run(text).stderr == f"{file}: is there\n"
    assert len(made.calls("apptainer")) == 1


def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    text, file, made = ready(tmp_path, 'echo half > "$2"; exit 255')
    assert made.run(text).returncode == 255
    assert list(file.parent.iterdir()) == []


def test_an_archive_of_the_image_is_taken(tmp_path: Path) -> None:
    text, file, made = ready(tmp_path)
    source = archive(tmp_path / "image.tar", MANIFEST)
    assert made.run(text, str(source)).returncode == 0
    (call,) = made.calls("apptainer")
    assert call.arguments[2:] == (f"oci-archive:{source}",)
    assert file.is_file()


def test_an_archive_of_another_image_is_refused(tmp_path: Path) -> None:
    text, file, made = ready(tmp_path)
    done = made.run(text, str(archive(tmp_path / "image.tar", b"{}")))
    assert done.returncode == 1
    assert done.stderr == f"{file}: {tmp_path}/image.tar is not {IMAGE.reference}\n"
    assert made.calls("apptainer") == []


def test_a_node_of_another_architecture_makes_nothing(tmp_path: Path) -> None:
    text, file, made = ready(tmp_path)
    made.add("uname", "echo aarch64")
    done = made.run(text)
    assert done.stderr == f"{file}: is for x86_64, and this node is aarch64\n"
    assert made.calls("apptainer") == []
