#!/usr/bin/python3
"""rancher-system-agent for the lab: asks for its plan with what it was given, and carries it out.

As the real one (rancher/system-agent): reads ``connectionInfoFile`` from the configuration that
CATTLE_AGENT_CONFIG names, gets the plan's Secret from Rancher, writes the plan's files, and keeps
the plan it applied. The plan's one instruction installs RKE2 and starts it.
"""

import base64
import json
import os
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

UNIT = """[Unit]
Description=RKE2 agent
[Install]
WantedBy=multi-user.target
[Service]
ExecStart=/usr/local/bin/rke2 agent
"""


def read(line_file: str) -> dict[str, str]:
    """The keys of a flat YAML file."""
    lines = Path(line_file).read_text().splitlines()
    pairs = (line.partition(":")[::2] for line in lines if not line.startswith("#"))
    return {key.strip(): value.strip().strip('"') for key, value in pairs}


def connection(file: str) -> tuple[str, str, ssl.SSLContext, str]:
    """Rancher's URL, the agent's token, whom to trust, and where the plan lies."""
    told = json.loads(Path(file).read_text())
    access = json.loads(told["kubeConfig"])
    cluster = access["clusters"][0]["cluster"]
    authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
    trust = ssl.create_default_context(cadata=authority)
    secret = f"/api/v1/namespaces/{told['namespace']}/secrets/{told['secretName']}"
    return cluster["server"], access["users"][0]["user"]["token"], trust, secret


def main() -> int:
    """Apply the plan once, then stay, as a service does."""
    settings = read(os.environ["CATTLE_AGENT_CONFIG"])
    url, token, trust, secret = connection(settings["connectionInfoFile"])
    access = {"Authorization": f"Bearer {token}"}
    while True:
        request = urllib.request.Request(f"{url}/k8s/clusters/local{secret}", headers=access)
        try:
            with urllib.request.urlopen(request, context=trust, timeout=5) as answer:
                plan = json.loads(base64.b64decode(json.load(answer)["data"]["plan"]))
            break
        except (urllib.error.URLError, OSError) as error:
            print(f"error retrieving plan: {error}", flush=True)
            time.sleep(0.5)
    for file in plan["files"]:
        path = Path(file["path"])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(file["content"]))
        path.chmod(int(file.get("permissions", "600"), 8))
    with urllib.request.urlopen(f"{url}/lab/rke2", context=trust, timeout=5) as answer:
        program = Path("/usr/local/bin/rke2")
        program.write_bytes(answer.read())
        program.chmod(0o755)
    Path("/usr/local/lib/systemd/system").mkdir(parents=True, exist_ok=True)
    Path("/usr/local/lib/systemd/system/rke2-agent.service").write_text(UNIT)
    applied = Path(settings["appliedPlanDirectory"])
    applied.mkdir(parents=True, exist_ok=True)
    (applied / f"{plan['checksum']}.plan").write_text("applied\n")
    subprocess.run(["systemctl", "daemon-reload"], check=True)
    subprocess.run(["systemctl", "enable", "--now", "rke2-agent.service"], check=True)
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    sys.exit(main())
