"""Where a stack stands: names, labels, images, nodes and secrets of one project at one site."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from blueprints.kinds.sandbox import profiles
from blueprints.kinds.sandbox.stacks.pods import Object
from blueprints.parts.manifests import LABEL

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Project, Site


@dataclass(frozen=True)
class Place:
    """One stack of one project; everything here follows from the specification."""

    site: "Site"
    project: "Project"
    stack: str

    @property
    def namespace(self) -> str:
        """The project's namespace."""
        return self.project.name

    def name(self, role: str) -> str:
        """Of every object that belongs to one role of the stack."""
        return f"{self.stack}-{role}"

    def selector(self, role: str, software: str) -> dict[str, str]:
        """The labels by which the pods of a role are found; never changed after a first render."""
        return {
            f"{LABEL}name": software,
            f"{LABEL}instance": self.stack,
            f"{LABEL}component": role,
        }

    def labels(self, role: str, software: str) -> dict[str, str]:
        """The labels of every object of a role."""
        return {
            **self.selector(role, software),
            f"{LABEL}part-of": self.project.name,
            f"{LABEL}managed-by": "tutela",
        }

    def image(self, key: str) -> str:
        """An image of the site, by digest."""
        return self.site.images[key]

    def host(self, door: str) -> str:
        """Domain name of something that people open in a browser."""
        return profiles.host(self.site, self.project, door)

    def secret(self, role: str) -> str:
        """Where the secrets of a role lie in the secret store."""
        return f"{self.site.secrets.prefix}/{self.project.name}/stacks/{self.stack}/{role}"

    def on_accelerators(self) -> Object:
        """Nodes with accelerators, for models only: nothing here may keep state on its node."""
        placement = profiles.gpu_placement(self.site)
        said: Object = {}
        if placement.selector:
            said["nodeSelector"] = dict(placement.selector)
        if placement.tolerations:
            said["tolerations"] = [dict(one) for one in placement.tolerations]
        return said

    def on_virtual_machines(self) -> Object:
        """Any other node; where accelerator nodes carry labels, said by them."""
        selector = profiles.gpu_placement(self.site).selector
        if not selector:
            return {}
        elsewhere = [
            {"key": key, "operator": "NotIn", "values": [value]} for key, value in selector.items()
        ]
        terms = [{"matchExpressions": elsewhere}]
        required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
        return {"affinity": {"nodeAffinity": required}}

    @property
    def store(self) -> tuple[str, int]:
        """Host and port of the S3 endpoint."""
        parts = urlsplit(self.site.storage.object.endpoint)
        return parts.hostname or "", parts.port or 443

    def bucket(self, name: str) -> str:
        """The bucket of an entry under ``data: {s3: ..}``."""
        return next(one.bucket for one in self.project.data.s3 if one.name == name)
