"""Images are scanned, judged, copied and compared, in that order; scripts run with stubs."""

from pathlib import Path

import pytest
import yaml

from blueprints.service.image import EngineImage
from blueprints.supply.images import Mirrored, flattened, listed, mirrored, script
from blueprints.supply.spec import ToolImage
from tests.blueprints.kinds.inference.specifications import image
from tests.blueprints.runtimes.stubs import Stubs
from tests.blueprints.supply.cases import cloud, site, tool

ENGINES = [
    EngineImage.model_validate(image(1)),
    EngineImage.model_validate(image(2, architecture="arm64")),
    EngineImage.model_validate(image(3, accelerator="rocm", path="rocm/vllm")),
]
DIGEST = f"sha256:{1:064x}"
TARGET = "registry.example.org/vllm/vllm-openai:v0.11.0-amd64"
SKOPEO = 'case "$1" in inspect) echo "${FOUND:-${4##*@}}" ;; esac'


def every() -> list[Mirrored]:
    return [*mirrored(ENGINES, [site(), cloud()])]


def test_an_image_goes_where_such_nodes_are() -> None:
    found = {one.digest[-1]: list(one.targets) for one in every()}
    assert found == {"1": [TARGET], "2": [], "3": []}
    other = site(registry="registry.example.net/mirror")
    (one,) = mirrored(ENGINES[:1], [site(), other])
    assert list(one.targets) == [
        TARGET,
        "registry.example.net/mirror/vllm/vllm-openai:v0.11.0-amd64",
    ]
    tools = [ToolImage.model_validate(tool("git"))]
    assert [len(one.targets) for one in mirrored(tools, [site()])] == [1]


def test_the_list_names_all_by_digest() -> None:
    said = yaml.safe_load(listed(every()).content)["images"]
    assert [one["upstream"] for one in said] == [
        f"docker.io/vllm/vllm-openai@{DIGEST}",
        f"docker.io/vllm/vllm-openai@sha256:{2:064x}",
        f"docker.io/vllm/vllm-openai@sha256:{3:064x}",
    ]


@pytest.fixture
def stubs(tmp_path: Path) -> Stubs:
    made = Stubs(tmp_path / "stubs")
    for name in ("trivy", "grype"):
        made.add(name)
    made.add("skopeo", SKOPEO)
    made.add("tutela", '[ -z "${REFUSED:-}" ] || exit 3')
    return made


def test_an_image_is_scanned_judged_copied_and_compared(stubs: Stubs) -> None:
    done = stubs.run(script(every()).content, "accepted.yaml")
    assert done.returncode == 0, done.stderr
    report = f"scans/{1:064x}.json"
    source = f"docker.io/vllm/vllm-openai@{DIGEST}"
    (scan,) = stubs.calls("trivy")
    assert scan.arguments[-3:] == ("--output", report, source)
    assert "linux/amd64" in scan.arguments
    (judge,) = stubs.calls("tutela")
    assert judge.arguments == (
        *("model", "scan", report, "--image", DIGEST, "--ignore", "accepted.yaml"),
    )
    copy, look = stubs.calls("skopeo")
    assert copy.arguments[:2] == ("copy", "--preserve-digests")
    assert copy.arguments[-2:] == (f"docker://{source}", f"docker://{TARGET}")
    assert look.arguments[-1] == f"docker://registry.example.org/vllm/vllm-openai@{DIGEST}"


def test_an_image_that_is_refused_is_not_copied(stubs: Stubs) -> None:
    stubs.environment["REFUSED"] = "1"
    done = stubs.run(script(every()).content)
    assert done.returncode == 1
    assert "not mirrored" in done.stderr
    assert stubs.calls("skopeo") == []


def test_a_registry_that_has_something_else_is_told(stubs: Stubs) -> None:
    stubs.environment["FOUND"] = "sha256:other"
    done = stubs.run(script(every()).content)
    assert done.returncode == 1
    assert f"has sha256:other and not {DIGEST}" in done.stderr


def test_another_scanner_is_one_word_away(stubs: Stubs) -> None:
    stubs.environment["TUTELA_SCANNER"] = "grype"
    assert stubs.run(script(every()).content).returncode == 0
    assert len(stubs.calls("grype")) == 1
    stubs.environment["TUTELA_SCANNER"] = "none"
    assert stubs.run(script(every()).content).returncode == 1


def test_images_are_flattened_once_for_nodes_of_their_kind(tmp_path: Path) -> None:
    where = site(folders={"models": "/m", "cache": "/c", "images": str(tmp_path / "images")})
    (file,) = flattened(where, ENGINES)
    made = Stubs(tmp_path / "stubs")
    made.add("podman")
    made.add("enroot", 'echo image > "$3"')
    made.add("uname", "echo x86_64")
    for _ in range(2):
        assert made.run(file.content).returncode == 0
    reference = f"registry.example.org/vllm/vllm-openai@{DIGEST}"
    assert [one.arguments for one in made.calls("podman")] == [("pull", "--quiet", reference)]
    (call,) = made.calls("enroot")
    assert call.arguments[-1] == f"podman://{reference}"
    made_files = list((tmp_path / "images").iterdir())
    assert [one.name for one in made_files] == [f"vllm-openai-{1:064x}.sqsh"]
    made.add("uname", "echo aarch64")
    done = made.run(file.content)
    assert done.returncode == 1
    assert "this node is aarch64" in done.stderr


def test_an_image_that_cannot_be_flattened_leaves_nothing(tmp_path: Path) -> None:
    where = site(folders={"models": "/m", "cache": "/c", "images": str(tmp_path / "images")})
    (file,) = flattened(where, ENGINES)
    made = Stubs(tmp_path / "stubs")
    made.add("podman")
    made.add("enroot", 'echo half > "$3"; exit 1')
    made.add("uname", "echo x86_64")
    assert made.run(file.content).returncode == 1
    assert list((tmp_path / "images").iterdir()) == []


def test_a_cluster_mounts_no_files_of_images() -> None:
    assert list(flattened(cloud(), ENGINES)) == []
