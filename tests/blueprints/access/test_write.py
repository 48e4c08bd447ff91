import subprocess
import sys
from pathlib import Path

from blueprints.access.write import files
from tests.blueprints.access.case import CLUSTER, KEYED, OPEN, centre, placed


def test_every_model_has_clients_and_those_of_nodes_a_tunnel() -> None:
    found = {file.path: file.executable for file in files(centre(), [KEYED, CLUSTER])}
    assert found == {
        "access/centre/mutable/ask.sh": True,
        "access/centre/mutable/ask.py": True,
        "access/centre/mutable/tunnel.sh": True,
        "access/centre/cluster/ask.sh": True,
        "access/centre/cluster/ask.py": True,
        "access/centre/nginx.conf": False,
        "access/centre/upstream.sh": True,
        "access/centre/README.md": False,
    }


def test_a_site_without_a_login_node_or_a_proxy_has_neither_tunnel_nor_nginx() -> None:
    found = {file.path for file in files(centre(login=None, proxy=None), [KEYED])}
    assert not [path for path in found if path.endswith(("tunnel.sh", "nginx.conf", "upstream.sh"))]


def test_a_site_of_models_without_keys_has_no_proxy() -> None:
    assert not [file for file in files(centre(), [OPEN]) if file.path.endswith("nginx.conf")]


def test_a_site_without_models_has_nothing() -> None:
    assert list(files(centre(), [])) == []


def test_scripts_are_right_for_bash_and_shellcheck(tmp_path: Path) -> None:
    scripts = list(placed(tmp_path, centre(), KEYED, OPEN).rglob("*.sh"))
    assert len(scripts) == 5
    for script in scripts:
        subprocess.run(["bash", "-n", script], check=True)
    done = subprocess.run(
        [Path(sys.executable).parent / "shellcheck", *scripts], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_python_compiles_the_client(tmp_path: Path) -> None:
    client = placed(tmp_path, centre(), KEYED) / "mutable" / "ask.py"
    compile(client.read_text(), str(client), "exec")
