"""LiteLLM: one address and one key in front of a stack's models.

Without a database it knows the master key only; with one it makes keys with budgets. Sources:
LiteLLM's proxy configuration, its variables (``DATABASE_HOST`` .., from which it makes the address
of the database itself) and its compose file for a read-only root.
"""

from collections.abc import Sequence

from blueprints.emit.yaml import yaml_text
from blueprints.kinds.sandbox.stacks.component import Component
from blueprints.kinds.sandbox.stacks.objects import Role
from blueprints.kinds.sandbox.stacks.place import Place
from blueprints.kinds.sandbox.stacks.pods import (
    HTTP,
    Container,
    Object,
    Pod,
    Probes,
    Resources,
    from_config,
    from_secret,
    get,
    one_file,
    scratch,
    value,
)
from blueprints.kinds.sandbox.stacks.roles import postgresql, vllm

IMAGE = "litellm"
ROLE = "gateway"
KEY = "master_key"
PORT = 4000
_FILE = "config.yaml"
_USER = 10001


def gateway(
    place: Place,
    models: Sequence[tuple[str, str, bool]],
    *,
    database: str | None = None,
    host: str | None = None,
) -> Component:
    """The role that passes requests on; `models`: role, name, whether it embeds.

    `database`: the role whose database keeps keys and budgets. `host`: where it is reached from
    outside, by those who have a key.
    """
    made = Role(place, ROLE, "litellm")
    config = {"base_url": f"http://{made.name}:{PORT}/v1", _FILE: _config(place, models, database)}
    environment = [
        from_secret("LITELLM_MASTER_KEY", made.name, KEY),
        *(from_secret(_variable(role), place.name(role), vllm.KEY) for role, _, _ in models),
        value("LITELLM_MODE", "PRODUCTION"),
        value("LITELLM_LOCAL_MODEL_COST_MAP", "True"),
        value("LITELLM_NON_ROOT", "true"),
        value("LITELLM_MIGRATION_DIR", "/cache/migrations"),
        value("PRISMA_BINARY_CACHE_DIR", "/cache/prisma"),
        value("XDG_CACHE_HOME", "/cache"),
        value("HOME", "/cache"),
    ]
    if database is not None:
        environment += _database(place, database)
    container = Container(
        name="litellm",
        image=place.image(IMAGE),
        args=(f"--config=/etc/litellm/{_FILE}", "--host=0.0.0.0", f"--port={PORT}"),
        env=environment,
        ports={HTTP: PORT},
        resources=Resources("1", "2Gi"),
        mounts=(
            one_file("config", f"/etc/litellm/{_FILE}", made.name, _FILE),
            scratch("cache", "/cache", "512Mi"),
            scratch("tmp", "/tmp", "256Mi"),  # noqa: S108 - in the container
        ),
        probes=Probes(get("/health/readiness"), get("/health/liveliness"), start_seconds=300),
    )
    pod = Pod([container], made.name, _USER, place.on_virtual_machines())
    objects = [
        made.account(),
        made.config(config),
        made.secret([KEY] if database is None else [KEY, "salt_key"]),
        made.deployment(pod, replicas=2),
        made.service({HTTP: PORT}),
        made.budget(),
    ]
    if host is not None:
        # Nothing but the API: the pages of administration stay inside.
        objects.append(made.ingress(host, HTTP, ["/v1"]))
    calls = [(role, HTTP) for role, _, _ in models]
    if database is not None:
        calls.append((database, postgresql.PORT))
    return Component(ROLE, "litellm", objects, {HTTP: PORT}, calls=calls, entered=host is not None)


def _variable(role: str) -> str:
    return f"{role.upper().replace('-', '_')}_KEY"


def _config(place: Place, models: Sequence[tuple[str, str, bool]], database: str | None) -> str:
    entries = []
    for role, name, embeds in models:
        entry: Object = {
            "model_name": name,
            "litellm_params": {
                "model": f"hosted_vllm/{name}",
                "api_base": f"http://{place.name(role)}:{vllm.PORT}/v1",
                "api_key": f"os.environ/{_variable(role)}",
            },
            "model_info": {"mode": "embedding" if embeds else "chat"},
        }
        entries.append(entry)
    general: Object = {"master_key": "os.environ/LITELLM_MASTER_KEY"}
    if database is not None:
        general["store_model_in_db"] = False
    settings: Object = {
        "model_list": entries,
        "litellm_settings": {"drop_params": True, "request_timeout": 600, "telemetry": False},
        "general_settings": general,
    }
    return yaml_text([settings]).decode()


def _database(place: Place, role: str) -> list[Object]:
    name = place.name(role)
    return [
        from_config("DATABASE_HOST", name, "host"),
        from_config("DATABASE_NAME", name, "database"),
        from_config("DATABASE_USERNAME", name, "user"),
        from_secret("DATABASE_PASSWORD", name, postgresql.PASSWORD),
        from_secret("LITELLM_SALT_KEY", place.name(ROLE), "salt_key"),
    ]


def client(place: Place) -> list[Object]:
    """Variables of OpenAI's own client for a program that asks the gateway."""
    name = place.name(ROLE)
    return [
        from_config("OPENAI_BASE_URL", name, "base_url"),
        from_secret("OPENAI_API_KEY", name, KEY),
    ]
