#!/usr/bin/python3
"""systemctl for a host without systemd: runs services as processes, mount units with mount.

Knows what Ansible's systemd_service asks (show, is-active, is-enabled, daemon-reload) and what
people do (start, stop, restart, enable, disable, mask). ``boot`` starts what is enabled. A unit
that is not there is refused with code 5, as by the real one (systemctl(1), EXIT STATUS).
"""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

PLACES = tuple(map(Path, ("/etc/systemd/system", "/usr/local/lib/systemd/system")))
STATE = Path("/run/lab/units")


def full(unit: str) -> str:
    """The name with its suffix."""
    return unit if "." in unit else f"{unit}.service"


def file_of(unit: str) -> Path | None:
    """Where a unit is written down."""
    return next((place / unit for place in PLACES if (place / unit).exists()), None)


def settings(unit: str) -> dict[str, list[str]]:
    """Key -> values, of all sections."""
    found: dict[str, list[str]] = {}
    file = file_of(unit)
    files = [file, *sorted(Path(f"/etc/systemd/system/{unit}.d").glob("*.conf"))] if file else []
    for line in (
        line for one in files for line in one.read_text().replace("\\\n", "").splitlines()
    ):
        key, equals, value = line.partition("=")
        if equals and not line.startswith(("#", ";")):
            found.setdefault(key.strip(), []).append(value.strip())
    return found


def wanted(unit: str) -> list[Path]:
    """The links that enable a unit."""
    targets = settings(unit).get("WantedBy", ["multi-user.target"])
    return [PLACES[0] / f"{target}.wants" / unit for target in " ".join(targets).split()]


def process(unit: str) -> int:
    """The process of a service, 0 if it has none."""
    try:
        number = int((STATE / unit).read_text())
        if Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return 0
    except (OSError, ValueError):
        return 0
    return number


def active(unit: str) -> bool:
    """Whether a unit is up."""
    if unit.endswith(".mount"):
        where = settings(unit).get("Where", [""])[0]
        lines = Path("/proc/mounts").read_text().splitlines()
        return any(line.split()[1] == where for line in lines)
    if "oneshot" in settings(unit).get("Type", []):
        return (STATE / unit).exists()
    return process(unit) != 0


