"""``keys/tang/``: how Tang stands behind a gate that only officers open, for systemd.

Tang's socket moves to the loopback; the gate takes its place at the address that disks were bound
to. Source: systemd.exec(5), systemd.socket(5), latchset/tang's units.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from blueprints.engine.blueprint import File

if TYPE_CHECKING:
    from tce.intent.spec import Specification, Tang

SOCKET = "keys/tang/tangd.socket.conf"
BEHIND = "127.0.0.1:7501"
_SOCKET = f"""\
# /etc/systemd/system/tangd.socket.d/loopback.conf on each Tang server: only the gate reaches it.
[Socket]
ListenStream=
ListenStream={BEHIND}
"""
_GATE = """\
# /etc/systemd/system/tutela-window.service on {host}: keys of disks only while a window is open.
# {clone} is a clone of this repository, at a commit whose signature was verified: the officers in
# its spec.yaml decide.
#
#   tutela tce keys order window ADDRESS {clone} --why TEXT --detail minutes=30 --out order.json
#   tutela tce keys approve order.json {clone} --key file:OFFICER.pem
#   tutela tce keys window open {clone} --gate /var/lib/tutela-window --order order.json
#   tutela tce keys window status {clone} --gate /var/lib/tutela-window
[Unit]
Description=Gate before Tang, opened by officers of {name}
Wants=network-online.target
After=network-online.target tangd.socket

[Service]
ExecStart=/usr/local/bin/tutela tce keys window serve {clone} \\
  --gate /var/lib/tutela-window \\
  --listen {listen} \\
  --tang {behind}
Restart=always
RestartSec=5
DynamicUser=true
StateDirectory=tutela-window
StateDirectoryMode=0700
UMask=0077
CapabilityBoundingSet=
NoNewPrivileges=true
ProtectSystem=strict
ProtectHome=true
PrivateTmp=true
PrivateDevices=true
ProtectKernelTunables=true
ProtectKernelModules=true
ProtectControlGroups=true
MemoryDenyWriteExecute=true
TasksMax=100
LimitCORE=0
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=true
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
"""


def service(one: "Tang") -> str:
    """Where the unit of a server's gate lies."""
    return f"keys/tang/{urlsplit(one.url).hostname}.service"


def files(spec: "Specification") -> Iterator[File]:
    """One unit for each server, and what moves Tang behind it."""
    yield File(SOCKET, _SOCKET.encode())
    for one in spec.keys.tang:
        yield File(service(one), unit(spec, one).encode())


def unit(spec: "Specification", one: "Tang") -> str:
    """The gate of a server."""
    address = urlsplit(one.url)
    anywhere = "[::]" if spec.ipv6 else "0.0.0.0"  # noqa: S104 - who may reach it, filters say
    return _GATE.format(
        host=address.hostname,
        name=spec.name,
        clone=f"/srv/tce-{spec.name}",
        listen=f"{anywhere}:{address.port or 80}",
        behind=BEHIND,
    )
