"""A known program is started without something that it cannot do without.

Looks at containers whose image is of a program that `policies/checks/components.yaml` knows (Dex,
vLLM, LiteLLM, PostgreSQL, Milvus, etcd, MLflow, oauth2-proxy, ...): words of the command line,
variables and where they come from, mounts (and which are written to), ports, the paths that probes
ask, the time to end in order, how many of it there may be; that the port in its arguments is the
port that it shows; that a program in a ConfigMap is given the variables that it reads; that folders
it is told to write to are mounted.

Such a program starts and does something else than was meant, or dies on its first request.

Mend what the message names. Where a program needs something else at your site, say so in
`policies/checks/components.yaml`, or suppress the finding with the reason.
"""

import posixpath
import re
from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.components import Component, command_line, component_of
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import (
    Path,
    at,
    labels,
    mapping,
    mappings,
    number,
    sequence,
    text,
    texts,
)
from blueprints.check.cluster.workload import Container, Workload
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "component-settings"
LEVEL = Level.ERROR

Problem = tuple[Path, str]
_NAME = "app.kubernetes.io/name"
_SERVICE = re.compile(r"models/[^/]+/[^/]+/kubernetes/")
_READS = re.compile(r"""os\.environ\[["'](\w+)["']\]""")
_MAY_READ = re.compile(r"""os\.(?:environ\.get|getenv)\(["'](\w+)["']""")
_OF_ITS_OWN = re.compile(r"HOME|PYTHON\w+|AWS_\w+|OPENAI_\w+|CHAINLIT_\w+|PG[A-Z]+|TZ|XDG_\w+")
"""Variables that libraries read, not the program itself."""
_TOGETHER = (
    ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"),
    (
        "DATABASE_HOST",
        "DATABASE_NAME",
        "DATABASE_USERNAME",
        "DATABASE_PASSWORD",
        "LITELLM_SALT_KEY",
    ),
    ("MILVUS_HOST", "MILVUS_PORT", "MILVUS_PASSWORD"),
    ("OPENAI_BASE_URL", "OPENAI_API_KEY"),
    ("OPENAI_API_KEY", "OPENAI_BASE_URL"),
    ("PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD"),
    ("PGPASSWORD", "PGHOST", "PGPORT", "PGDATABASE", "PGUSER"),
)
"""The first needs the others."""


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Known programs without what they need."""
    known = cluster.of(repo, settings)
    for workload in known.workloads:
        for container in workload.containers:
            component = component_of(text(container.data, "image"))
            problems = [
                *_empty(container),
                *_together(container),
                *_program(known, workload, container),
            ]
            # Model services are judged by their own specification: engine-flag, model compare.
            if component is not None and not _SERVICE.match(workload.object.file):
                problems += _judge(known, workload, container, component)
            for path, words in problems:
                message = f"{workload.object}: container {container.name} {words}"
                yield found(ID, LEVEL, workload.object, path, message)


def _together(container: Container) -> Iterator[Problem]:
    """Variables that are of no use without each other."""
    given = {text(entry, "name") for _, entry in mappings(container.data, "env")}
    if sequence(container.data, "envFrom"):
        return
    for several in _TOGETHER:
        if given & set(several[:1]):
            for name in several:
                if name not in given:
                    yield (*container.path, "env"), f"has {several[0]} and no {name}"


def _empty(container: Container) -> Iterator[Problem]:
    for index, entry in mappings(container.data, "env"):
        if "value" not in entry and "valueFrom" not in entry:
            yield (*container.path, "env", index), f"has {text(entry, 'name')} without a value"


def _judge(
    known: Cluster, workload: Workload, container: Container, component: Component
) -> Iterator[Problem]:
    yield from _words(container, component)
    yield from _env(known, workload, container, component)
    yield from _mounts(container, component)
    if not container.init and not workload.is_job:
        yield from _ports(known, workload, container, component)
        yield from _probes(container, component)
        patience = number(workload.pod, "terminationGracePeriodSeconds")
        if component.stop and (30 if patience is None else patience) < component.stop:
            where = (*workload.spec_path, "terminationGracePeriodSeconds")
            yield where, f"gives {component.name} less than {component.stop} s to end in order"
        if component.alone and workload.replicas > 1:
            yield (
                container.path,
                f"runs {component.name}, of which there must be one on the same data",
            )
        named = workload.labels.get(_NAME)
        if named not in (None, component.name):
            yield container.path, f"runs {component.name}, and its pods are labelled {named}"


def _words(container: Container, component: Component) -> Iterator[Problem]:
    words = command_line(container.data)
    for pattern in component.words:
        if not any(re.fullmatch(pattern, word) for word in words):
            shown = pattern.replace("\\", "")
            yield (*container.path, "args"), f"starts {component.name} without {shown}"
    if component.line and not re.fullmatch(component.line, " ".join(words)):
        yield (*container.path, "args"), f"starts {component.name} with words in the wrong order"
    if not component.other_words:
        return
    for field in ("command", "args"):
        for index, word in enumerate(texts(container.data, field)):
            patterns = (*component.words, *component.other_words)
            if not any(re.fullmatch(pattern, word) for pattern in patterns):
                where = (*container.path, field, index)
                yield where, f"starts {component.name} with {word!r}, which it does not know"
    flags = [word.partition("=")[0] for word in words if word.startswith("--")]
    for flag in sorted({flag for flag in flags if flags.count(flag) > 1}):
        yield (*container.path, "args"), f"starts {component.name} with {flag} more than once"


def _env(
    known: Cluster, workload: Workload, container: Container, component: Component
) -> Iterator[Problem]:
    entries = {
        text(entry, "name"): (index, entry) for index, entry in mappings(container.data, "env")
    }
    for name, pattern in component.env.items():
        if name not in entries:
            if not sequence(container.data, "envFrom"):
                yield (*container.path, "env"), f"runs {component.name} without {name}"
            continue
        index, entry = entries[name]
        where: Path = (*container.path, "env", index)
        if pattern.startswith("key "):
            key = _key(entry)
            if key is None or not re.fullmatch(pattern.removeprefix("key "), key):
                yield where, f"takes {name} from {key or 'a value'} and not from {pattern}"
            continue
        value = value_of(known, workload, entry)
        if value is not None and not re.fullmatch(pattern, value):
            yield where, f"has {name}={value!r}, with which {component.name} does not work"
    for name, (index, entry) in entries.items():
        where = (*container.path, "env", index)
        if name in component.secrets and not mapping(entry, "valueFrom", "secretKeyRef"):
            yield where, f"has {name} from somewhere else than a Secret"
        if (
            component.other_env
            and name not in component.env
            and not any(re.fullmatch(pattern, name) for pattern in component.other_env)
        ):
            yield where, f"has {name}, which {component.name} does not read"


def _key(entry: object) -> str | None:
    for field in ("secretKeyRef", "configMapKeyRef"):
        key = text(entry, "valueFrom", field, "key")
        if key:
            return key
    return None


def value_of(known: Cluster, workload: Workload, entry: object) -> str | None:
    """A variable's value, also out of a ConfigMap; None where nobody can tell."""
    if "value" in mapping(entry):
        return text(entry, "value")
    source = mapping(entry, "valueFrom", "configMapKeyRef")
    if not source:
        return None if mapping(entry, "valueFrom") else ""
    space = known.namespace(workload.object)
    given = known.provided.get(("ConfigMap", space, text(source, "name")))
    if given is None or given.object.kind != "ConfigMap":
        return None
    return labels(given.object.data, "data").get(text(source, "key"))