def start(unit: str) -> int:
    """Start a unit that is not up."""
    if active(unit):
        return 0
    told = settings(unit)
    if unit.endswith(".mount"):
        Path(told["Where"][0]).mkdir(parents=True, exist_ok=True)
        options = [part for o in told.get("Options", []) for part in ("-o", o)]
        kind = [part for t in told.get("Type", []) if t != "none" for part in ("-t", t)]
        return subprocess.run(
            ["mount", *kind, *options, told["What"][0], told["Where"][0]]
        ).returncode
    environment = dict(os.environ)
    for file in told.get("EnvironmentFile", []):
        if not Path(file.lstrip("-")).exists():
            return 1
        environment.update(
            line.partition("=")[::2] for line in Path(file.lstrip("-")).read_text().splitlines()
        )
    for line in told.get("Environment", []):
        environment.update(item.partition("=")[::2] for item in shlex.split(line))
    commands = [shlex.split(c.lstrip("-@+!")) for c in told.get("ExecStart", [])]
    if "oneshot" in told.get("Type", []):
        for words in commands:
            code = subprocess.run(words, env=environment).returncode
            if code:
                return code
        (STATE / unit).write_text("0")
        return 0
    for before in told.get("ExecStartPre", []):
        if subprocess.run(shlex.split(before.lstrip("-@+!")), env=environment).returncode:
            return 1
    with open(f"/var/log/{unit}.log", "ab") as log:
        child = subprocess.Popen(
            commands[0],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    (STATE / unit).write_text(str(child.pid))
    return 0


def stop(unit: str) -> int:
    """Stop a unit that is up."""
    if unit.endswith(".mount"):
        where = settings(unit)["Where"][0]
        return subprocess.run(["umount", where]).returncode if active(unit) else 0
    number = process(unit)
    if number:
        os.kill(number, signal.SIGTERM)
        for _ in range(100):
            if not process(unit):
                break
            time.sleep(0.02)
        else:
            os.kill(number, signal.SIGKILL)
    (STATE / unit).unlink(missing_ok=True)
    return 0


def masked(unit: str) -> bool:
    """Whether nothing may start it."""
    return (PLACES[0] / unit).is_symlink() and os.readlink(PLACES[0] / unit) == "/dev/null"


def show(unit: str, only: list[str]) -> None:
    """What Ansible reads: one ``Key=value`` a line."""
    loaded = "masked" if masked(unit) else "loaded" if file_of(unit) else "not-found"
    enabled = any(link.is_symlink() for link in wanted(unit))
    lines = {
        "Id": unit,
        "LoadState": loaded,
        "ActiveState": "active" if active(unit) else "inactive",
        "SubState": "running" if active(unit) else "dead",
        "UnitFileState": "enabled" if enabled else "disabled" if file_of(unit) else "",
        "MainPID": str(process(unit)),
    }
    for key, value in lines.items():
        if not only or key in only:
            print(f"{key}={value}")


def change(verb: str, unit: str) -> int:
    """Do one thing to one unit; the code to end with."""
    if verb == "mask":
        # Also of what is not there (systemctl(1)).
        (PLACES[0] / unit).unlink(missing_ok=True)
        (PLACES[0] / unit).symlink_to("/dev/null")
        return 0
    if file_of(unit) is None and verb != "unmask":
        print(f"Failed to {verb} {unit}: Unit {unit} not found.", file=sys.stderr)
        return 5
    if verb == "enable":
        for link in wanted(unit):
            link.parent.mkdir(parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(file_of(unit) or "")
    if verb == "disable":
        for link in wanted(unit):
            link.unlink(missing_ok=True)
    if verb in ("stop", "restart"):
        stop(unit)
    if verb == "reload":
        told = settings(unit).get("ExecReload", [])
        return max([subprocess.run(shlex.split(one)).returncode for one in told], default=0)
    if verb in ("start", "restart", "reload-or-restart"):
        return start(unit)
    return 0


def main(arguments: list[str]) -> int:
    """Do as systemctl does, and write it down."""
    STATE.mkdir(parents=True, exist_ok=True)
    with open("/var/log/lab.jsonl", "a") as log:
        log.write(json.dumps(["systemctl", *arguments]) + "\n")
    words, only, now = [], [], False
    for index, word in enumerate(arguments):
        if word in ("-p", "--property"):
            only += arguments[index + 1].split(",")
        elif word.startswith("--property="):
            only += word.partition("=")[2].split(",")
        elif not word.startswith("-") and (index == 0 or arguments[index - 1] not in ("-p",)):
            words.append(word)
        now = now or word == "--now"
    verb, units = (words[0] if words else "list-units"), [full(unit) for unit in words[1:]]
    quiet = "--quiet" in arguments or "-q" in arguments
    if verb == "boot":
        links = sorted(PLACES[0].glob("*.wants/*"), key=lambda link: link.suffix != ".mount")
        return max([start(link.name) for link in links], default=0)
    if verb in ("daemon-reload", "daemon-reexec", "reset-failed", "list-units"):
        return 0
    if verb == "is-system-running":
        print("running")
        return 0
    if verb == "list-unit-files":
        for file in sorted(f for place in PLACES for f in place.glob("*.*") if f.is_file()):
            linked = any(link.is_symlink() for link in wanted(file.name))
            print(f"{file.name} {'enabled' if linked else 'disabled'} enabled")
        return 0
    if verb == "show":
        for unit in units or ["-.mount"]:
            show(unit, only)
        return 0
    if verb == "cat":
        return 0 if all(file_of(unit) for unit in units) else 1
    if verb == "is-enabled" and all(masked(unit) for unit in units):
        print("\n".join("masked" for _ in units))
        return 1
    if verb in ("is-active", "is-enabled", "is-failed"):
        states = [
            active(unit)
            if verb == "is-active"
            else verb == "is-enabled" and any(link.is_symlink() for link in wanted(unit))
            for unit in units
        ]
        words_for = ("active", "inactive") if verb == "is-active" else ("enabled", "disabled")
        if not quiet:
            print("\n".join(words_for[0] if state else words_for[1] for state in states))
        return 0 if all(states) else 3 if verb == "is-active" else 1
    codes = [change(verb, unit) for unit in units]
    if now and verb in ("enable", "disable"):
        codes += [change("start" if verb == "enable" else "stop", unit) for unit in units]
    return max(codes, default=0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
