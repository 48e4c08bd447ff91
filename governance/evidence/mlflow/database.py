"""Opens MLflow's SQL database to read it and nothing else.

MLflow's own store creates and migrates tables on open, so it is not used. A SQLite file is opened
read-only and is the same to the byte afterwards, without a journal beside it that was not there.
PostgreSQL, MySQL, and SQLite with a write-ahead log are read in one transaction, as of one moment.
In another SQLite file a transaction would keep MLflow from writing, and a training job from logging
its metrics; so it is read page by page there, in order of keys, where nothing can slip through.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from governance.evidence.errors import EvidenceError, ExtraMissingError

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

REVISIONS = (
    *("400f98739977", "6953534de441", "bda7b8c39065", "cbc13b556ace", "770bee3ae1dd"),
    *("a1b2c3d4e5f6", "de4033877273", "1a0cddfcaa16", "534353b11cbc", "71994744cf8e"),
    *("3da73c924c2f", "bf29a5ff90ea", "1bd49d398cd23", "b7c8d9e0f1a2", "5d2d30f0abce"),
    *("c9d4e5f6a7b8", "2c33131f4dae", "d3e4f5a6b7c8", "d0e1f2a3b4c5", "c8d9e0f1a2b3"),
    *("1b5f0d9ad7c1", "e1f2a3b4c5d6", "76601a5f987d", "c3d6457b6d8a", "a5b4c3d2e1f0"),
    *("ae8bbe7743c9", "7d34483879f0", "da6fb0208061", "89d3d66ed43f", "b7e4c1a90f23"),
    *("a8b9c0d1e2f3", "c1d2e3f4a5b6", "c3d9e7f1a2b4", "6f8d9c3b2a1e", "1971f2d9a75b"),
    *("17e22815139b", "b7e2c1a4d9f3", "75868b020152", "dc11669786a5"),
)
"""Schemas of MLflow 3.0 (logged models appear) to 3.17, oldest first; its `alembic_version`."""
SECONDS = 10
"""How long a lock or a connection is waited for."""
STATEMENT_SECONDS = 300
_DRIVERS = {
    "psycopg": "'psycopg[binary]'",
    "psycopg2": "psycopg2-binary",
    "MySQLdb": "mysqlclient",
}
"""Modules of drivers whose packages are called otherwise."""
_SERVER = "register the address of the MLflow server instead: uri: https://.."


@contextmanager
def opened(uri: str, base: Path) -> Iterator["Connection"]:
    """Open the database of a tracking URI; a relative SQLite path starts from `base`.

    Raises EvidenceError where it cannot be opened, is not MLflow's, or has a schema that is not
    known, and at the end where somebody changed a SQLite file in spite of its having no journal.
    """
    try:
        import sqlalchemy as sa
        from sqlalchemy.exc import SQLAlchemyError
    except ImportError as error:
        raise ExtraMissingError(
            "reading MLflow's database needs SQLAlchemy", "pip install 'tutela[evidence]'"
        ) from error
    url = sa.make_url(uri)
    backend = url.get_backend_name()
    try:
        unchanged: Callable[[], None] = _nothing
        begin: Callable[[Connection], None] = _begin
        if backend == "sqlite":
            engine, unchanged, begin = _sqlite(url, base)
        else:
            engine = _network(url, backend)
        try:
            with engine.connect() as connection:
                begin(connection)
                _check(connection)
                yield connection
                connection.rollback()
        finally:
            engine.dispose()
        unchanged()
    except SQLAlchemyError as error:
        raise EvidenceError(
            f"the MLflow database cannot be read ({_reason(error)})", *_hints(backend, error)
        ) from error


def _nothing(_: "Connection | None" = None) -> None:
    """Do nothing."""


def _sqlite(
    url: "URL", base: Path
) -> "tuple[Engine, Callable[[], None], Callable[[Connection], None]]":
    import sqlalchemy as sa

    if not url.database or url.database == ":memory:" or url.query:
        raise EvidenceError("the MLflow database is not the path of a file", "sqlite:////path")
    path = (base / url.database).resolve()  # a link's journals lie beside what it leads to
    if not path.is_file():
        raise EvidenceError(f"there is no MLflow database at {path}")
    mode = "mode=ro"
    unchanged: Callable[[], None] = _nothing
    begin: Callable[[Connection], None] = _nothing
    if _has_log(path):
        begin = _begin
        log, index = Path(f"{path}-wal"), Path(f"{path}-shm")
        if log.exists() and log.stat().st_size and not index.exists():
            # Reading it would make a -shm, and without it the last changes would be missed.
            raise EvidenceError(
                f"{path} was not closed properly: part of it is still in {log.name}",
                f"sqlite3 {path} 'PRAGMA wal_checkpoint'",
            )
        if not index.exists():
            # Even a reader would leave a -wal and a -shm behind.
            mode = "immutable=1"
            unchanged = partial(_check_unchanged, path, _stamp(path))
    address = f"file:{quote(str(path.absolute()))}?{mode}"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(address, uri=True, timeout=SECONDS)
        connection.text_factory = lambda text: text.decode(errors="replace")
        return connection

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=sa.NullPool)
    return engine, unchanged, begin


def _has_log(path: Path) -> bool:
    """Whether the file keeps a write-ahead log: bytes 18 and 19 of SQLite's file header."""
    try:
        with path.open("rb") as file:
            return file.read(20)[18:20] == b"\x02\x02"
    except OSError as error:
        raise EvidenceError(f"{path} cannot be read ({error.strerror})") from error


