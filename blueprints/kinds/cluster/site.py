"""What all clusters of a site share: where Git, Rancher, networks and storage are."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from blueprints.kinds.cluster import rules
from blueprints.kinds.cluster.names import (
    Address,
    AddressRange,
    Endpoint,
    HarvesterName,
    Interface,
    Vlan,
    VspherePath,
)
from blueprints.parts.names import (
    Account,
    Bucket,
    Cidr,
    GitRef,
    Group,
    Host,
    Name,
    Registry,
    ShortName,
    StoreKey,
    Strict,
    Url,
)
from blueprints.parts.refuse import refuse

Architecture = Literal["amd64", "arm64"]


class Git(Strict):
    """Where this repository lies."""

    type: Literal["github", "gitea", "forgejo", "gitlab"]
    repository: Url
    """As ArgoCD reads it."""
    branch: GitRef = "main"
    credentials: StoreKey
    """A reader of the repository: ``username`` and ``password``."""
    administrators: Group
    """The team that reviews every change (CODEOWNERS); of GitHub: organisation/team."""
    organisation: Group


class Rancher(Strict):
    """The Rancher that manages all clusters."""

    url: Url
    address: Cidr
    """Where it answers, for the network team."""
    auth: Literal["keycloakoidc", "genericoidc", "github", "azuread"]
    """Its auth provider, the first part of a principal such as ``keycloakoidc_group://team``."""
    ca_checksum: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    """SHA-256 of its CA certificate, for nodes that register; None: a public certificate."""


class Argocd(Strict):
    """The ArgoCD that deploys to all clusters; it runs in a cluster of its own."""

    namespace: Name = "argocd"
    url: Url
    store: Name = "argocd"
    """The ClusterSecretStore of its own cluster, which reads what it needs itself."""
    address: Cidr
    """Where it comes from when it speaks to a cluster's API."""


class Identity(Strict):
    """Who says which groups there are."""

    issuer: Url
    """The OIDC issuer of people's tokens."""
    client: Name = "kubernetes"
    """The audience of tokens for the clusters' own API servers."""
    groups_prefix: Literal["oidc:"] = "oidc:"
    administrators: Group
    """The group that runs the platform."""


class Secrets(Strict):
    """The secret store: Vault or OpenBao, read by external-secrets."""

    server: Url
    address: Cidr
    """Where it answers, for the network team."""
    mount: StoreKey = "secret"
    """A key-value engine, version 2."""
    prefix: StoreKey = "clusters"
    """What lies under ``<prefix>/<environment>/<cluster>/`` belongs to the cluster."""
    store: Name = "platform"
    """The ClusterSecretStore of every cluster."""


class State(Strict):
    """Where OpenTofu keeps its state, encrypted before it leaves the job."""

    bucket: Bucket
    endpoint: Url
    region: Group = "us-east-1"
    key: StoreKey
    """Name of the key in OpenBao's transit engine that encrypts the state (OpenTofu only)."""
    transit: StoreKey = "transit"


class Snapshots(Strict):
    """Where snapshots of etcd go besides the masters; they hold every secret of a cluster."""

    bucket: Bucket
    endpoint: Url
    region: Group = "us-east-1"
    credential: Name
    """The name of Rancher's cloud credential for it."""


class Mirror(Strict):
    """Where a site without internet gets everything from."""

    address: Cidr | None = None
    """Where it answers, for the network team."""
    registry: Registry
    """Mirrors every image under its own path (``<registry>/rancher/rke2-runtime``)."""
    charts: Registry
    """An OCI path that holds every chart (``oci://<charts>/metallb``)."""
    credentials: StoreKey | None = None
    """``username`` and ``password``."""


class Network(Strict):
    """A VLAN that nodes lie in."""

    name: ShortName
    vlan: Vlan
    cidr: Cidr
    gateway: Address
    dhcp: AddressRange | None = None
    """What the site's DHCP gives to virtual machines; kept out of all other ranges."""
    plane: Literal["management", "service", "highspeed"]
    """``highspeed``: of the supercomputer (HSN)."""
    mtu: Annotated[int, Field(strict=True, ge=1280, le=9216)] = 1500
    shared: bool = False
    """Whether several clusters may lie in it."""