def _mounts(container: Container, component: Component) -> Iterator[Problem]:
    places = {
        text(mount, "mountPath"): mount for _, mount in mappings(container.data, "volumeMounts")
    }
    for place in component.mounts:
        if place not in places:
            yield (
                (*container.path, "volumeMounts"),
                f"runs {component.name} without a mount at {place}",
            )
        elif place in component.writes and at(places[place], "readOnly") is True:
            yield (
                (*container.path, "volumeMounts"),
                f"mounts {place} read-only, where {component.name} writes",
            )
    writable = [place for place, mount in places.items() if at(mount, "readOnly") is not True]
    for index, entry in mappings(container.data, "env"):
        name, value = text(entry, "name"), text(entry, "value")
        if not value.startswith("/") or not re.search(
            r"(?:HOME|CACHE|TMP|_DIR|_ROOT|PGDATA)", name
        ):
            continue
        if not any(value == place or value.startswith(f"{place}/") for place in writable):
            yield (
                (*container.path, "env", index),
                f"has {name}={value}, where nothing can be written",
            )


def _ports(
    known: Cluster, workload: Workload, container: Container, component: Component
) -> Iterator[Problem]:
    shown = {
        text(port, "name"): number(port, "containerPort")
        for _, port in mappings(container.data, "ports")
    }
    for name, wanted in component.ports.items():
        if name not in shown:
            yield (*container.path, "ports"), f"does not show the port {name} of {component.name}"
        elif wanted is not None and shown[name] != wanted:
            yield (
                (*container.path, "ports"),
                f"shows {name} as {shown[name]}; {component.name} listens on {wanted}",
            )
    for name in shown:
        if component.ports and name not in component.ports:
            yield (
                (*container.path, "ports"),
                f"shows a port {name}, which {component.name} does not have",
            )
    words = [*command_line(container.data)]
    if component.listens:
        words += [
            value
            for _, entry in mappings(container.data, "env")
            if (value := value_of(known, workload, entry)) is not None
            and "PORT" in text(entry, "name")
        ]
    heard = {
        int(form[1])
        for pattern in component.listens
        for word in words
        if (form := re.fullmatch(pattern, word))
    }
    for port in sorted(heard - {port for port in shown.values() if port is not None}):
        yield (*container.path, "ports"), f"listens on {port} and does not show it"
    # A client's variables may name the ports of others.
    if heard and component.ports and not any(port in heard for port in shown.values()):
        yield (*container.path, "ports"), "shows none of the ports that it listens on"