def _stamp(path: Path) -> tuple[int, int, bool]:
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size, Path(f"{path}-wal").exists()


def _check_unchanged(path: Path, before: tuple[int, int, bool]) -> None:
    if _stamp(path) != before:
        raise EvidenceError(f"{path} was changed while it was read")


def _network(url: "URL", backend: str) -> "Engine":
    import sqlalchemy as sa

    if backend not in ("postgresql", "mysql"):
        raise EvidenceError(f"databases of the kind {backend} are not read", _SERVER)
    try:
        return sa.create_engine(
            url, poolclass=sa.NullPool, connect_args={"connect_timeout": SECONDS}
        )
    except ImportError as error:
        raise ExtraMissingError(
            f"the driver of {url.drivername} is not installed",
            f"pip install {_DRIVERS.get(error.name or '', error.name)}",
        ) from error


def _begin(connection: "Connection") -> None:
    """Begin the transaction that everything is read in."""
    backend = connection.dialect.name
    if backend == "postgresql":
        connection.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        ).exec_driver_sql(f"SET LOCAL statement_timeout = '{STATEMENT_SECONDS}s'")
    elif backend == "mysql":
        limit = f"max_execution_time = {STATEMENT_SECONDS * 1000}"
        if getattr(connection.dialect, "is_mariadb", False):
            limit = f"max_statement_time = {STATEMENT_SECONDS}"
        connection.exec_driver_sql(f"SET SESSION {limit}")
        connection.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
    else:
        connection.exec_driver_sql("BEGIN")


def _check(connection: "Connection") -> None:
    """Raise EvidenceError unless the schema is one that is known."""
    import sqlalchemy as sa

    if not sa.inspect(connection).has_table("alembic_version"):
        raise EvidenceError("the database is not one of MLflow: it has no alembic_version")
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
    if len(found) == 1 and found[0] in REVISIONS:
        return
    named = ", ".join(str(one)[:40] for one in found) or "none"
    raise EvidenceError(
        f"the schema of the MLflow database is not known (revision {named}): it is newer than "
        "MLflow 3.17 or older than 3.0",
        _SERVER,
        "mlflow db upgrade URI  # where it is older",
    )


def _reason(error: Exception) -> str:
    return type(getattr(error, "orig", None) or error).__name__


def _hints(backend: str, error: Exception) -> tuple[str, ...]:
    if "no such table" in str(error) or "no such column" in str(error):
        return (_SERVER,)
    return (_SERVER,) if backend == "sqlite" else ("check that it runs and lets you in", _SERVER)