class Harvester(Strict):
    """A SUSE Virtualization (Harvester) that Rancher makes machines on."""

    name: ShortName
    credential: Name
    """The name of Rancher's cloud credential for it."""
    namespace: Name
    """Where machines are made."""
    address: Cidr
    """Where its API answers, for the network team."""
    image: HarvesterName
    """``namespace/name`` of the image that machines start from."""
    networks: dict[ShortName, HarvesterName] = Field(min_length=1, max_length=4000)
    """Network here -> ``namespace/name`` of the VM network there."""
    user: Account = "opensuse"


class Vmware(Strict):
    """A vSphere that Rancher makes machines on."""

    name: ShortName
    credential: Name
    """The name of Rancher's cloud credential for it."""
    address: Cidr
    """Where vCenter answers, for the network team."""
    datacenter: VspherePath
    pool: VspherePath
    """The resource pool, as a full path."""
    datastore: VspherePath
    folder: VspherePath
    template: VspherePath
    networks: dict[ShortName, VspherePath] = Field(min_length=1, max_length=4000)
    """Network here -> path of the port group there."""


class Maas(Strict):
    """The MAAS that installs bare-metal servers."""

    url: Url
    address: Cidr
    image: Group
    """The image that it deploys."""


class Vcluster(Strict):
    """A logical partition of the supercomputer, for Kubernetes."""

    name: ShortName
    network: ShortName
    """Its VLAN on the high-speed network."""
    interface: Interface = "hsn0"
    architecture: Architecture
    user: Account = "root"
    """Who Ansible logs in as."""


class Alps(Strict):
    """The supercomputer."""

    vclusters: list[Vcluster] = Field(min_length=1, max_length=4000)


class Ceph(Strict):
    """The Ceph that holds volumes."""

    id: Group
    """Its fsid."""
    monitors: list[Endpoint] = Field(min_length=1, max_length=15)
    cidr: Cidr
    """Where monitors and OSDs answer."""
    pool: Group
    """Of block volumes (RBD)."""
    filesystem: Group
    """Of shared volumes (CephFS)."""


class Dns(Strict):
    """The name server that external-dns writes to (RFC 2136), and that Let's Encrypt asks."""

    server: Host
    address: Cidr
    zone: Host
    key: Group
    """Name of the TSIG key; its secret lies in the store at ``<prefix>/dns``."""


class Acme(Strict):
    """Who signs certificates."""

    server: Url = "https://acme-v02.api.letsencrypt.org/directory"
    email: Annotated[str, Field(pattern=r"^[a-z0-9._+-]+@[a-z0-9.-]+\.[a-z]+$", max_length=200)]
    issuer: Name = "letsencrypt"
    """The ClusterIssuer of every cluster."""


class Automation(Strict):
    """The jobs that log in to nodes: they enrol bare metal, and join nodes of Alps."""

    cidrs: list[Cidr] = Field(min_length=1, max_length=20)
    """Where they come from."""
    ssh_key: StoreKey
    """Their key in the secret store: ``private_key`` and ``public_key``."""


class Site(Strict):
    """What all clusters share."""

    name: ShortName
    domain: Host
    """Clusters are found below ``<cluster>.<environment>.<domain>``."""
    git: Git
    ci: Literal["github", "gitlab"]
    rancher: Rancher
    argocd: Argocd
    identity: Identity
    secrets: Secrets
    state: State
    snapshots: Snapshots | None = None
    mirror: Mirror | None = None
    automation: Automation | None = None
    """Needed where a pool is of metal or of HPC nodes."""
    clients: list[Cidr] = Field(default=[], max_length=50)
    """Where people come from that use APIs and services."""
    resolvers: list[Address] = Field(default=[], max_length=3)
    """Name servers of nodes; none: what DHCP says."""
    ntp: list[Host | Address] = Field(default=[], max_length=10)
    """Time servers of metal and HPC nodes; none: as their image has it."""
    registries: list[Registry] = Field(min_length=1, max_length=50)
    """The only ones that images may come from."""
    networks: list[Network] = Field(min_length=1, max_length=4000)
    harvester: list[Harvester] = Field(default=[], max_length=50)
    vmware: list[Vmware] = Field(default=[], max_length=50)
    maas: Maas | None = None
    alps: Alps | None = None
    ceph: Ceph | None = None
    dns: Dns | None = None
    acme: Acme | None = None

    @model_validator(mode="after")
    def _fits(self) -> "Site":
        refuse(rules.of_site(self))
        return self
