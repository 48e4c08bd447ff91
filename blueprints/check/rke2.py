"""Clusters of RKE2 that a repository describes: in OpenTofu, as objects of Rancher, in files.

Of `rancher2_cluster_v2` each Terragrunt unit that runs its module is a cluster of its own, with the
inputs of that unit; without units it is one with everything unknown that no default says. Source:
docs.rke2.io, "Server Configuration Reference"; documentation of rancher/rancher2.
"""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from blueprints.check import events
from blueprints.check.cluster.shape import at, mapping, mappings, text
from blueprints.check.repository import Repository
from blueprints.check.schemas.policy import read
from blueprints.check.tofu.evaluated import Evaluated, Inner
from blueprints.check.tofu.modules import folders
from blueprints.check.tofu.terragrunt import units
from blueprints.check.tofu.values import Names, Unknown

_RESOURCE = "rancher2_cluster_v2"
_SERVERS = "rke.cattle.io/control-plane-role"
"""Label that Rancher gives to machines with the control plane."""


@dataclass(frozen=True)
class Part:
    """Settings of RKE2, or values of one of its charts, and where they stand."""

    file: str
    line: int
    data: Mapping[str, Any]
    servers: bool = True
    """Whether they are of nodes that run the control plane."""
    name: str = ""
    """Of a chart: its name, such as `rke2-cilium`."""


@dataclass(frozen=True)
class NodePool:
    """Machines of one sort."""

    file: str
    line: int
    name: str
    count: Any
    etcd: bool
    control_plane: bool


@dataclass
class Rke2:
    """One cluster."""

    name: str
    """For messages: its unit, its object, or the folder of its files."""
    version: str = ""
    """Such as v1.33.5+rke2r1; "" where nothing says it."""
    settings: list[Part] = field(default_factory=list)
    charts: list[Part] = field(default_factory=list)
    pools: list[NodePool] = field(default_factory=list)
    by_node: bool = False
    """Whether each part of the settings is all that one node has; else the first is of all nodes,
    and the rest of some."""


def clusters(repo: Repository) -> list[Rke2]:
    """Every cluster, in the order of files."""
    known = repo.indexes.get(__name__)
    if isinstance(known, list):
        return known
    found = [*_of_tofu(repo), *_of_objects(repo), *_of_files(repo)]
    repo.indexes[__name__] = found
    return found


def _of_tofu(repo: Repository) -> Iterator[Rke2]:
    runs: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for folder, unit in units(repo).items():
        if unit.module is not None:
            given = {name: one.value for name, one in (unit.inputs or {}).items()}
            runs.setdefault(unit.module.path, []).append((folder, given))
    for path, module in folders(repo).items():
        if not any(block.labels[:1] == (_RESOURCE,) for _, block in module.blocks("resource")):
            continue
        for name, given in runs.get(path) or [(path, {})]:
            for file, resource in Evaluated(module, given).blocks(_RESOURCE):
                yield _resource(name, file, resource)


def _resource(name: str, file: str, resource: Inner) -> Rke2:
    version = resource.value("kubernetes_version")
    found = Rke2(name, version if isinstance(version, str) else "")
    for inner in resource.of("rke_config"):
        data = _data(inner.value("machine_global_config"))
        found.settings.append(Part(file, _line(inner, "machine_global_config"), data))
        for selector in inner.of("machine_selector_config"):
            data = _data(selector.value("config"))
            part = Part(file, _line(selector, "config"), data, servers=_for_servers(selector))
            found.settings.append(part)
        charts = _data(inner.value("chart_values"))
        for chart, values in charts.items():
            line = _line(inner, "chart_values")
            found.charts.append(Part(file, line, mapping(values), name=chart))
        for pool in inner.of("machine_pools"):
            found.pools.append(
                NodePool(
                    file,
                    pool.block.line,
                    str(pool.value("name") or ""),
                    pool.value("quantity"),
                    pool.value("etcd_role") is True,
                    pool.value("control_plane_role") is True,
                )
            )
    return found


def _line(inner: Inner, name: str) -> int:
    attribute = inner.block.attributes.get(name)
    return attribute.line if attribute else inner.block.line


def _data(value: Any) -> dict[str, Any]:
    """A mapping, or the text of one in YAML."""
    if isinstance(value, str):
        documents, _ = events.read(value)
        value = documents[0].data if len(documents) == 1 else None
    return value if isinstance(value, dict) else {}