def _probes(container: Container, component: Component) -> Iterator[Problem]:
    for probe, pattern in component.probes.items():
        data = mapping(container.data, probe)
        if not data:
            continue
        command = " ".join(texts(data, "exec", "command"))
        asked = text(data, "httpGet", "path") or command
        if asked and not re.fullmatch(pattern, asked):
            yield (
                (*container.path, probe),
                f"asks {asked} by {probe}; {component.name} answers {pattern}",
            )
        if component.probes and not asked and "tcpSocket" not in data:
            yield (*container.path, probe), f"asks {component.name} nothing by {probe}"


def _program(known: Cluster, workload: Workload, container: Container) -> Iterator[Problem]:
    """A program in a ConfigMap: the path that is run, and the variables that it reads."""
    scripts = dict(_scripts(known, workload, container))
    words = command_line(container.data)
    given = {text(entry, "name") for _, entry in mappings(container.data, "env")}
    for field in ("command", "args"):
        for index, word in enumerate(texts(container.data, field)):
            if (
                word.startswith("/")
                and word.endswith((".py", ".sh"))
                and word not in scripts
                and scripts
            ):
                yield (*container.path, field, index), f"runs {word}, which is not mounted"
    if sequence(container.data, "envFrom"):
        return
    for place, source in scripts.items():
        if place not in words:
            continue
        needed = set(_READS.findall(source))
        may = needed | set(_MAY_READ.findall(source))
        for name in sorted(needed - given):
            yield (*container.path, "env"), f"runs {place} without {name}, which it reads"
        for index, entry in mappings(container.data, "env"):
            name = text(entry, "name")
            if needed and name not in may and not _OF_ITS_OWN.fullmatch(name):
                yield (*container.path, "env", index), f"has {name}, which {place} does not read"


def _scripts(known: Cluster, workload: Workload, container: Container) -> Iterator[tuple[str, str]]:
    volumes = {text(volume, "name"): volume for _, volume in mappings(workload.pod, "volumes")}
    space = known.namespace(workload.object)
    for _, mount in mappings(container.data, "volumeMounts"):
        name = text(volumes.get(text(mount, "name")), "configMap", "name")
        given = known.provided.get(("ConfigMap", space, name))
        if given is None or given.object.kind != "ConfigMap":
            continue
        for key, source in labels(given.object.data, "data").items():
            if not key.endswith((".py", ".sh")):
                continue
            place, part = text(mount, "mountPath"), text(mount, "subPath")
            if part == key:
                yield place, source
            elif not part:
                yield posixpath.join(place, key), source
