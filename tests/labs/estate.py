"""Two clusters of the shipped example in a lab: their API answers, Rancher knows them, nodes run.

The clusters are those that share a network on the supercomputer, hence nodes move between them.
"""

import copy
import platform
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from blueprints import yamlfile
from blueprints.emit.yaml import yaml_text
from blueprints.engine.spec import parse
from blueprints.kinds import cluster
from blueprints.kinds.cluster.spec import Specification
from tests.labs.nodes import Lab, Node
from tests.labs.playbooks import Repository, repository
from tests.labs.rancher import Rancher
from tests.labs.rancher_state import Registration

NETWORK, ADDRESS = "hsn-test", "10.33.0.1/20"
FROM, TO = ("tds", "inference"), ("development", "inference")
"""Environment and name of the two clusters; the nodes are of the first, to begin with."""
API = {FROM: "10.21.4.10", TO: "10.21.8.10"}
NODES = {"nid003002": "10.33.0.22", "nid003003": "10.33.0.23"}
REGISTRY = "registry.example.org"


@dataclass(frozen=True)
class Estate:
    """What a test works on."""

    lab: Lab
    rancher: Rancher
    repository: Repository
    token: str

    def node(self, name: str) -> Node:
        """One of the hosts."""
        return self.lab.nodes[name]

    def known(self, place: tuple[str, str], node: str) -> Registration:
        """What Rancher and Kubernetes know of a node in one of the clusters."""
        with self.rancher.lock:
            return self.rancher.state.registered("-".join(place), node)


def specification(rancher: Rancher, moved: tuple[str, ...] = ()) -> dict[str, Any]:
    """The example, as small as this machine; ``moved`` nodes are of the second cluster."""
    text = resources.files(cluster).joinpath("examples/cluster.yaml").read_bytes()
    spec: dict[str, Any] = yamlfile.load_bytes(text, "cluster.yaml").data
    spec["site"]["rancher"] |= {"url": rancher.url, "ca_checksum": rancher.ca_checksum}
    spec["site"]["registries"] = [REGISTRY]
    machine = {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()]
    for vcluster in spec["site"]["alps"]["vclusters"]:
        vcluster["architecture"] = machine
    pools = {}
    for environment, name in (FROM, TO):
        (found,) = [one for one in spec["clusters"] if one["name"] == name]
        (pool,) = [
            one for one in found["environments"][environment]["workers"] if one["flavour"] == "hpc"
        ]
        pool |= {"memory": "1Gi", "cpu": 2, "gpus": 0, "storage": {"type": "ram", "size": "64Mi"}}
        pools[environment, name] = pool
    there = [{"name": name, "address": NODES[name]} for name in moved]
    spare = {"name": "nid003099", "address": "10.33.0.99"}
    here = [
        {"name": name, "address": address} for name, address in NODES.items() if name not in moved
    ]
    pools[FROM]["nodes"] = here or [spare]
    pools[TO]["nodes"] = there or [spare]
    return copy.deepcopy(spec)


SHORT = """
- name: What the playbook does, without what it asks of the network and the system before
  hosts: metal:hpc
  gather_facts: true
  gather_subset: ["!all", env]
  vars: {{rancher_keep: {keep}}}
  tasks:
    - ansible.builtin.import_role: {{name: conditions, tasks_from: authorization}}
    - ansible.builtin.import_role: {{name: {first}}}
    - ansible.builtin.import_role: {{name: {then}}}
"""
"""A playbook for tests of what comes after the conditions."""


def write(folder: Path, spec: dict[str, Any], lab: Lab, token: str) -> Repository:
    """Render what is Ansible of a specification."""
    model = parse(yaml_text([spec]), "clusters.yaml", cluster.BLUEPRINT).model
    assert isinstance(model, Specification)
    made = repository(folder, model, lab, {"RANCHER_TOKEN": token})
    for name, keep, then in (
        ("leave", "false", "rancher"),
        ("rejoin", "true", "join"),
        ("move", "true", "join"),
    ):
        text = SHORT.format(keep=keep, first=name, then=then)
        (folder / f"ansible/playbooks/short-{name}.yaml").write_text(text)
    return made


@contextmanager
def estate(folder: Path, *names: str) -> Iterator[Estate]:
    """All of it, with these of the nodes, up; ended with the context."""
    with ExitStack() as ends:
        lab = ends.enter_context(Lab(folder / "lab", ADDRESS))
        for address in API.values():
            lab.enter("ip", "address", "add", f"{address}/32", "dev", "lab")
            for port in (6443, 9345):
                ends.enter_context(lab.listen(port, address))
        ends.enter_context(lab.listen(443))
        clusters = ["-".join(place) for place in (FROM, TO)]
        rancher = ends.enter_context(Rancher(folder, clusters, lab.listen()))
        hosts = f"127.0.0.1 localhost\n{lab.address} {REGISTRY}\n"
        for name in names:
            files = {"/etc/hosts": hosts, "/etc/xthostname": "testbed\n"}
            lab.node(name, NODES[name], files=files)
        token = rancher.state.token(*clusters)
        made = write(folder / "repository", specification(rancher), lab, token)
        yield Estate(lab, rancher, made, token)
