"""MLflow's tracking server: metadata in PostgreSQL, artifacts in a bucket of the project.

The database's address is libpq's (PGHOST ..): no password stands in an argument. MLflow 3.5 and
later answer only to host names that they were told (``MLFLOW_SERVER_ALLOWED_HOSTS``). The server
hands artifacts out itself: who logs a run needs no key of the bucket.
"""

from blueprints.kinds.sandbox.stacks.component import Component
from blueprints.kinds.sandbox.stacks.objects import Role
from blueprints.kinds.sandbox.stacks.place import Place
from blueprints.kinds.sandbox.stacks.pods import (
    HTTP,
    Container,
    Pod,
    Probes,
    Resources,
    from_config,
    from_secret,
    get,
    scratch,
    value,
)
from blueprints.kinds.sandbox.stacks.roles import postgresql

IMAGE = "mlflow"
PORT = 5000
_USER = 10001


def artifacts(place: Place, bucket: str) -> str:
    """Where the server puts what it is given, as an address."""
    return f"s3://{place.bucket(bucket)}/{place.stack}/mlflow"


def tracking(place: Place, role: str, database: str, bucket: str) -> Component:
    """The role that runs are logged to; `bucket` is an entry under ``data: {s3: ..}``."""
    made = Role(place, role, "mlflow")
    s3 = f"s3-{bucket}"
    door = place.host(place.stack)
    settings = {
        "url": f"http://{made.name}:{PORT}",
        "artifacts": artifacts(place, bucket),
        "allowed_hosts": ",".join((f"{made.name}:{PORT}", door)),
        "allowed_origins": f"https://{door}",
    }
    container = Container(
        name="mlflow",
        image=place.image(IMAGE),
        command=("mlflow", "server"),
        args=(
            "--host=0.0.0.0",
            f"--port={PORT}",
            "--workers=2",
            "--backend-store-uri=postgresql+psycopg2://",
            "--serve-artifacts",
            "--artifacts-destination=$(ARTIFACTS)",
        ),
        env=(
            *postgresql.client(place, database),
            from_config("ARTIFACTS", made.name, "artifacts"),
            from_config("MLFLOW_SERVER_ALLOWED_HOSTS", made.name, "allowed_hosts"),
            from_config("MLFLOW_SERVER_CORS_ALLOWED_ORIGINS", made.name, "allowed_origins"),
            from_config("MLFLOW_S3_ENDPOINT_URL", s3, "AWS_ENDPOINT_URL"),
            from_config("AWS_DEFAULT_REGION", s3, "AWS_REGION"),
            from_secret("AWS_ACCESS_KEY_ID", s3, "AWS_ACCESS_KEY_ID"),
            from_secret("AWS_SECRET_ACCESS_KEY", s3, "AWS_SECRET_ACCESS_KEY"),
            # Stores other than AWS do not know the newest checksums.
            value("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required"),
            value("AWS_RESPONSE_CHECKSUM_VALIDATION", "when_required"),
            value("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false"),
            value("MLFLOW_DISABLE_TELEMETRY", "true"),
            value("HOME", "/tmp"),  # noqa: S108 - in the container
            value("PYTHONDONTWRITEBYTECODE", "1"),
        ),
        ports={HTTP: PORT},
        resources=Resources("2", "4Gi", "8Gi"),
        mounts=(scratch("tmp", "/tmp", "6Gi"),),  # noqa: S108 - in the container
        probes=Probes(get("/health"), get("/health"), start_seconds=300),
        # MLflow makes a folder here for what nobody should give it.
        folder="/tmp",  # noqa: S108 - in the container
    )
    pod = Pod([container], made.name, _USER, place.on_virtual_machines(), stop_seconds=60)
    objects = [
        made.account(),
        made.config(settings),
        made.deployment(pod, one_at_a_time=True),
        made.service({HTTP: PORT}),
    ]
    return Component(role, "mlflow", objects, {HTTP: PORT}, calls=[(database, postgresql.PORT)])
