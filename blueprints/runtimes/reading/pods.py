"""From the spec of a Kubernetes pod to facts, as the kubelet and the container runtime take it.

Facts have the keys of ``blueprints.service.facts``. What a pod says beyond a service is told under
``also.`` (host namespaces, privileges, further containers and ports): nothing is passed over, and a
reader takes out by name what its runtime is known to add. Sources: the Kubernetes API reference
(pod v1), ``k8s.io/kubernetes/third_party/forked/golang/expansion`` for ``$(NAME)``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

from blueprints.check.cluster.quantity import quantity
from blueprints.check.documents import at, items, mapping, text
from blueprints.runtimes.reading.manifests import Manifest

SMALL_SHM: Final = 64 << 20
"""Bytes of ``/dev/shm`` where a pod says nothing: what container runtimes give."""
_SHM: Final = "/dev/shm"  # noqa: S108 -- a path inside of containers
_CLASSES: Final = (
    ("nvidia.com/", "cuda"),
    ("amd.com/", "rocm"),
    ("gpu.intel.com/", "oneapi"),
    ("habana.ai/", "gaudi"),
)
_REFERENCE: Final = re.compile(r"\$\$|\$\(([^)]*)\)")
_HOST: Final = ("hostNetwork", "hostIPC", "hostPID")


def pod_facts(
    one: Manifest,
    pod: Mapping[str, Any],
    *,
    container: str | None = None,
    keys: Mapping[tuple[str, str], str] | None = None,
) -> dict[str, str]:
    """All that a pod says of a service. Raises ReadError for what a cluster would refuse.

    ``one`` is the object that the pod stands in, for messages. ``container`` names the engine's
    (default: the first). ``keys`` is what :func:`secret_keys` found.
    """
    engine, others = _containers(one, pod, container)
    environment = _Environment(one, engine, keys or {})
    found = {"image": text(engine, "image")}
    found |= _argv(one, engine, environment)
    found |= environment.facts
    found |= _mounts(one, pod, engine)
    found["shared-memory"] = _shared_memory(one, pod, engine)
    if text(engine, "workingDir"):
        found["working-folder"] = text(engine, "workingDir")
    architecture = _architecture(pod)
    if architecture:
        found["architecture"] = architecture
    found |= _resources(one, engine)
    found |= _ports(engine)
    found |= _probes(one, engine)
    found |= _also(pod, engine, others)
    return found


def _containers(
    one: Manifest, pod: Mapping[str, Any], name: str | None
) -> tuple[dict[str, Any], list[tuple[str, Any]]]:
    found = [entry for entry in items(pod, "containers") if isinstance(entry, dict)]
    for entry in found:
        if name is None or text(entry, "name") == name:
            others = [("container", other) for other in found if other is not entry]
            return entry, others + [("init", init) for init in items(pod, "initContainers")]
    raise one.wrong(f"has no container {name}" if name else "has no container")


class _Environment:
    """Variables in their order: later values may name earlier ones."""

    def __init__(
        self, one: Manifest, engine: Mapping[str, Any], keys: Mapping[tuple[str, str], str]
    ) -> None:
        self.known: dict[str, str] = {}
        self.facts: dict[str, str] = {}
        for entry in items(engine, "env"):
            name = text(entry, "name")
            if not name:
                raise one.wrong("a variable without a name")
            self.facts.pop(f"env.{name}", None)
            self.facts.pop(f"secret.{name}", None)
            source = mapping(entry, "valueFrom")
            if source:
                self._from(name, source, keys)
                continue
            value = at(entry, "value")
            if value is not None and not isinstance(value, str):
                raise one.wrong(f"the value of {name} is no text; put it in quotes")
            self.known[name] = expanded(value or "", self.known)
            self.facts[f"env.{name}"] = self.known[name]

    def _from(
        self, name: str, source: Mapping[str, Any], keys: Mapping[tuple[str, str], str]
    ) -> None:
        secret = mapping(source, "secretKeyRef")
        if secret:
            place = (text(secret, "name"), text(secret, "key"))
            self.facts[f"secret.{name}"] = keys.get(place, f"key {place[1]} of Secret {place[0]}")
            self.known[name] = f"<secret {name}>"
            return
        kind, inner = next(iter(source.items()))
        where = text(inner, "fieldPath") or ".".join(map(str, mapping(inner).values()))
        self.known[name] = self.facts[f"env.{name}"] = f"<{kind} {where}>"


def expanded(value: str, known: Mapping[str, str]) -> str:
    """A text after the kubelet: ``$(NAME)`` of a known variable is its value, ``$$`` is ``$``."""

    def meant(found: re.Match[str]) -> str:
        return "$" if found[1] is None else known.get(found[1], found[0])

    return _REFERENCE.sub(meant, value)


def _argv(
    one: Manifest, engine: Mapping[str, Any], environment: _Environment
) -> Iterable[tuple[str, str]]:
    words = items(engine, "command") + items(engine, "args")
    if not items(engine, "command"):
        yield "also.entrypoint", "the image's own runs"
    for number, word in enumerate(words):
        if not isinstance(word, str):
            raise one.wrong(f"word {number} of the command is no text; put it in quotes")
        yield f"argv.{number}", expanded(word, environment.known)


def _mounts(
    one: Manifest, pod: Mapping[str, Any], engine: Mapping[str, Any]
) -> Iterable[tuple[str, str]]:
    for mount in items(engine, "volumeMounts"):
        target = text(mount, "mountPath").rstrip("/") or "/"
        volume = _volume(one, pod, text(mount, "name"))
        if target == _SHM and "emptyDir" in volume:
            continue
        within = text(mount, "subPath")
        read_only = at(mount, "readOnly") is True or _is_read_only(volume)
        source = _source(volume) + (f"/{within}" if within else "")
        yield f"mount.{target}", f"{source} {'ro' if read_only else 'rw'}"


def _volume(one: Manifest, pod: Mapping[str, Any], name: str) -> dict[str, Any]:
    for volume in items(pod, "volumes"):
        if isinstance(volume, dict) and text(volume, "name") == name:
            return volume
    raise one.wrong(f"mounts the volume {name}, which the pod has not")


def _source(volume: Mapping[str, Any]) -> str:
    claim = text(volume, "persistentVolumeClaim", "claimName")
    if claim:
        return claim
    kind = next((key for key in volume if key != "name" and volume[key] is not None), "nothing")
    inner = mapping(volume, kind)
    named = text(inner, "name") or text(inner, "secretName") or text(inner, "path")
    return f"{kind}:{named}" if named else kind


def _is_read_only(volume: Mapping[str, Any]) -> bool:
    if "configMap" in volume or "secret" in volume:
        return True
    return at(volume, "persistentVolumeClaim", "readOnly") is True


def _shared_memory(one: Manifest, pod: Mapping[str, Any], engine: Mapping[str, Any]) -> str:
    """Bytes; "0" is as much as the pod's memory, as on the host it is the host's."""
    for mount in items(engine, "volumeMounts"):
        if text(mount, "mountPath").rstrip("/") == _SHM:
            volume = mapping(_volume(one, pod, text(mount, "name")), "emptyDir")
            if text(volume, "medium") != "Memory":
                return "on disk"
            return _amount(one, volume.get("sizeLimit", 0))
    return "0" if at(pod, "hostIPC") is True else str(SMALL_SHM)


def _amount(one: Manifest, value: object) -> str:
    found = quantity(value)
    if found is None:
        raise one.wrong("an amount that is none; write one such as 4 or 32Gi")
    return str(found)


def _architecture(pod: Mapping[str, Any]) -> str:
    """What the scheduler is told, or ""."""
    label = "kubernetes.io/arch"
    said = text(pod, "nodeSelector", label)
    if said:
        return said
    required = "requiredDuringSchedulingIgnoredDuringExecution"
    terms = items(pod, "affinity", "nodeAffinity", required, "nodeSelectorTerms")
    # Terms are alternatives: only what every one of them asks for is sure.
    each = [_asked(term, label) for term in terms]
    return each[0] if each and len(set(each)) == 1 else ""


def _asked(term: Any, label: str) -> str:
    for expression in items(term, "matchExpressions"):
        values = items(expression, "values")
        if text(expression, "key") == label and text(expression, "operator") == "In":
            return str(values[0]) if len(values) == 1 else ""
    return ""


def _resources(one: Manifest, engine: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    limits = mapping(engine, "resources", "limits")
    if "cpu" in limits:
        yield "processors", _amount(one, limits["cpu"])
    yield "memory", _amount(one, limits.get("memory", 0))
    devices: dict[str, Fraction] = {}
    for name, value in limits.items():
        for prefix, accelerator in _CLASSES:
            if name.startswith(prefix):
                said = Fraction(_amount(one, value))
                devices[accelerator] = devices.get(accelerator, Fraction(0)) + said
    if devices:
        yield "accelerator", "+".join(devices)
    yield "devices", str(sum(devices.values(), Fraction(0)))


def _ports(engine: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for number, port in enumerate(items(engine, "ports")):
        said = str(at(port, "containerPort"))
        yield (f"also.port.{said}", text(port, "name")) if number else ("port", said)
        if at(port, "hostPort"):
            yield f"also.host-port.{said}", str(at(port, "hostPort"))


def _probes(one: Manifest, engine: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The start is the startup probe's; without one, until the liveness probe gives up."""
    ready, alive = mapping(engine, "readinessProbe"), mapping(engine, "livenessProbe")
    start = mapping(engine, "startupProbe")
    probes = {"startup": start, "readiness": ready, "liveness": alive}
    asked = [probe for probe in probes.values() if "httpGet" in probe]
    if asked:
        yield "probe.path", " ".join(sorted({text(probe, "httpGet", "path") for probe in asked}))
        yield from _other_ports(engine, asked)
    for name, probe in probes.items():
        if probe and "httpGet" not in probe:
            command = " ".join(map(str, items(probe, "exec", "command")))
            yield f"also.{name}-probe", command or "asks by no HTTP"
    if ready or alive:
        yield "probe.period-seconds", str(_number(one, ready or alive, "periodSeconds", 10))
    if start or alive:
        probe = start or alive
        delay = _number(one, probe, "initialDelaySeconds", 0)
        tries = _number(one, probe, "failureThreshold", 3)
        yield "probe.start-seconds", str(delay + tries * _number(one, probe, "periodSeconds", 10))


