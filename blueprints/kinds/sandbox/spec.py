"""What an institution writes down about its sandboxes: one site, many projects.

Names are checked by :mod:`blueprints.parts.names`; what does not fit together is told
with the place where it stands. Nothing here is a secret: secrets are named by their key in the
secret store.
"""

from typing import TYPE_CHECKING, Annotated, Literal, Union

from pydantic import Field, model_validator

from blueprints.kinds.sandbox import rules
from blueprints.kinds.sandbox.stacks import KINDS
from blueprints.kinds.sandbox.stacks.base import StackModel
from blueprints.parts.names import (
    Account,
    Bucket,
    Cidr,
    Count,
    Day,
    Folder,
    Fqdn,
    FreeText,
    GitRef,
    Group,
    Host,
    Image,
    KubernetesVersion,
    LabelKey,
    LabelValue,
    Name,
    Port,
    ProjectName,
    Quantity,
    Registry,
    Schedule,
    ShortName,
    StoreKey,
    Strict,
    SubPath,
    Url,
    Uuid,
)
from blueprints.parts.refuse import refuse

if TYPE_CHECKING:
    AnyStack = StackModel
else:
    _MODELS = tuple(kind.model for kind in KINDS.values())
    AnyStack = (
        Annotated[Union[_MODELS], Field(discriminator="kind")]  # noqa: UP007 - made from values
        if len(_MODELS) > 1
        else (*_MODELS, StackModel)[0]
    )


class Git(Strict):
    """Where repositories lie: this one, and one for each project."""

    type: Literal["github", "gitea", "forgejo"]
    url: Url
    """Such as https://github.com."""
    organisation: Annotated[Group, Field(max_length=39)]
    """Holds the tenants' repositories and teams."""
    repository: Url
    """This repository, as ArgoCD reads it."""
    branch: GitRef = "main"
    credentials: StoreKey
    """A reader of all repositories: ``username`` and ``password``, or, for GitHub, an App's
    ``app_id``, ``installation_id`` and ``private_key``."""


class Argocd(Strict):
    """The ArgoCD that serves all sandboxes."""

    namespace: Name = "argocd"
    url: Url
    on_delete: Literal["keep", "cascade"] = "keep"
    """What becomes of a tenant's objects when its root Application is deleted."""


class Client(Strict):
    """Something that lets people in through Dex, beyond what the site itself registers."""

    id: Name
    name: FreeText
    redirect: list[Url] = Field(min_length=1, max_length=10)
    public: bool = False
    """Cannot keep a secret (a command line)."""


class Identity(Strict):
    """Dex, and the identity provider behind it."""

    namespace: Name = "dex"
    issuer: Url
    """Dex's own address; what every token names."""
    credentials: StoreKey
    """``client_id`` and ``client_secret`` of Dex at the identity provider."""
    clients_key: StoreKey = "dex/clients"
    """One value for every client that keeps a secret, under the client's id."""
    administrators: Group
    """The group that runs the platform."""
    groups_prefix: Literal["", "oidc:"] = "oidc:"
    """The API server's ``--oidc-groups-prefix``."""
    clients: list[Client] = Field(default=[], max_length=50)


class Github(Identity):
    """GitHub knows the people; their teams are their groups."""

    connector: Literal["github"]
    organisation: Annotated[Group, Field(max_length=39)]
    """Holds the teams; if Git is GitHub too, the same as there."""


class Keycloak(Identity):
    """A Keycloak knows the people and their groups."""

    connector: Literal["keycloak"]
    url: Url
    realm: Group


class Secrets(Strict):
    """The secret store: Vault or OpenBao, read by external-secrets."""

    server: Url
    mount: StoreKey = "secret"
    """A key-value engine, version 2."""
    auth: StoreKey = "kubernetes"
    """Where the cluster's service accounts log in."""
    prefix: StoreKey = "sandboxes"
    """What lies under ``<prefix>/<project>/`` belongs to the project."""
    store: Name = "platform"
    """The ClusterSecretStore of the platform's own namespaces."""


class ObjectStorage(Strict):
    """An S3 endpoint that all projects use."""

    endpoint: Url
    region: Group = "us-east-1"
    cidrs: list[Cidr] = Field(default=[], max_length=20)
    """Its addresses; needed where the network knows no domain names."""


class Scratch(Strict):
    """A parallel file system whose folders projects may read."""

    type: Literal["local", "nfs"]
    root: Folder
    server: Host | None = None
    size: Quantity = "1Ti"


class Storage(Strict):
    """Storage classes and endpoints of the site."""

    filesystem: Name
    """Class of volumes that many pods share (CephFS)."""
    block: Name
    """Class of volumes for one pod (Ceph RBD)."""
    object: ObjectStorage
    scratch: Scratch | None = None


class Network(Strict):
    """What the site's network can do and where traffic comes from."""

    cni: Literal["cilium", "other"] | None = None
    """Default: the profile's."""
    gateway_namespace: Name = "ingress"
    """Where the ingress controller runs."""
    ingress_class: Name = "nginx"
    cluster_issuer: Name = "letsencrypt"
    """Of cert-manager."""


class Gpu(Strict):
    """How pods ask for a GPU node; default: the profile's."""

    resource: LabelKey = "nvidia.com/gpu"
    selector: dict[LabelKey, LabelValue] = Field(default={}, max_length=10)
    taint: LabelKey | None = None
    """Key of the taint on GPU nodes, effect NoSchedule."""
    taint_value: LabelValue | None = None


