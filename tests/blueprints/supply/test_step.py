"""What the two steps are called with, and what their scripts do with real Git and a stub store."""

import hashlib
import subprocess
from pathlib import Path

import pytest

from blueprints.supply.record import read_mirror
from blueprints.supply.spec import Supply
from blueprints.supply.step import HUB, Step, missing, steps, target
from tests.blueprints.runtimes.stubs import Stubs
from tests.blueprints.supply.cases import REPOSITORY, SAID, SUPPLY, model, site, store, tool
from tests.blueprints.supply.models import FILES, written

LFS = """case "$1" in
  checkout) [ ! -e "$STUBS/damage" ] || echo damaged > config.json ;;
esac
"""


def test_a_download_has_its_token_in_no_argument_and_no_address() -> None:
    download, _ = steps(model(), site(), SUPPLY)
    assert download.arguments == (f"/models/{REPOSITORY}", f"{HUB}/{REPOSITORY}", f"{1:040x}")
    assert download.secrets == {"HF_TOKEN": "hub/token"}
    assert download.image.reference == f"registry.example.org/tools/git@{tool('git')['digest']}"
    assert "@" not in download.arguments[1]


def test_an_upload_says_what_the_paper_says() -> None:
    _, upload = steps(model(), site(), SUPPLY)
    assert upload.environment["AWS_ENDPOINT_URL"] == "https://s3.example.org"
    assert upload.environment["AWS_REQUEST_CHECKSUM_CALCULATION"] == "when_required"
    assert upload.environment["AWS_MAX_ATTEMPTS"] == "10"
    assert upload.secrets == dict.fromkeys(
        ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"], "models/writer"
    )
    assert target(model(), site()) == f"s3://models/huggingface.co/{REPOSITORY}"
    assert "*.git*" in upload.arguments


def test_proxies_and_certificates_are_the_sites() -> None:
    where = site(
        proxies={"https": "http://proxy.example.org:3128", "no_proxy": ["s3.example.org"]},
        certificates="/etc/site/ca.pem",
    )
    download, upload = steps(model(), where, SUPPLY)
    assert download.environment["HTTPS_PROXY"] == "http://proxy.example.org:3128"
    assert download.environment["no_proxy"] == "s3.example.org"
    assert download.environment["GIT_SSL_CAINFO"] == "/certificates/ca.pem"
    assert upload.environment["AWS_CA_BUNDLE"] == "/certificates/ca.pem"
    assert "HTTPS_PROXY" not in upload.environment


def test_a_tool_that_no_node_can_run_is_told() -> None:
    assert list(missing(SUPPLY, site())) == []
    arm = site(node={"architecture": "arm64", "processors": 1, "memory": "1Gi", "nodes": 1})
    assert len(list(missing(SUPPLY, arm))) == 2
    both = Supply.model_validate({**SAID, "tools": [*SAID["tools"], tool("git", "arm64")]})
    assert list(missing(both, arm)) == ["there is no image of aws for arm64, which desk has"]


