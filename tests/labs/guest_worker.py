"""Runs in the guest: the probe's worker, with real links where the namespaces have plain ones.

The gateway's legs are VLANs (802.1Q) of one trunk to a bridge that filters them, and a WireGuard
interface with the rendered configuration; its other end is a host of its own.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from blueprints.errors import ExpectedError
from tce.probe.frames import MARK, number_of
from tce.probe.namespaces import Namespaces
from tce.probe.worker import GATEWAY, QUIET, Worker

SWITCH, SITE = "switch", "site"
STRANGERS = ("stranger 1", "stranger 2")
TRUNK, WAN, LAN = "02:00:00:00:09:01", "02:00:00:00:09:02", "02:00:00:00:09:03"
PORT = "/dev/vport0p1"


class Guest(Worker):
    """``topology`` also says what real links there are.

    ``vlans`` by leg, ``hosts_of_transit`` (their leg), ``strange`` (somebody else's VLAN), and of
    the tunnel ``leg``, ``host``, ``endpoint``, ``uplink``, ``configurations`` and ``keys``.
    """

    def build(self, topology: Mapping[str, Any], path: str) -> None:
        self._spaces = Namespaces(path)
        hosts, tunnel = topology["hosts"], topology["tunnel"]
        for name in (SWITCH, SITE, *STRANGERS, *(f"host {one['name']}" for one in hosts), GATEWAY):
            self._spaces.add(name)
        self._switch(topology)
        lines = []
        for leg, vlan in topology["vlans"].items():
            lines.append(f"link add link trunk name {leg} type vlan id {vlan}")
            self._mac[leg] = _mac(TRUNK)
        self._spaces.ip(GATEWAY, ["link set trunk up", *lines])
        self._wireguard(GATEWAY, tunnel["leg"], tunnel["configurations"][0], tunnel["keys"][0])
        self._mac[tunnel["leg"]] = _mac(LAN)
        for host in hosts:
            self._host(f"host {host['name']}", host["name"])
        for name in STRANGERS:
            self._host(name, name)
        self._gateway(topology)
        self._site(topology)

    def _switch(self, topology: Mapping[str, Any]) -> None:
        vlans, tunnel = topology["vlans"], topology["tunnel"]
        self._spaces.settings(SWITCH, {"ipv6/conf/default/disable_ipv6": 1})
        lines = ["link add sw type bridge vlan_filtering 1 vlan_default_pvid 0 mcast_snooping 0"]
        members = [f"vlan add vid {vlan} dev t0" for vlan in vlans.values()]
        transit = vlans[topology["hosts_of_transit"]]
        ports = [("t0", GATEWAY, "trunk", TRUNK, None), ("w0", SITE, "wan", WAN, transit)]
        for number, host in enumerate(topology["hosts"]):
            mac = f"02:00:00:00:01:{number:02x}"
            self._mac[host["name"]] = _mac(mac)
            self._leg_of[host["name"]] = host["leg"]
            if host["name"] == tunnel["host"]:
                continue
            space, vlan = f"host {host['name']}", vlans[host["leg"]]
            ports.append((f"h{number}", space, "wire", mac, vlan))
        for number, name in enumerate(STRANGERS):
            mac = f"02:00:00:00:08:{number:02x}"
            self._mac[name] = _mac(mac)
            ports.append((f"s{number}", name, "wire", mac, topology["strange"]))
        for port, space, wire, mac, vlan in ports:
            there = self._spaces.path(space)
            lines.append(f"link add {port} type veth peer name {wire} address {mac} netns {there}")
            lines.append(f"link set {port} master sw up")
            if vlan is not None:
                members.append(f"vlan add vid {vlan} dev {port} pvid untagged")
        self._spaces.ip(SWITCH, [*lines, "link set sw up"])
        self._spaces.run("bridge", "-batch", "-", text="\n".join(members) + "\n")
        mac = ":".join(f"{byte:02x}" for byte in self._mac[tunnel["host"]])
        space = self._spaces.path(f"host {tunnel['host']}")
        self._spaces.ip(
            SITE,
            [f"link add lan address {LAN} type veth peer name wire address {mac} netns {space}"],
        )

    def _wireguard(self, space: str, name: str, text: str, key: str) -> None:
        """As wg-quick(8) does: the interface, what wg takes, addresses, and what comes after."""
        self._spaces.ip(space, [f"link add {name} type wireguard"])
        said = dict(_interface(text))
        file = Path(f"/run/{name}.conf")
        quick = ("Address", "MTU", "PostUp", "DNS", "Table")
        kept = [line for line in text.splitlines() if line.partition("=")[0].strip() not in quick]
        file.write_text("\n".join(kept) + "\n")
        self._spaces.run("wg", "setconf", name, str(file))
        after = said["PostUp"].replace("%i", name).split()
        Path(after[-1]).parent.mkdir(parents=True, exist_ok=True)
        Path(after[-1]).write_text(key)
        self._spaces.run(*after)
        lines = [f"link set {name} mtu {said['MTU']} up"]
        # Those of the gateway are set with its others.
        if space == SITE:
            lines += [f"address add {one} dev {name}" for one in _many(said.get("Address", ""))]
        self._spaces.ip(space, lines)

    def _site(self, topology: Mapping[str, Any]) -> None:
        """The institution's router: behind it the tunnel's host, before it the transit network."""
        tunnel = topology["tunnel"]
        host = next(one for one in topology["hosts"] if one["name"] == tunnel["host"])
        leg = topology["hosts_of_transit"]
        self._spaces.ip(
            GATEWAY,
            [
                f"neigh add 169.254.99.1 lladdr {WAN} dev {leg} nud permanent",
                f"route add {tunnel['endpoint']} via 169.254.99.1 dev {leg} onlink",
            ],
        )
        self._spaces.settings(
            SITE,
            {
                "ipv4/ip_forward": 1,
                "ipv6/conf/all/forwarding": 1,
                "ipv4/conf/all/rp_filter": 0,
                "ipv4/conf/default/rp_filter": 0,
                "ipv4/conf/lan/rp_filter": 0,
                "ipv4/conf/wan/rp_filter": 0,
                "ipv6/conf/wan/disable_ipv6": 1,
                "ipv6/conf/lan/accept_dad": 0,
            },
        )
        self._wireguard(SITE, "away", tunnel["configurations"][1], tunnel["keys"][1])
        mac = ":".join(f"{byte:02x}" for byte in self._mac[host["name"]])
        lines = [
            "link set lo up",
            "link set lan up",
            "link set wan up",
            f"address add {tunnel['endpoint']}/32 dev wan",
            f"neigh add 169.254.99.2 lladdr {TRUNK} dev wan nud permanent",
            f"route add {tunnel['uplink']} via 169.254.99.2 dev wan onlink",
            f"neigh add 169.254.99.3 lladdr {mac} dev lan nud permanent",
            f"neigh add fe80::9:3 lladdr {mac} dev lan nud permanent",
        ]
        for network in host["networks"]:
            hop = "fe80::9:3" if ":" in network else "169.254.99.3"
            lines.append(f"route add {network} via {hop} dev lan onlink")
        allowed = dict(_interface(tunnel["configurations"][1]))["AllowedIPs"]
        lines += [f"route add {network} dev away" for network in _many(allowed)]
        self._spaces.ip(SITE, lines)

    def shout(self, tags: Sequence[int]) -> dict[str, list[str]]:
        """Everybody on the bridge sends a frame to everybody, tagged so; who heard whom."""
        heard: dict[str, set[str]] = {name: set() for name in self._wire}
        names = list(self._wire)
        for number, name in enumerate(names, 1):
            head = b"\xff" * 6 + self._mac[name]
            for tag in tags:
                head += b"\x81\x00" + tag.to_bytes(2, "big")
            tail = MARK + number.to_bytes(4, "big")
            self._wire[name].send(head + b"\x88\xb5" + bytes(48) + tail)
        time.sleep(10 * QUIET)
        for name, opened in self._wire.items():
            while True:
                try:
                    data, (_, _, kind, _, _) = opened.recvfrom(2048)
                except BlockingIOError:
                    break
                number_ = number_of(data)
                if number_ is not None and kind != 4:
                    heard[names[number_ - 1]].add(name)
        return {name: sorted(by) for name, by in heard.items()}

    def tunnel(self) -> str:
        """What WireGuard says of the gateway's peers: key, and when they shook hands."""
        self._spaces.enter(GATEWAY)
        return self._spaces.run("wg", "show", "all", "latest-handshakes")


def _interface(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            yield name.strip(), value.strip()


def _many(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _mac(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))


def main() -> None:
    port = os.open(PORT, os.O_RDWR)
    guest = Guest()
    with os.fdopen(port, "r+b", buffering=0) as stream:
        waiting = b""
        while True:
            data = stream.read(1 << 16)
            if not data:
                continue
            waiting += data
            while b"\n" in waiting:
                line, _, waiting = waiting.partition(b"\n")
                question = json.loads(line)
                try:
                    done = getattr(guest, question["do"])(*question["with"])
                    answer: dict[str, Any] = {"answer": done}
                except ExpectedError as error:
                    answer = {"refused": str(error), "hints": []}
                left = (json.dumps(answer) + "\n").encode()
                while left:
                    left = left[stream.write(left) or 0 :]


if __name__ == "__main__":
    main()
