"""Playbooks of a trusted environment's repository, run against hosts of the lab.

Programs come as they do in an environment: an archive and a plugin from a server by HTTPS, by their
digests. The archive's RKE2 is a stand-in that does what roles see of the real one: it answers at
9345, has an API server as a process with the arguments of the settings, and a kubectl.
"""

import hashlib
import io
import json
import ssl
import tarfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tce.intent.spec import Specification
from tce.render import documents
from tests.labs.certificates import self_signed
from tests.labs.nodes import Lab
from tests.labs.playbooks import Ran, ended, start, write

_RKE2 = """#!/usr/bin/python3
import json, os, ssl, subprocess, sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

role = sys.argv[1]
settings, parts = {}, sorted(Path("/etc/rancher/rke2/config.yaml.d").glob("*.yaml"))
for file in (Path("/etc/rancher/rke2/config.yaml"), *parts):
    key = ""
    for line in file.read_text().splitlines():
        if line.startswith("#") or line == "---":
            continue
        if line.lstrip().startswith("- "):
            settings.setdefault(key, []).append(line.lstrip()[2:].strip('"'))
        else:
            key, _, value = line.partition(": ")
            key = key.rstrip(":")
            settings[key] = value.strip('"') if value else []
token = Path(settings["token-file"]).read_text().strip()
state = Path("/var/lib/rancher/rke2")
(state / "bin").mkdir(parents=True, exist_ok=True)
log = {"role": role, "server": settings.get("server", ""), "settings": settings}
(state / "started.json").write_text(json.dumps(log))
Path("/etc/rancher/node").mkdir(parents=True, exist_ok=True)
Path("/etc/rancher/node/password").write_text("made up")
if role == "server":
    kubectl = state / "bin/kubectl"
    kubectl.write_text("#!/bin/sh\\ncase \\"$*\\" in *get*) printf True;; esac\\n")
    kubectl.chmod(0o755)
    (state / "server/db/etcd/member").mkdir(parents=True, exist_ok=True)
    own = "--encryption-provider-config=/var/lib/rancher/rke2/server/cred/encryption-config.json"
    said = ["--" + one for one in settings["kube-apiserver-arg"]]
    if Path("/run/lab/own-key").exists():
        said, own = [], own
    subprocess.Popen(["/usr/local/bin/kube-apiserver", own, *said])

    class Ping(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"pong")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("0.0.0.0", 9345), Ping)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("/usr/local/share/rke2/made-up.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()
time.sleep(100000)
"""
_API = "#!/bin/sh\nwhile :; do sleep 1000; done\n"
_UNIT = "[Service]\nExecStart=/usr/local/bin/rke2 {role}\n[Install]\nWantedBy=multi-user.target\n"
_PLUGIN = """#!/usr/bin/python3
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

assert os.environ["VAULT_KMS_APPROLE_ROLE_ID"]


class Health(BaseHTTPRequestHandler):
    def do_GET(self):
        right = os.environ["VAULT_KMS_APPROLE_SECRET_ID"].startswith("right")
        self.send_response(200 if right else 503)
        self.end_headers()

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("0.0.0.0", 18080), Health).serve_forever()
"""


@dataclass(frozen=True)
class Environment:
    """A rendered repository, and the institution's server of programs, in a lab."""

    folder: Path
    lab: Lab
    variables: Mapping[str, Any]

    def play(
        self,
        playbook: str,
        *arguments: str,
        secrets: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> Ran:
        """Run ``ansible/playbooks/<playbook>.yaml`` as its header says."""
        started = start(
            self.folder,
            self.lab,
            secrets or {},
            *(f"ansible/playbooks/{playbook}.yaml", "--diff", *arguments),
            *("--extra-vars", json.dumps({**self.variables, **(more or {})})),
        )
        return ended(started)


def environment(folder: Path, spec: Specification, lab: Lab) -> Environment:
    """Write everything down that is rendered, and serve programs from the lab's own address.

    The lab's certificate is the institution's authority, which hosts are told to trust.
    """
    folder.mkdir()
    public, key = self_signed(folder, lab.address)
    certificate = folder / "both.pem"
    certificate.write_text(key.read_text() + public.read_text())
    write(folder / "repository", documents(spec))
    for one in spec.keys.tang:
        name = one.url.partition("//")[2].partition(":")[0]
        advertisement = folder / "repository/keys/tang" / f"{name}.jws"
        advertisement.parent.mkdir(parents=True, exist_ok=True)
        advertisement.write_text("{}")
    (folder / "repository/keys/ca.pem").write_text(public.read_text())
    (folder / "repository/home").mkdir()
    checksums = _programs(folder / "programs", spec.versions.kubernetes, certificate)
    port = _serve(lab, folder / "programs", certificate)
    # The lab's hosts have no sudo, and answer at once.
    variables = {
        "ansible_user": "root",
        "programs_source": f"https://{lab.address}:{port}",
        "programs_checksums": checksums,
        "rke2_server_retries": 10,
        "rke2_server_delay": 1,
        "rke2_agent_retries": 10,
        "rke2_agent_delay": 1,
        "kms_plugin_retries": 10,
        "kms_plugin_delay": 1,
    }
    return Environment(folder / "repository", lab, variables)


def _programs(folder: Path, release: str, certificate: Path) -> dict[str, str]:
    (folder / release).mkdir(parents=True)
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for name, text, mode in (
            ("bin/rke2", _RKE2, 0o755),
            ("bin/kube-apiserver", _API, 0o755),
            ("share/rke2/made-up.pem", certificate.read_text(), 0o600),
            ("lib/systemd/system/rke2-server.service", _UNIT.format(role="server"), 0o644),
            ("lib/systemd/system/rke2-agent.service", _UNIT.format(role="agent"), 0o644),
        ):
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(text), mode
            tar.addfile(info, io.BytesIO(text.encode()))
    content = {
        "rke2.linux-amd64.tar.gz": archive.getvalue(),
        "vault-kubernetes-kms.linux-amd64": _PLUGIN.encode(),
    }
    for name, data in content.items():
        (folder / release / name).write_bytes(data)
    return {name: hashlib.sha256(data).hexdigest() for name, data in content.items()}


def _serve(lab: Lab, folder: Path, certificate: Path) -> int:
    class Programs(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(folder))

        def log_message(self, *_: object) -> None:
            pass

    listening = lab.listen()
    port = int(listening.getsockname()[1])
    server = ThreadingHTTPServer(listening.getsockname(), Programs, bind_and_activate=False)
    server.socket.close()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(listening, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return port
