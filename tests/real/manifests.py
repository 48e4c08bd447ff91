"""Processes started from rendered manifests: arguments, variables and files as a pod has them.

Everything is read out of what `kubectl kustomize` prints. What cannot be the same on one machine
is said once, as texts for texts: names of Services, ports, folders.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

Document = dict[str, Any]


def kustomized(folder: Path) -> list[Document]:
    """What `kubectl kustomize` makes of a folder."""
    kubectl = shutil.which("kubectl")
    assert kubectl is not None, "no kubectl: .ci/helm.py puts it where the tests find it"
    done = subprocess.run([kubectl, "kustomize", folder], capture_output=True, check=True)
    return read(done.stdout)


def read(text: bytes) -> list[Document]:
    """The documents of a text."""
    return [one for one in yaml.safe_load_all(text) if one]


@dataclass(frozen=True)
class Process:
    """A container as a process of this machine."""

    words: list[str]
    environ: dict[str, str]


@dataclass(frozen=True)
class Cluster:
    """Manifests, the secrets that a store would give, and what is elsewhere on this machine."""

    documents: Sequence[Document]
    secrets: Mapping[str, Mapping[str, str]]
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    """Texts and what stands for them here."""

    def find(self, kind: str, name: str) -> Document:
        """One object."""
        (one,) = [
            one for one in self.documents if one["kind"] == kind and one["metadata"]["name"] == name
        ]
        return one

    def here(self, text: str) -> str:
        """A text with what is elsewhere on this machine."""
        # At once: what is put in may hold another of the texts.
        longest_first = sorted(self.elsewhere, key=len, reverse=True)
        pattern = "|".join(map(re.escape, longest_first)) or "(?!)"
        return re.sub(pattern, lambda found: self.elsewhere[found.group()], text)

    def secret(self, name: str, key: str) -> str:
        """A value of a Secret, which an ExternalSecret has to give this key."""
        given = self.find("ExternalSecret", name)["spec"]
        assert given["target"]["name"] == name
        assert key in [entry["secretKey"] for entry in given["data"]]
        return self.secrets[name][key]

    def variables(self, container: Document) -> dict[str, str]:
        """The environment of a container, by its references."""
        said = {}
        for entry in container.get("env", ()):
            if "value" in entry:
                said[entry["name"]] = self.here(entry["value"])
                continue
            source = entry["valueFrom"]
            if "configMapKeyRef" in source:
                reference = source["configMapKeyRef"]
                data = self.find("ConfigMap", reference["name"])["data"]
                said[entry["name"]] = self.here(data[reference["key"]])
            else:
                reference = source["secretKeyRef"]
                said[entry["name"]] = self.secret(reference["name"], reference["key"])
        return said

    def process(self, container: Document) -> Process:
        """A container's words, `$(NAME)` filled in as the kubelet does, and its environment."""
        variables = self.variables(container)
        words = [self.here(one) for key in ("command", "args") for one in container.get(key, ())]
        for name, value in variables.items():
            words = [word.replace(f"$({name})", value) for word in words]
        return Process(words, {"PATH": os.environ["PATH"], **variables})

    def put_files(self, pod: Document) -> None:
        """Make the folders that a pod's containers mount, and the files of ConfigMaps in them."""
        volumes = {one["name"]: one for one in pod["volumes"]}
        containers = [*pod.get("initContainers", ()), *pod["containers"]]
        mounts = [mount for one in containers for mount in one.get("volumeMounts", ())]
        # Folders before the files in them.
        for mount in sorted(mounts, key=lambda one: len(one["mountPath"])):
            place = Path(self.here(mount["mountPath"]))
            config = volumes[mount["name"]].get("configMap")
            if config is None:
                place.mkdir(parents=True, exist_ok=True)
            else:
                (item,) = config["items"]
                assert mount["subPath"] == item["path"]
                text = self.find("ConfigMap", config["name"])["data"][item["key"]]
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(self.here(text), encoding="utf-8")


def containers(workload: Document) -> tuple[Document, list[Document], list[Document]]:
    """The pod of a workload, what runs before its containers, and those."""
    spec = workload["spec"]
    template = (
        spec["jobTemplate"]["spec"]["template"] if "jobTemplate" in spec else spec["template"]
    )
    pod = template["spec"]
    return pod, pod.get("initContainers", []), pod["containers"]
