"""The command: a rendered environment, whole."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tce.probe.environment import needs_nft, needs_switch, perimeter, specification
from tests.tce.probe.test_namespaces import as_nobody
from tutela.program import main

pytestmark = [pytest.mark.real, needs_nft]

PROBE = (sys.executable, "-m", "tutela", "tce", "probe")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As far as packets need it."""
    made = tmp_path_factory.mktemp("probe")
    (made / "network" / "perimeter").mkdir(parents=True)
    (made / "spec.yaml").write_bytes(specification())
    (made / "network" / "perimeter" / "tce.nft").write_bytes(perimeter())
    return made


def test_a_user_without_rights_probes_the_file_that_he_has(folder: Path) -> None:
    done = as_nobody(*PROBE, str(folder), "--packets", "1000", "--no-vlans", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["schema"] == "tutela/probe/v1"
    assert said["holds"] is True
    digest = subprocess.run(
        ["sha256sum", str(folder / "network" / "perimeter" / "tce.nft")],
        capture_output=True,
        text=True,
    ).stdout.split()[0]
    (part,) = said["parts"]
    assert part["sha256"] == digest
    assert part["logged"] == part["counted"] > 500
    assert said["level"] == "emulated"
    assert said["limits"]


def test_a_kernel_that_refuses_is_a_failure_in_one_line_and_hints(folder: Path) -> None:
    done = as_nobody(*PROBE, str(folder), limit="max_net_namespaces")
    assert done.returncode == 1
    assert "no network namespace" in done.stderr
    assert "sudo" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_machine_without_nft_is_told_what_to_type(folder: Path, tmp_path: Path) -> None:
    hidden = f'mount --bind {tmp_path} /usr/sbin && exec "$@"'
    around = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", hidden, "sh"]
    command = [*around, *PROBE, str(folder), "--no-vlans", "--packets", "10"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert "the program nft is not on this machine" in done.stderr
    assert "apt-get install --no-install-recommends nftables" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_file_ends_with_3_and_names_the_packet(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong"
    (wrong / "network" / "perimeter").mkdir(parents=True)
    (wrong / "spec.yaml").write_bytes(specification())
    text = perimeter().decode().replace(". 8200 comment", ". 8200-8201 comment")
    (wrong / "network" / "perimeter" / "tce.nft").write_text(text)
    assert main(["tce", "probe", str(wrong), "--no-vlans", "--packets", "10"]) == 3
    said = capsys.readouterr().out
    assert ":8201 flags syn" in said
    assert "passed, and nothing declares it" in said
    assert "does not hold" in said


def test_a_folder_that_is_no_environment_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tce", "probe", str(tmp_path)]) == 1
    assert "is no rendered environment: spec.yaml" in capsys.readouterr().err


def test_a_file_that_nft_refuses_is_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "network" / "perimeter").mkdir(parents=True)
    (tmp_path / "spec.yaml").write_bytes(specification())
    (tmp_path / "network" / "perimeter" / "tce.nft").write_text("table inet t {\n nonsense\n}\n")
    assert main(["tce", "probe", str(tmp_path), "--no-vlans", "--packets", "10"]) == 1
    assert "syntax error" in capsys.readouterr().err


@needs_switch
def test_the_rendered_example_holds_with_its_vlans_and_a_wrong_vlan_does_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tce.yaml").write_bytes(specification())
    out = tmp_path / "out"
    render = ["tce", "render", str(tmp_path / "tce.yaml"), "--unsafe-unchecked", "--out", str(out)]
    assert main(render) == 0
    probe = ["tce", "probe", str(out), "--vlans", "--packets", "500"]
    assert main(probe) == 0, capsys.readouterr().out
    networks = out / "network" / "harvester" / "networks.yaml"
    wrong = networks.read_text().replace('\\"vlan\\": 412', '\\"vlan\\": 413')
    assert wrong != networks.read_text()
    networks.write_text(wrong)
    assert main(probe) == 3
    assert "heard in VLAN 413" in capsys.readouterr().out
