"""Every night: what is stored, who needs it, and a page that says so inside the namespace.

``tutela catalog scan``, ``evidence read`` and ``retention report`` one after the other, with a key
that may list and read and nothing else. What could not be listed (exit code 4) does not keep the
page from being made: it says itself what is missing.
"""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from blueprints.emit.yaml import yaml_text
from blueprints.kinds.sandbox.stacks.component import Component
from blueprints.kinds.sandbox.stacks.objects import Role
from blueprints.kinds.sandbox.stacks.place import Place
from blueprints.kinds.sandbox.stacks.pods import (
    HTTP,
    Container,
    Mount,
    Object,
    Pod,
    Probes,
    Resources,
    claimed,
    from_config,
    from_secret,
    get,
    one_file,
    scratch,
    value,
)
from blueprints.kinds.sandbox.stacks.roles import mlflow

IMAGES = ("tutela", "nginx")
KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
PAGES = "/reports/"
PAGES_PORT = 8080
_WORKSPACE = "/workspace"
_PUBLISHED = "/srv/reports"
_USER = 10001
_SERVER = f"""server {{
  listen {PAGES_PORT};
  server_tokens off;
  default_type text/plain;
  add_header X-Content-Type-Options nosniff;
  location = /healthz {{ return 200 "ok"; }}
  location {PAGES} {{ alias {_PUBLISHED}/; index index.html; }}
}}
"""


@cache
def pack(name: str) -> str:
    """The text of one of the retention policies that come with the program."""
    return (files("policies") / "retention" / f"{name}.yaml").read_text(encoding="utf-8")


def policy(place: Place, role: str, name: str) -> Object:
    """The retention policy as a ConfigMap, its comments with it."""
    return Role(place, role, "tutela").config({"policy.yaml": pack(name)}, "-policy")


def catalog(
    place: Place, role: str, tracking: str, buckets: Sequence[str], artifacts: str, schedule: str
) -> Component:
    """The role that looks at the buckets every night; `buckets`: entries of ``data: {s3: ..}``."""
    made = Role(place, role, "tutela")
    s3 = f"s3-{buckets[0]}"
    env = (
        from_config("AWS_DEFAULT_REGION", s3, "AWS_REGION"),
        *(from_secret(key, made.name, key) for key in KEYS),
        value("HOME", "/tmp"),  # noqa: S108 - in the container
    )
    inside = (
        claimed("workspace", f"{_WORKSPACE}/.tutela", made.name),
        one_file("settings", f"{_WORKSPACE}/.tutela/tutela.yaml", made.name, "tutela.yaml"),
        one_file(
            "policy", f"{_WORKSPACE}/.tutela/policy.yaml", f"{made.name}-policy", "policy.yaml"
        ),
        scratch("tmp", "/tmp", "2Gi"),  # noqa: S108 - in the container
    )
    published = claimed("reports", _PUBLISHED, place.name("reports"))

    def step(name: str, words: str, mounts: Sequence[Mount] = ()) -> Container:
        return Container(
            name=name,
            image=place.image("tutela"),
            command=("/bin/sh", "-ec"),
            args=(words,),
            env=env,
            resources=Resources("2", "8Gi", "4Gi"),
            mounts=(*inside, *mounts),
        )

    scan = f"tutela catalog scan -w {_WORKSPACE}"
    evidence = f"tutela evidence read -w {_WORKSPACE}"
    report = f"tutela retention report -w {_WORKSPACE} --html {_PUBLISHED}/index.html"
    pod = Pod(
        [step("report", f"{report} --csv {_PUBLISHED}/artifacts.csv", [published])],
        made.name,
        _USER,
        place.on_virtual_machines(),
        before=[
            step("scan", f"{scan} || [ $? -eq 4 ]"),
            # 1: nobody answered. The page then says that nothing may go for it.
            step("evidence", f"{evidence} || {{ code=$?; [ $code -eq 1 ] || [ $code -eq 4 ]; }}"),
        ],
        restart="Never",
    )
    settings = {"tutela.yaml": _settings(place, tracking, buckets, artifacts)}
    objects = [
        made.account(),
        made.config(settings),
        made.secret(KEYS),
        made.claim("20Gi"),
        made.cron_job(pod, schedule, seconds=6 * 3600),
    ]
    return Component(role, "tutela", objects, calls=[(tracking, HTTP)])


def _settings(place: Place, tracking: str, buckets: Sequence[str], artifacts: str) -> str:
    store = place.site.storage.object
    names = list(dict.fromkeys(place.bucket(one) for one in buckets))
    project: Object = {
        "prefixes": [f"s3://{name}/" for name in names],
        "owners": [one.name for one in place.project.members],
    }
    evidence: Object = {
        "name": place.stack,
        "uri": f"http://{place.name(tracking)}:{mlflow.PORT}",
        "artifacts": f"{mlflow.artifacts(place, artifacts)}/",
    }
    said: Object = {
        "stores": {
            place.site.name: {
                "endpoint": store.endpoint.rstrip("/"),
                "region": store.region,
                "buckets": names,
            }
        },
        "sources": [f"s3://{name}" for name in names],
        "projects": {place.project.name: project},
        "evidence": {"mlflow": [evidence]},
        "policy": "policy.yaml",
    }
    return yaml_text([said]).decode()


def reports(place: Place, role: str) -> Component:
    """The role that shows the newest page to who comes through the door."""
    made = Role(place, role, "nginx")
    container = Container(
        name="nginx",
        image=place.image("nginx"),
        ports={HTTP: PAGES_PORT},
        resources=Resources("200m", "128Mi", "256Mi"),
        mounts=(
            one_file("settings", "/etc/nginx/conf.d/default.conf", made.name, "default.conf"),
            claimed("reports", _PUBLISHED, made.name, read_only=True),
            scratch("tmp", "/tmp", "64Mi"),  # noqa: S108 - in the container
        ),
        probes=Probes(get("/healthz"), get("/healthz")),
    )
    pod = Pod([container], made.name, 101, place.on_virtual_machines())
    objects = [
        made.account(),
        made.config({"default.conf": _SERVER}),
        made.claim("5Gi", shared=True),
        made.deployment(pod, replicas=2),
        made.service({HTTP: PAGES_PORT}),
        made.budget(),
    ]
    return Component(role, "nginx", objects, {HTTP: PAGES_PORT})
