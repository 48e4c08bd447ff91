"""Milvus standalone: vectors in a bucket of the project, their catalogue in etcd.

Sources: Milvus 2.5/2.6 (`configs/milvus.yaml` and the variables that its comments name; a variable
without any is the setting's path in capitals), etcd 3.5. Both listen inside the namespace only;
NetworkPolicies say who may call them.
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
    get,
    scratch,
    value,
)

IMAGES = ("milvus", "etcd")
ETCD = "etcd"
CLIENT = "client"
GRPC = "grpc"
GRPC_NUMBER = 19530
PASSWORD = "root_password"  # noqa: S105 - the name of a key
_HEALTH = "metrics"
_ETCD_NUMBER = 2379
_USER = 10001


def catalogue(place: Place, role: str, size: str) -> Component:
    """etcd, one member, on a volume of its own."""
    made = Role(place, role, ETCD)
    container = Container(
        name="etcd",
        image=place.image("etcd"),
        command=("etcd",),
        args=(
            f"--name={made.name}",
            "--data-dir=/var/lib/etcd/data",
            f"--listen-client-urls=http://0.0.0.0:{_ETCD_NUMBER}",
            f"--advertise-client-urls=http://{made.name}:{_ETCD_NUMBER}",
            "--auto-compaction-mode=revision",
            "--auto-compaction-retention=1000",
            "--quota-backend-bytes=4294967296",
            "--snapshot-count=50000",
        ),
        ports={CLIENT: _ETCD_NUMBER},
        resources=Resources("500m", "1Gi"),
        mounts=(claimed("data", "/var/lib/etcd", made.name),),
        probes=Probes(get("/health", CLIENT), get("/health?serializable=true", CLIENT)),
    )
    pod = Pod([container], made.name, _USER, place.on_virtual_machines(), stop_seconds=60)
    objects = [
        made.account(),
        made.claim(size),
        made.stateful_set(pod),
        made.service({CLIENT: _ETCD_NUMBER}, headless=True),
    ]
    return Component(role, ETCD, objects, {CLIENT: _ETCD_NUMBER})


def vectors(place: Place, role: str, catalogue_role: str, bucket: str, size: str) -> Component:
    """Milvus itself; `bucket` is an entry under ``data: {s3: ..}``."""
    made = Role(place, role, "milvus")
    etcd = place.name(catalogue_role)
    s3 = f"s3-{bucket}"
    settings = {
        "host": made.name,
        "port": str(GRPC_NUMBER),
        "etcd_endpoints": f"{etcd}:{_ETCD_NUMBER}",
        "etcd_root_path": made.name,
        "object_address": place.store[0],
        "object_port": str(place.store[1]),
        "object_root_path": f"{place.stack}/{role}",
    }
    ports = {GRPC: GRPC_NUMBER, _HEALTH: 9091}
    container = Container(
        name="milvus",
        image=place.image("milvus"),
        command=("milvus",),
        args=("run", "standalone"),
        env=(
            from_config("ETCD_ENDPOINTS", made.name, "etcd_endpoints"),
            from_config("ETCD_ROOTPATH", made.name, "etcd_root_path"),
            from_config("MINIO_ADDRESS", made.name, "object_address"),
            from_config("MINIO_PORT", made.name, "object_port"),
            from_config("MINIO_ROOT_PATH", made.name, "object_root_path"),
            from_config("MINIO_BUCKET_NAME", s3, "S3_BUCKET"),
            from_config("MINIO_REGION", s3, "AWS_REGION"),
            from_secret("MINIO_ACCESS_KEY_ID", s3, "AWS_ACCESS_KEY_ID"),
            from_secret("MINIO_SECRET_ACCESS_KEY", s3, "AWS_SECRET_ACCESS_KEY"),
            value("MINIO_USE_SSL", "true"),
            value("MINIO_CREATEBUCKET", "false"),
            value("DEPLOY_MODE", "STANDALONE"),
            value("MQ_TYPE", "rocksmq"),
            value("COMMON_SECURITY_AUTHORIZATIONENABLED", "true"),
            from_secret("COMMON_SECURITY_DEFAULTROOTPASSWORD", made.name, PASSWORD),
            value("HOME", "/tmp"),  # noqa: S108 - in the container
        ),
        ports=ports,
        resources=Resources("4", "16Gi", "4Gi"),
        mounts=(
            claimed("data", "/var/lib/milvus", made.name),
            scratch("tmp", "/tmp", "2Gi"),  # noqa: S108 - in the container
        ),
        probes=Probes(get("/healthz", _HEALTH), get("/healthz", _HEALTH), start_seconds=300),
    )
    pod = Pod([container], made.name, _USER, place.on_virtual_machines(), stop_seconds=120)
    objects = [
        made.account(),
        made.config(settings),
        made.secret([PASSWORD]),
        made.claim(size),
        made.stateful_set(pod),
        made.service(ports, headless=True),
    ]
    return Component(role, "milvus", objects, ports, calls=[(catalogue_role, CLIENT)])


def client(place: Place, role: str) -> list[Object]:
    """Variables for a program that asks Milvus."""
    name = place.name(role)
    return [
        from_config("MILVUS_HOST", name, "host"),
        from_config("MILVUS_PORT", name, "port"),
        from_secret("MILVUS_PASSWORD", name, PASSWORD),
    ]