def _other_ports(
    engine: Mapping[str, Any], probes: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    ports = items(engine, "ports")
    names = {text(port, "name"): at(port, "containerPort") for port in ports}
    first = at(ports, 0, "containerPort")
    for probe in probes:
        said = at(probe, "httpGet", "port")
        if said is not None and names.get(str(said), said) != first:
            yield "also.probe-port", str(said)


def _number(one: Manifest, probe: Mapping[str, Any], key: str, default: int) -> int:
    value = probe.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise one.wrong(f"{key} of a probe has to be a number")
    return value


def _also(
    pod: Mapping[str, Any], engine: Mapping[str, Any], others: Iterable[tuple[str, Any]]
) -> Iterator[tuple[str, str]]:
    for key in _HOST:
        if at(pod, key) is True:
            yield f"also.{key}", "true"
    if at(engine, "securityContext", "privileged") is True:
        yield "also.privileged", "true"
    for source in items(engine, "envFrom"):
        for kind, inner in mapping(source).items():
            yield f"also.env-from.{text(inner, 'name')}", kind
    for role, other in others:
        yield f"also.{role}.{text(other, 'name')}", text(other, "image")
    for moment, _ in sorted(mapping(engine, "lifecycle").items()):
        yield f"also.lifecycle.{moment}", "a hook"
