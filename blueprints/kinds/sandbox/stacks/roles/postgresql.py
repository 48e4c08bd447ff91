"""PostgreSQL on a volume of its own, one pod, on virtual machines.

The official image's variables (POSTGRES_DB, POSTGRES_USER, POSTGRES_PASSWORD, PGDATA); what it
writes beside its data goes to scratch folders. Clients take PGHOST and the others of libpq from
the same ConfigMap and Secret.
"""

from blueprints.kinds.sandbox.stacks.component import Component
from blueprints.kinds.sandbox.stacks.objects import Role
from blueprints.kinds.sandbox.stacks.place import Place
from blueprints.kinds.sandbox.stacks.pods import (
    Container,
    Object,
    Pod,
    Probes,
    Resources,
    claimed,
    from_config,
    from_secret,
    run,
    scratch,
    value,
)

IMAGE = "postgresql"
SOFTWARE = "postgresql"
PORT = "postgresql"
NUMBER = 5432
PASSWORD = "password"  # noqa: S105 - the name of a key
_USER = 999
_DATA = "/var/lib/postgresql/data"


def database(place: Place, role: str, name: str, size: str) -> Component:
    """The role that keeps one database called `name`, owned by a user of the same name."""
    made = Role(place, role, SOFTWARE)
    settings = {"host": made.name, "port": str(NUMBER), "database": name, "user": name}
    container = Container(
        name="postgresql",
        image=place.image(IMAGE),
        args=("postgres", "-c", f"port={NUMBER}", "-c", "password_encryption=scram-sha-256"),
        env=(
            from_config("POSTGRES_DB", made.name, "database"),
            from_config("POSTGRES_USER", made.name, "user"),
            from_secret("POSTGRES_PASSWORD", made.name, PASSWORD),
            value("POSTGRES_INITDB_ARGS", "--auth-host=scram-sha-256 --data-checksums"),
            value("PGDATA", f"{_DATA}/pgdata"),
        ),
        ports={PORT: NUMBER},
        resources=Resources("1", "2Gi"),
        mounts=(
            claimed("data", _DATA, made.name),
            scratch("run", "/var/run/postgresql", "16Mi"),
            scratch("tmp", "/tmp", "256Mi"),  # noqa: S108 - in the container
        ),
        probes=Probes(
            run("pg_isready", "-q", "-h", "127.0.0.1", "-U", name, "-d", name),
            run("pg_isready", "-q", "-h", "127.0.0.1", "-U", name, "-d", name),
            start_seconds=300,
        ),
    )
    pod = Pod([container], made.name, _USER, place.on_virtual_machines(), stop_seconds=120)
    objects = [
        made.account(),
        made.config(settings),
        made.secret([PASSWORD]),
        made.claim(size),
        made.stateful_set(pod),
        made.service({PORT: NUMBER}, headless=True),
    ]
    return Component(role, SOFTWARE, objects, {PORT: NUMBER})


def client(place: Place, role: str) -> list[Object]:
    """libpq's variables for a program that uses the database of `role`."""
    name = place.name(role)
    return [
        from_config("PGHOST", name, "host"),
        from_config("PGPORT", name, "port"),
        from_config("PGDATABASE", name, "database"),
        from_config("PGUSER", name, "user"),
        from_secret("PGPASSWORD", name, PASSWORD),
    ]
