"""Runs in a guest that has one encrypted disk: asks OpenBao for its key, and mounts it or not.

Lines of JSON come over a port and are answered by one each. Needs nothing but Python itself.
"""

import http.client
import json
import os
import socket
import ssl
import subprocess
import time
from pathlib import Path
from typing import Any

PORTS = "vport*p1"
"""The number is that of the device on its bus."""
DISK, OPENED, PLACE = "/dev/vda", "/dev/mapper/tce", Path("/mnt")


def main() -> None:
    """Until the port is closed."""
    PLACE.mkdir()
    _run("busybox", "ifconfig", "lo", "127.0.0.1", "up")
    _run("busybox", "ifconfig", "eth0", "10.0.2.15", "netmask", "255.255.255.0", "up")
    # Nobody tells the guest's device mapper that a device is there.
    os.environ["DM_DISABLE_UDEV"] = "1"
    with _port().open("r+b", buffering=0) as port:
        port.write(b'"ready"\n')
        for line in iter(lambda: _line(port), b""):
            asked = json.loads(line)
            answer = {"key": _with_key, "guess": _with_guess, "plain": _plain}[asked["do"]](asked)
            port.write(json.dumps(answer).encode() + b"\n")


def _port() -> Path:
    """The kernel tells of it a moment after its driver was loaded."""
    for _ in range(100):
        for one in Path("/dev").glob(PORTS):
            return one
        time.sleep(0.1)
    raise FileNotFoundError(PORTS)


def _line(port: Any) -> bytes:
    read = b""
    while not read.endswith(b"\n"):
        read += port.read(1)
    return read


def _with_key(asked: dict[str, Any]) -> dict[str, Any]:
    """Ask OpenBao as the token says, and mount with what it answers."""
    name, port = asked["server"].removeprefix("https://").split(":")
    connection = http.client.HTTPSConnection(name, int(port))
    # The certificate is of the server's own name; from here it stands elsewhere.
    connection.sock = ssl.create_default_context(cadata=asked["ca"]).wrap_socket(
        socket.create_connection((asked["at"], int(port)), 60), server_hostname=name
    )
    connection.request("GET", f"/v1/{asked['path']}", headers={"X-Vault-Token": asked["token"]})
    answer = connection.getresponse()
    said = json.loads(answer.read())
    if answer.status != 200:
        return {"openbao": answer.status, "mounted": False}
    return {"openbao": 200, **_mount(said["data"]["data"]["passphrase"].encode(), asked)}


def _with_guess(asked: dict[str, Any]) -> dict[str, Any]:
    return _mount(asked["passphrase"].encode(), asked)


def _plain(_: dict[str, Any]) -> dict[str, Any]:
    """Mount the disk as it is: what somebody tries who has it and no key."""
    done = _run("busybox", "mount", "-t", "ext4", DISK, str(PLACE))
    return {"mounted": done.returncode == 0}


def _mount(passphrase: bytes, asked: dict[str, Any]) -> dict[str, Any]:
    opened = subprocess.run(
        ["cryptsetup", "open", "--type", "luks2", "--key-file", "-", DISK, "tce"],
        input=passphrase,
        capture_output=True,
    )
    if opened.returncode:
        return {"cryptsetup": opened.returncode, "mounted": False}
    mounted = _run("busybox", "mount", "-t", "ext4", OPENED, str(PLACE))
    if mounted.returncode:
        return {"cryptsetup": 0, "mounted": False, "why": mounted.stderr.decode()}
    read = (PLACE / "canary").read_text()
    (PLACE / "written").write_text(asked.get("write", ""))
    cipher = _run("cryptsetup", "status", "tce").stdout.decode()
    _run("busybox", "umount", str(PLACE))
    _run("cryptsetup", "close", "tce")
    return {"cryptsetup": 0, "mounted": True, "read": read, "cipher": cipher}


def _run(*command: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(command, capture_output=True)


if __name__ == "__main__":
    main()
