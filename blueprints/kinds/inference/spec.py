"""What an institution writes down about the models that it serves, and where it serves them.

Sites and images are said once, models in a few lines each. What does not fit together is told with
the place where it stands. Nothing here is a secret: secrets are named by their key in the secret
store.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from blueprints.kinds.inference import rules
from blueprints.parts.names import (
    GitRef,
    Group,
    KubernetesVersion,
    Name,
    Registry,
    ShortName,
    StoreKey,
    Strict,
    Url,
    whole,
)
from blueprints.parts.refuse import refuse
from blueprints.service.image import EngineImage
from blueprints.service.model import Model
from blueprints.service.site import Site
from blueprints.supply.spec import Supply

ChartVersion = Annotated[
    str, whole(r"[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?", 40, "one version such as 0.1.10")
]


class Git(Strict):
    """Where this repository lies."""

    type: Literal["github", "gitlab", "gitea", "forgejo"]
    organisation: Annotated[Group, Field(max_length=39)]
    repository: Url
    """As ArgoCD reads it."""
    branch: GitRef = "main"
    credentials: StoreKey
    """Of its reader: ``username`` and ``password``."""


class Argocd(Strict):
    """The ArgoCD that delivers to sites with Kubernetes."""

    namespace: Name = "argocd"
    url: Url
    store: Name = "platform"
    """The ClusterSecretStore of its own cluster."""
    on_delete: Literal["cascade", "keep"] = "cascade"
    """What becomes of a model's objects when it is retired: deleted, or left for somebody."""
    clusters: dict[ShortName, Name] = Field(default={})
    """A site to the name under which ArgoCD knows its cluster; else the one that it runs in."""


class Chart(Strict):
    """Where a Helm chart lies that a runtime's values are for."""

    runtime: Literal["vllm-chart", "production-stack"]
    repository: Registry | Url
    """An OCI registry without ``oci://``, as ArgoCD names it, or an https:// repository."""
    name: Name
    version: ChartVersion
    credentials: StoreKey | None = None
    """Of its reader: ``username`` and ``password``; None: everybody may read it."""


class Environment(Strict):
    """Sites that are changed together, and who lets a change pass."""

    name: ShortName
    sites: Annotated[list[ShortName], Field(min_length=1, max_length=50)]
    reviewers: Group | None = None
    """Who of the administrators lets a change of these sites pass; None: any of them."""


class Specification(Strict):
    """The whole file."""

    blueprint: Literal["inference"]
    version: Literal[1]
    name: ShortName
    git: Git
    ci: Literal["github", "gitlab"]
    argocd: Argocd
    administrators: Group
    """The team that reviews every change: nobody else decides what is served."""
    kubernetes: Annotated[list[KubernetesVersion], Field(min_length=1, max_length=6)]
    environments: Annotated[list[Environment], Field(min_length=1, max_length=10)]
    sites: Annotated[list[Site], Field(min_length=1, max_length=50)]
    charts: list[Chart] = Field(default=[], max_length=2)
    images: Annotated[list[EngineImage], Field(max_length=200)]
    models: Annotated[list[Model], Field(max_length=500)]
    supply: Supply | None = None
    """What mirrors models to the stores; None: people do, with `tutela model mirror`."""

    @model_validator(mode="after")
    def _fits(self) -> "Specification":
        refuse(rules.problems(self))
        return self

    def site(self, name: str) -> Site:
        """The site of that name, which there is."""
        return next(one for one in self.sites if one.name == name)