class State(Strict):
    """Where OpenTofu keeps its state; credentials come from the environment of the job."""

    bucket: Bucket
    endpoint: Url
    region: Group = "us-east-1"


Role = Literal["admin", "member", "viewer"]
Component = Literal["cpu", "memory_gib", "memory_mib", "gpu", "storage_gib", "storage_tib", "pods"]


class Quota(Strict):
    """What a project may use at once."""

    cpu: Quantity
    memory: Quantity
    gpu: Count = 0
    storage: Quantity
    pods: Annotated[Count, Field(ge=1)] = 50
    claims: Count = 20
    """Volume claims."""


class Waldur(Strict):
    """The portal that says which projects there are, who is in them and what they may use."""

    url: Url
    """Such as https://portal.example.org/api/."""
    schedule: Schedule = "17 3 * * *"
    offering: Uuid | None = None
    """Only projects with a resource of this offering count, and only its limits."""
    roles: dict[Annotated[str, Field(min_length=1, max_length=100)], Role] = Field(
        default={
            "PROJECT.MANAGER": "admin",
            "PROJECT.ADMIN": "admin",
            "PROJECT.MEMBER": "member",
        },
        max_length=50,
    )
    """The portal's roles in a project and what they are here; others count for nothing."""
    accounts: dict[Annotated[str, Field(min_length=1, max_length=150)], Account] = Field(
        default={}, max_length=100_000
    )
    """The portal's user names -> those of the identity provider. With the connector github only
    people who are named here get in, with keycloak everybody else is called as in the portal."""
    components: dict[Annotated[str, Field(min_length=1, max_length=100)], Component] = Field(
        default={
            "cpu": "cpu",
            "memory": "memory_gib",
            "gpu": "gpu",
            "storage": "storage_gib",
            "pods": "pods",
        },
        max_length=20,
    )
    """Component types of the portal's limits -> what they limit here, and in which unit."""
    defaults: Quota = Quota(cpu="8", memory="32Gi", storage="100Gi")
    """What a project gets that the portal limits nowhere."""


class Site(Strict):
    """One cluster, its Git, its identity provider, its storage."""

    name: ShortName
    profile: Literal["alps", "commercial"]
    domain: Host
    git: Git
    argocd: Argocd
    identity: Annotated[Github | Keycloak, Field(discriminator="connector")]
    secrets: Secrets
    storage: Storage
    network: Network = Network()
    gpu: Gpu | None = None
    registries: list[Registry] = Field(min_length=1, max_length=50)
    """The only ones that images may come from."""
    images: dict[Name, Image] = Field(max_length=100)
    ci: Literal["github", "gitlab"]
    kubernetes: list[KubernetesVersion] = Field(min_length=1, max_length=6)
    state: State
    waldur: Waldur | None = None

    @model_validator(mode="after")
    def _fits(self) -> "Site":
        refuse(rules.site(self))
        return self


class Groups(Strict):
    """The identity provider's groups of one project."""

    admins: Group
    members: Group
    viewers: Group


class Member(Strict):
    """A person of a project."""

    name: Account
    """As the identity provider knows the person."""
    role: Role


class S3(Strict):
    """A bucket; its keys lie at ``<prefix>/<project>/s3/<name>`` in the secret store."""

    name: ShortName
    bucket: Bucket


class Volume(Strict):
    """A volume on Ceph that outlives everything that mounts it."""

    name: ShortName
    size: Quantity
    type: Literal["filesystem", "block"] = "filesystem"


class ScratchMount(Strict):
    """A folder of the site's scratch file system, for reading only."""

    sub_path: SubPath


class Data(Strict):
    """Where a project's data come from."""

    s3: list[S3] = Field(default=[], max_length=50)
    volumes: list[Volume] = Field(default=[], max_length=50)
    scratch: ScratchMount | None = None


class Egress(Strict):
    """Something outside that a project's pods may reach."""

    name: ShortName
    why: FreeText
    cidr: Cidr | None = None
    fqdn: Fqdn | None = None
    ports: list[Port] = Field(min_length=1, max_length=20)
    protocol: Literal["TCP", "UDP"] = "TCP"


class Ingress(Strict):
    """A namespace whose pods may reach a project's pods."""

    name: ShortName
    why: FreeText
    namespace: Name
    ports: list[Port] = Field(min_length=1, max_length=20)


class Exceptions(Strict):
    """What the network of a project lets through beyond itself, DNS and its buckets."""

    within: bool = False
    """Whether all pods of the project may talk to each other, beyond what its stacks need."""
    egress: list[Egress] = Field(default=[], max_length=50)
    ingress: list[Ingress] = Field(default=[], max_length=50)


class Project(Strict):
    """One sandbox: a namespace, a repository, and the people who may use them."""

    name: ProjectName
    title: FreeText
    waldur: Uuid | None = None
    ended: Day | None = None
    """Set when Waldur says so; everything stays until somebody takes the project out."""
    groups: Groups
    members: list[Member] = Field(default=[], max_length=2000)
    quota: Quota
    data: Data = Data()
    network: Exceptions = Exceptions()
    stacks: list[AnyStack] = Field(default=[], max_length=20)


class Specification(Strict):
    """The whole file."""

    blueprint: Literal["sandbox"]
    version: Literal[1]
    site: Site
    projects: list[Project] = Field(min_length=1, max_length=10_000)

    @model_validator(mode="after")
    def _fits(self) -> "Specification":
        refuse(rules.projects(self))
        return self
