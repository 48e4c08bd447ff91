#!/usr/bin/python3
"""rke2 for the lab: ``rke2 agent`` registers the node and keeps its lease; leaves the usual traces.

As the real one: ``/etc/rancher/node/password`` is made once and shown to the server, which refuses
another password for a name it knows (k3s, pkg/nodepassword: the Secret
``<node>.node-password.rke2`` in kube-system); labels and taints go to the Node at registration
only; the CNI leaves its state, links, iptables rules and mounts behind.
"""

import base64
import contextlib
import glob
import json
import secrets
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

RULES = """*filter
:KUBE-FORWARD - [0:0]
-A FORWARD -m comment --comment "the site's own" -j ACCEPT
-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
-A CILIUM_FORWARD -o cilium_host -j ACCEPT
-A FORWARD -m comment --comment "CNI-portmap" -j CNI-FORWARD
COMMIT
"""
TRACES = {
    "/etc/cni/net.d/05-cilium.conflist": "{}",
    "/opt/cni/bin/cilium-cni": "",
    "/var/lib/cni/networks/bridge/10.42.1.5": "container",
    "/var/lib/kubelet/pods/0001/volumes/data": "",
    "/var/lib/rancher/rke2/agent/containerd/io.containerd.metadata.v1.bolt/meta.db": "images",
    "/var/log/pods/kube-system_cilium/0.log": "started",
    "/var/log/containers/cilium.log": "started",
    "/run/k3s/containerd/containerd.sock": "",
    "/run/cilium/state": "",
}


def ask(method: str, url: str, access: str, body: object = None, **headers: str) -> object:
    """One request to the server."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(
        url,
        data=None if body is None else json.dumps(body).encode(),
        method=method,
        headers={"Authorization": access, "Content-Type": "application/json", **named},
    )
    trust = ssl._create_unverified_context()
    with urllib.request.urlopen(request, context=trust, timeout=5) as answer:
        return json.loads(answer.read() or b"null")


def settings(text: str) -> dict[str, Any]:
    """A file of settings: JSON, or YAML of texts only."""
    if text.startswith("{"):
        found: dict[str, Any] = json.loads(text)
        return found
    lines = (line for line in text.splitlines() if line and not line.startswith(("#", "-")))
    pairs = (line.partition(":")[::2] for line in lines)
    return {key.strip(): value.strip().strip('"') for key, value in pairs}


def traces() -> None:
    """What a running node has."""
    for name, content in TRACES.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(content)
    volume = Path("/var/lib/kubelet/pods/0001/volumes/token")
    volume.mkdir(parents=True, exist_ok=True)
    if str(volume) not in Path("/proc/mounts").read_text():
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(volume)], check=True)
    subprocess.run(["iptables-restore"], input=RULES, text=True, check=True)
    subprocess.run(["ip", "link", "add", "cilium_host", "type", "veth", "peer", "cilium_net"])


def main() -> int:
    """Register, then renew the lease until stopped."""
    config: dict[str, Any] = {}
    for file in sorted(glob.glob("/etc/rancher/rke2/config.yaml.d/*.yaml")):
        config |= settings(Path(file).read_text())
    server, cluster = config["server"], config["lab-cluster"]
    name = str(config["node-name"])
    password = Path("/etc/rancher/node/password")
    if not password.exists():
        password.parent.mkdir(parents=True, exist_ok=True)
        password.write_text(secrets.token_hex(16) + "\n")
        password.chmod(0o600)
    basic = "Basic " + base64.b64encode(f"node:{config['token']}".encode()).decode()
    shown = {"Rke2_Node_Name": name, "Rke2_Node_Password": password.read_text().strip()}
    while True:
        try:
            ask("GET", f"{server}/v1-rke2/serving-kubelet.crt", basic, **shown)
            break
        except (urllib.error.URLError, OSError) as error:
            print(f"Waiting to retrieve agent configuration; {error}", flush=True)
            time.sleep(0.5)
    traces()
    labels = dict(label.split("=", 1) for label in config.get("node-label", []))
    taints = []
    for taint in config.get("node-taint", []):
        key, _, rest = taint.partition("=")
        value, _, effect = rest.partition(":")
        taints.append({"key": key, "value": value, "effect": effect})
    boot_id = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    node = {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": {"taints": taints},
        "status": {
            "addresses": [{"type": "InternalIP", "address": config["node-ip"]}],
            "nodeInfo": {"bootID": boot_id},
        },
    }
    api = f"{server}/k8s/clusters/{cluster}"
    lease = f"{api}/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/{name}"
    registered = False
    while True:
        try:
            if not registered:
                with contextlib.suppress(urllib.error.HTTPError):
                    ask("POST", f"{api}/api/v1/nodes", basic, node)
                ask("PUT", f"{api}/api/v1/nodes/{name}/status", basic, node)
            registered = True
            ask("PUT", lease, basic, {"metadata": {"name": name}})
        except urllib.error.HTTPError as error:
            registered = False
            print(f"cannot renew the lease: {error}", flush=True)
        except (urllib.error.URLError, OSError) as error:
            print(f"cannot reach the server: {error}", flush=True)
        time.sleep(0.3)


if __name__ == "__main__":
    sys.exit(main())