def _for_servers(selector: Inner) -> bool:
    """Whether a selector of machines can be about servers: none chooses all of them."""
    for label in selector.of("machine_label_selector"):
        labels = label.value("match_labels")
        if isinstance(labels, dict):
            return _SERVERS in labels
    return True


def _of_objects(repo: Repository) -> Iterator[Rke2]:
    for item in repo.of_kind("Cluster"):
        if item.group != "provisioning.cattle.io":
            continue
        config = ("spec", "rkeConfig")
        found = Rke2(str(item), text(item.data, "spec", "kubernetesVersion"))
        said = mapping(item.data, *config, "machineGlobalConfig")
        line = item.line_of(*config, "machineGlobalConfig")
        found.settings.append(Part(item.file, line, said))
        for index, one in mappings(item.data, *config, "machineSelectorConfig"):
            line = item.line_of(*config, "machineSelectorConfig", index)
            labels = mapping(one, "machineLabelSelector", "matchLabels")
            servers = not labels or _SERVERS in labels
            found.settings.append(Part(item.file, line, mapping(one, "config"), servers))
        for chart, values in mapping(item.data, *config, "chartValues").items():
            line = item.line_of(*config, "chartValues", chart)
            found.charts.append(Part(item.file, line, mapping(values), name=chart))
        for index, one in mappings(item.data, *config, "machinePools"):
            line = item.line_of(*config, "machinePools", index)
            etcd, control = one.get("etcdRole") is True, one.get("controlPlaneRole") is True
            pool = NodePool(item.file, line, text(one, "name"), one.get("quantity"), etcd, control)
            found.pools.append(pool)
        yield found


def _of_files(repo: Repository) -> Iterator[Rke2]:
    """`config.yaml` of nodes, cluster by cluster: files below one folder are of one cluster.

    Charts that are configured beside them (HelmChartConfig) belong to them.
    """
    nodes: dict[str, dict[str, list[Part]]] = {}
    for path in repo.yaml_files:
        if _is_config(path):
            documents = repo.yaml(path)
            data = mapping(documents[0].data) if len(documents) == 1 else {}
            node = _node_folder(path)
            cluster = nodes.setdefault(posixpath.dirname(node), {})
            cluster.setdefault(node, []).append(Part(path, 1, data))
    found: dict[str, Rke2] = {}
    for folder, parts in nodes.items():
        one = Rke2(folder or ".", by_node=True)
        one.settings.extend(part for several in parts.values() for part in _merged(several))
        if one.settings:
            found[folder] = one
    for item in repo.of_kind("HelmChartConfig"):
        values = _data(at(item.data, "spec", "valuesContent"))
        line = item.line_of("spec", "valuesContent")
        part = Part(item.file, line, values, name=item.name)
        place = posixpath.dirname(item.file)
        near = [top for top in found if _below(place, top)]
        folder = max(near, key=len) if near else place
        found.setdefault(folder, Rke2(folder or ".", by_node=True)).charts.append(part)
    yield from found.values()


def _merged(parts: list[Part]) -> Iterator[Part]:
    """What one node has: `config.yaml`, and over it what is in `config.yaml.d`."""
    data = {key: value for part in parts for key, value in part.data.items()}
    words = read("rke2.yaml")
    if set(data) & set(words["telling"]):
        agent = "server" in data and not set(data) & set(words["server"])
        yield Part(parts[0].file, 1, data, servers=not agent)


def _is_config(path: str) -> bool:
    folder, name = posixpath.split(path)
    inner = posixpath.basename(folder)
    return "rke2" in path and (name == "config.yaml" or inner == "config.yaml.d")


def _node_folder(path: str) -> str:
    """The folder of a node: `cluster/node` of `cluster/node/etc/rancher/rke2/config.yaml`."""
    folder = posixpath.dirname(path)
    for end in ("config.yaml.d", "rke2", "rancher", "etc"):
        if posixpath.basename(folder) == end:
            folder = posixpath.dirname(folder)
    return folder


def _below(folder: str, top: str) -> bool:
    return not top or folder == top or folder.startswith(f"{top}/")


def known(value: Any) -> bool:
    """Whether a value is there and needs no run."""
    return value is not None and not isinstance(value, (Unknown, Names))


def minor(version: str) -> tuple[int, int]:
    """Of `v1.33.5+rke2r1`: (33, 5); (0, 0) where there is none."""
    parts = version.removeprefix("v").partition("+")[0].split(".")
    if len(parts) == 3 and all(one.isdigit() and len(one) < 6 for one in parts):
        return int(parts[1]), int(parts[2])
    return 0, 0
