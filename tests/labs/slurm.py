"""A real Slurm on this machine: controller, nodes, and accounting where MariaDB is there.

    with Slurm(folder) as slurm:
        slurm.run("sbatch", "--wrap", "sleep 60")
        jobs = json.loads(slurm.run("squeue", "--json", "--all"))

With ``nodes=2`` there are n0 and n1, each with a daemon of its own, with as many processors, as
much memory and as many GPUs as a rendered job may ask for: Slurm counts them, nothing uses them.

Everything lies in `folder`, which has to have a short path (the name of a socket has at most 107
characters). Debian: apt-get install slurm-wlm munge; for `sacct` also slurmdbd mariadb-server.
"""

import getpass
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.labs.ports import free_port

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue")
ACCOUNTING = ("slurmdbd", "mariadbd", "mariadb-install-db", "sacct")
PATIENCE = 30.0
"""Seconds for a server to answer; a quiet machine takes two."""

_CONF = """\
ClusterName=alps
SlurmctldHost={host}(127.0.0.1)
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CredType=cred/munge
SlurmUser={user}
SlurmdUser={user}
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
ReturnToService=2
SwitchType=switch/none
"""
_ONE = """\
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory=500 State=UNKNOWN
PartitionName=normal Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""
_SEVERAL = """\
SlurmdParameters=config_overrides
GresTypes=gpu
PartitionName=normal Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""
_NODE = """\
NodeName=n{number} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=288 RealMemory=900000 \
Gres=gpu:16 State=UNKNOWN
"""
_ACCOUNTS = """\
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort={ports[2]}
AccountingStoragePass={folder}/munge/socket
AccountingStoreFlags=job_script,job_comment
"""
_DBD = """\
AuthType=auth/munge
AuthInfo={folder}/munge/socket
DbdHost={host}
DbdAddr=127.0.0.1
DbdPort={ports[2]}
SlurmUser={user}
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort={ports[3]}
StorageUser=slurm
StoragePass={password}
StorageLoc=slurm
LogFile={folder}/slurmdbd.log
PidFile={folder}/slurmdbd.pid
"""


def missing(programs: tuple[str, ...] = PROGRAMS) -> list[str]:
    """Which of these programs are not installed."""
    return [name for name in programs if shutil.which(name, path=_path()) is None]


def _path() -> str:
    return os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"


class Slurm:
    """A cluster called `alps` while the context lasts."""

    def __init__(self, folder: Path, *, accounting: bool = False, nodes: int | None = None) -> None:
        self.folder = folder
        self.nodes = nodes
        self.accounting = accounting
        self.environ = {**os.environ, "PATH": _path(), "SLURM_CONF": str(folder / "slurm.conf")}
        self._servers: list[subprocess.Popen[bytes]] = []

    def run(self, *command: str) -> str:
        """Run a program of Slurm's and return what it says."""
        return subprocess.run(
            command, env=self.environ, check=True, capture_output=True, text=True, timeout=60
        ).stdout

    def until(self, wanted: Callable[[], bool], what: str) -> None:
        """Wait until something is so."""
        end = time.monotonic() + PATIENCE
        while not wanted():
            if time.monotonic() > end:
                raise TimeoutError(f"{what}; see {self.folder}")
            time.sleep(0.2)

    def __enter__(self) -> Self:
        folder = self.folder
        for name in ("state", "spool", "munge"):
            (folder / name).mkdir()
        values = {
            "folder": folder,
            "user": getpass.getuser(),
            "host": socket.gethostname().partition(".")[0],
            "cpus": os.cpu_count() or 1,
            "ports": [free_port() for _ in range(4)],
            "password": secrets.token_hex(),
        }
        conf = _CONF + (_ONE if self.nodes is None else _SEVERAL)
        conf += _ACCOUNTS if self.accounting else ""
        text = conf.format(**values)
        names = [f"n{number}" for number in range(self.nodes or 0)]
        for number in range(len(names)):
            text += _NODE.format(number=number, host=values["host"], port=free_port())
        (folder / "slurm.conf").write_text(text)
        if names:
            # One daemon each, which must not share its files.
            own = text.replace(f"{folder}/spool", f"{folder}/spool/%n")
            own = own.replace(f"{folder}/slurmd.pid", f"{folder}/slurmd.%n.pid")
            own = own.replace(f"{folder}/slurmd.log", f"{folder}/slurmd.%n.log")
            (folder / "slurm.conf").write_text(own)
            (folder / "gres.conf").write_text(f"Name=gpu File={folder}/gpu[0-15]\n")
            for name in names:
                (folder / "spool" / name).mkdir()
            for number in range(16):
                (folder / f"gpu{number}").touch()
        (folder / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
        try:
            self._start_munge()
            if self.accounting:
                self._start_accounts(values)
            self._start("slurmctld", "-D", "-f", str(folder / "slurm.conf"))
            for name in names or [""]:
                one = ("-N", name) if name else ()
                self._start("slurmd", "-D", *one, "-f", str(folder / "slurm.conf"))
            count = str(self.nodes or 1)
            idle = ("sinfo", "--noheader", "--states=idle", "--format=%D")
            self.until(lambda: self._quietly(*idle).strip() == count, "the nodes are not idle")
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._quietly("scancel", "--user", getpass.getuser())
        self._stop()

    def _start_munge(self) -> None:
        munge = self.folder / "munge"
        self.folder.chmod(0o711)
        munge.chmod(0o755)
        (munge / "key").write_bytes(secrets.token_bytes(128))
        (munge / "key").chmod(0o400)
        names = ("key-file=key", "socket=socket", "pid-file=pid", "log-file=log", "seed-file=seed")
        options = [f"--{option}={munge / name}" for option, name in (n.split("=") for n in names)]
        self._start("munged", "--foreground", "--force", *options)
        self.until((munge / "socket").exists, "munged does not answer")

    def _start_accounts(self, values: dict[str, object]) -> None:
        data, door = self.folder / "db", self.folder / "db.socket"
        user = f"--user={values['user']}"
        self.run("mariadb-install-db", "--no-defaults", user, f"--datadir={data}")
        ports = values["ports"]
        assert isinstance(ports, list)
        self._start(
            *("mariadbd", "--no-defaults", user, f"--datadir={data}", f"--socket={door}"),
            *(f"--port={ports[3]}", "--bind-address=127.0.0.1"),
        )
        ask = ("mariadb", "--no-defaults", f"--user={values['user']}", f"--socket={door}", "-e")
        self.until(lambda: "1" in self._quietly(*ask, "select 1"), "mariadbd does not answer")
        for host in ("127.0.0.1", "localhost"):
            name = f"slurm@'{host}'"
            self.run(*ask, f"create user {name} identified by '{values['password']}'")
            self.run(*ask, f"grant all on slurm.* to {name}")
        conf = self.folder / "slurmdbd.conf"
        conf.write_text(_DBD.format(**values))
        conf.chmod(0o600)
        self._start("slurmdbd", "-D")
        self.until(lambda: bool(self._quietly("sacctmgr", "-n", "show", "qos")), "no slurmdbd")

    def _start(self, *command: str) -> None:
        self._servers.append(
            subprocess.Popen(
                command,
                env=self.environ,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        )

    def _stop(self) -> None:
        for server in reversed(self._servers):
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait(10)

    def _quietly(self, *command: str) -> str:
        done = subprocess.run(
            command, env=self.environ, check=False, capture_output=True, text=True, timeout=60
        )
        return done.stdout
