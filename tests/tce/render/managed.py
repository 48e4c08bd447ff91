"""The hospital's cluster and sandboxes as the blueprints for managed clusters render them.

Same cluster, same projects, groups and quotas; but a Rancher makes the machines, and a site's
ArgoCD, Dex, object storage and load balancer serve it, as those blueprints have it.
"""

from __future__ import annotations

from typing import Any

from blueprints.emit.yaml import yaml_text
from blueprints.engine import render
from blueprints.engine.blueprint import Blueprint, File
from blueprints.engine.spec import parse
from blueprints.kinds.cluster import BLUEPRINT as CLUSTER
from blueprints.kinds.sandbox import BLUEPRINT as SANDBOX
from tests.blueprints.kinds.cluster import specifications as clusters
from tests.blueprints.kinds.sandbox import specifications as sandboxes

_NOT_ITS = ("maas", "alps", "automation", "ceph", "vmware", "clients")
_KEYS = ("name", "title", "groups", "quota")


def managed(environment: dict[str, Any]) -> tuple[File, ...]:
    """All files of both repositories, of one environment's data."""
    return (*_rendered(CLUSTER, _cluster(environment)), *_rendered(SANDBOX, _sandbox(environment)))


def _rendered(blueprint: Blueprint, data: dict[str, Any]) -> tuple[File, ...]:
    return render.render(blueprint, parse(yaml_text([data]), "spec.yaml", blueprint).model)


def _cluster(environment: dict[str, Any]) -> dict[str, Any]:
    site = {key: value for key, value in clusters.site().items() if key not in _NOT_ITS}
    zone = environment["zones"]["tce"]["networks"][0]
    site["networks"] = [
        {
            "name": "tce",
            "vlan": environment["vlan"]["id"],
            "cidr": zone,
            "gateway": environment["gateway"]["addresses"][0],
            "plane": "service",
        }
    ]
    site["harvester"] = [environment["harvester"]]
    cluster, versions = environment["cluster"], environment["versions"]
    # Somebody has to announce services, where Cilium's own way in is not used.
    components = ["metallb", *cluster["components"]]
    known = {**versions["components"], "metallb": "0.15.2"}
    return {
        "blueprint": "cluster",
        "version": 1,
        "site": site,
        "environments": {"production": {"versions": {**versions, "components": known}}},
        "clusters": [{**cluster, "components": components}],
    }


def _sandbox(environment: dict[str, Any]) -> dict[str, Any]:
    projects = [{key: one[key] for key in _KEYS} for one in environment["sandboxes"]]
    return {
        "blueprint": "sandbox",
        "version": 1,
        "site": sandboxes.site(),
        "projects": projects,
    }