def git(*words: str, at: Path) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    done = subprocess.run(
        ["git", *identity, *words], cwd=at, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def hub(tmp_path: Path) -> tuple[str, str]:
    """Address and revision of a model's repository; its branch is further."""
    folder = written(tmp_path / "hub")
    git("init", "--quiet", ".", at=folder)
    git("add", "--all", at=folder)
    git("commit", "--quiet", "--message=1", at=folder)
    revision = git("rev-parse", "HEAD", at=folder)
    written(folder, {"later": b""})
    git("add", "--all", at=folder)
    git("commit", "--quiet", "--message=2", at=folder)
    return f"file://{folder}", revision


@pytest.fixture
def stubs(tmp_path: Path) -> Stubs:
    made = Stubs(tmp_path / "stubs")
    made.add("git-lfs", LFS)
    store(made)
    return made


def run(stubs: Stubs, step: Step, *words: str) -> "subprocess.CompletedProcess[str]":
    return stubs.run(step.script.encode(), *words)


def test_all_of_a_revision_arrives_and_is_recorded(
    hub: tuple[str, str], stubs: Stubs, tmp_path: Path
) -> None:
    url, revision = hub
    download, upload = steps(model(), site(), SUPPLY)
    folder, there = tmp_path / "models" / "a b", "s3://models/a b"
    for _ in range(2):
        done = run(stubs, download, str(folder), url, revision)
        assert done.returncode == 0, done.stderr
    assert "is there at" in done.stderr
    found = {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()}
    assert {one for one in found if not one.startswith(".git/")} == set(FILES)
    assert ("fetch", "origin", revision) in [one.arguments for one in stubs.calls("git-lfs")]
    rest = upload.arguments[3:]
    done = run(stubs, upload, str(folder), there, revision, *rest)
    assert done.returncode == 0, done.stderr
    written_there = stubs.folder / "store" / "models" / "a b"
    mirror = read_mirror((written_there / "tutela.mirror.json").read_bytes())
    assert mirror.repository == REPOSITORY
    assert {one.path: one.sha256 for one in mirror.files} == {
        path: hashlib.sha256(text).hexdigest() for path, text in FILES.items()
    }
    sync = stubs.calls("aws")[0].arguments
    assert sync[:4] == ("s3", "sync", ".", there)
    assert "--exclude" in sync
    assert "*.git*" in sync


def test_a_folder_that_is_not_what_was_asked_for_is_not_uploaded(
    hub: tuple[str, str], stubs: Stubs, tmp_path: Path
) -> None:
    url, revision = hub
    download, upload = steps(model(), site(), SUPPLY)
    folder = tmp_path / "model"
    (stubs.folder / "calls" / "damage").touch()
    done = run(stubs, download, str(folder), url, revision)
    assert done.returncode == 1
    assert f"is not what {revision} has" in done.stderr
    done = run(stubs, upload, str(folder), "s3://models/x", revision, "{}", "*.git*")
    assert done.returncode == 1
    assert "is not downloaded at" in done.stderr
    assert stubs.calls("aws") == []


def test_what_the_store_changed_is_found_and_not_recorded(
    hub: tuple[str, str], stubs: Stubs, tmp_path: Path
) -> None:
    url, revision = hub
    download, upload = steps(model(), site(), SUPPLY)
    folder = tmp_path / "model"
    run(stubs, download, str(folder), url, revision)
    stubs.add("aws", 'case "$2" in cp) echo other ;; esac')
    done = run(stubs, upload, str(folder), "s3://models/x", revision, "{}", "*.git*")
    assert done.returncode == 1
    assert "s3://models/x/LICENSE: is not what was sent" in done.stderr
    assert len(stubs.calls("aws")) == 2


def test_a_name_that_a_shell_cannot_write_down_is_told(
    hub: tuple[str, str], stubs: Stubs, tmp_path: Path
) -> None:
    url, revision = hub
    download, upload = steps(model(), site(), SUPPLY)
    folder = tmp_path / "model"
    run(stubs, download, str(folder), url, revision)
    written(folder, {'a"b': b""})
    done = run(stubs, upload, str(folder), "s3://models/x", revision, "{}", "*.git*")
    assert done.returncode == 1
    assert "tutela model mirror does" in done.stderr


def test_the_helper_hands_a_token_to_git_and_to_nobody_else(
    hub: tuple[str, str], stubs: Stubs, tmp_path: Path
) -> None:
    url, revision = hub
    download, _ = steps(model(), site(), SUPPLY)
    stubs.environment["HF_TOKEN"] = "hf_invented"
    folder = tmp_path / "model"
    run(stubs, download, str(folder), url, revision)
    done = subprocess.run(
        ["git", "credential", "fill"],
        cwd=folder,
        input="protocol=https\nhost=huggingface.co\n\n",
        env={**stubs.environment, "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "password=hf_invented" in done.stdout
    held = [one.read_bytes() for one in (folder / ".git").rglob("*") if one.is_file()]
    assert not any(b"hf_invented" in one for one in held)
    words = [word for call in stubs.calls("git-lfs") for word in call.arguments]
    assert not any("hf_invented" in word for word in words)
