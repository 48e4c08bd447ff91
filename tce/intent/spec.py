"""What an institution writes down about its trusted environment: ``tce.yaml``.

Nothing here is a secret: keys are named, or public. What is not declared as a flow is denied, both
ways, in both families. What does not fit together is told by :mod:`tce.intent.rules`.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from blueprints.kinds.cluster.names import AddressRange, Interface
from blueprints.kinds.cluster.site import Ceph, Harvester, Vcluster
from blueprints.kinds.cluster.spec import Cluster, Versions
from blueprints.kinds.sandbox.spec import Groups, Quota
from blueprints.parts.names import (
    Count,
    Day,
    Folder,
    FreeText,
    GitRef,
    Group,
    Host,
    Image,
    Name,
    Port,
    ProjectName,
    Quantity,
    Registry,
    ShortName,
    StoreKey,
    Strict,
    Url,
)
from blueprints.parts.refuse import refuse
from tce.intent import rules
from tce.intent.names import (
    Address,
    Certificates,
    EnvironmentName,
    Fingerprint,
    FlowName,
    Leg,
    Line,
    Network,
    NetworkType,
    Ports,
    PublicKey,
    SecretKey,
    Tag,
    TangUrl,
    Text,
    Thumbprint,
    Variable,
)
from tce.intent.public import OfficerKey, Place, Recipient, TokenLabel


class Institution(Strict):
    """Whose data it is, and who alone holds keys."""

    name: Line
    domain: Host
    contact: Line
    """Answers for the tunnel, and for what the cluster itself needs."""


class Site(Strict):
    """Where it runs: the provider."""

    name: ShortName
    provider: Line
    contact: Line


Kind = Literal[
    "tce", "workers", "transit", "management", "tenants", "fabric", "institution", "internet"
]


class Zone(Strict):
    """Addresses that are one place: no address lies in two zones.

    ``tce``: the environment's own VLAN. ``workers``: its nodes on the supercomputer. ``transit``:
    between its gateway and the provider's switches. ``internet``: what no other zone has.
    """

    kind: Kind
    leg: Leg
    """The gateway's interface towards it; several zones may lie behind one."""
    networks: list[Network] = Field(default=[], max_length=2000)
    """IPv4 and IPv6; none for the internet."""
    what: Line | None = None


class Vlan(Strict):
    """The environment's VLAN on the provider's Harvester; no switch has an address in it."""

    id: Tag
    uplink: Tag
    """The VLAN of the transit zone."""
    workers: Tag | None = None
    """Of the zone of kind workers, where there is one: carried from the supercomputer's edge to
    the gateway's leg, and to nothing else."""
    type: NetworkType = "L2VlanNetwork"
    """Never a trunk."""
    cluster_network: EnvironmentName
    """The Harvester ClusterNetwork of its own."""
    namespace: Name
    nics: list[Interface] = Field(min_length=1, max_length=8)
    mtu: Annotated[int, Field(strict=True, ge=1280, le=9216)] = 1500


class Gateway(Strict):
    """The institution's router: the environment's only way in or out (the perimeter)."""

    addresses: list[Address] = Field(min_length=1, max_length=2)
    """In the environment: the default route of its machines, one for each family."""
    uplink: list[Address] = Field(min_length=1, max_length=2)
    """In the transit zone."""
    workers: list[Address] = Field(default=[], max_length=2)
    """In the zone of kind workers, where there is one: the default route of its nodes."""
    router: list[Address] = Field(min_length=1, max_length=2)
    """The provider's, in the transit zone."""


class Switch(Strict):
    """A switch of the provider that routes the transit zone and carries the filters."""

    name: ShortName
    format: Literal["eos", "ios", "junos"]
    interface: Annotated[str, Field(pattern=r"^(Vlan[0-9]{1,4}|irb\.[0-9]{1,4})$")]
    """Of the transit zone; ``Vlan411``, on Junos ``irb.411``."""


class Peer(Strict):
    """The other end of a tunnel."""

    name: ShortName
    zone: ShortName
    """Whose networks lie behind it."""
    public_key: PublicKey
    endpoint: Address
    """Where it sends from and is reached, outside of the tunnel."""
    port: Port = 51820


class Vpn(Strict):
    """WireGuard on the gateway. Private keys are made there and never leave it."""

    leg: Leg
    port: Port = 51820
    public_key: PublicKey
    """The gateway's own."""
    addresses: list[Address] = Field(default=[], max_length=2)
    """Inside of the tunnel."""
    peers: list[Peer] = Field(min_length=1, max_length=100)


class End(Strict):
    """One end of a flow: a zone, or some of its networks."""

    zone: ShortName
    networks: list[Network] | None = Field(default=None, min_length=1, max_length=2000)
    """Part of the zone's; None: all of it."""


class Flow(Strict):
    """What may begin; answers come back, and nothing else does."""

    name: FlowName
    from_: End = Field(alias="from")
    to: End
    protocol: Literal["tcp", "udp", "sctp", "icmp"]
    """``icmp``: an echo request, of ICMP or ICMPv6 as the addresses are."""
    ports: list[Ports] | None = Field(default=None, min_length=1, max_length=100)
    """Of whoever is asked; none for icmp."""
    why: Line
    owner: Line
    """A person or a group that answers for it."""
    expires: Day


class Bao(Strict):
    """The institution's OpenBao, outside of the provider: the only place of keys."""

    server: Url
    ca: Certificates | None = None
    """The institution's authority: of OpenBao, the registry and Keycloak; None: one that systems
    know."""
    mounts: StoreKey
    """First part of the names of its engines: ``<mounts>-apps``, ``<mounts>-csi``, ``-transit``."""
    auth: StoreKey
    """Where service accounts of this cluster log in (auth/<this>)."""
    pki: StoreKey = "pki_int"


class Tang(Strict):
    """A server that says whether disks may be opened; run by the institution."""

    url: TangUrl
    thumbprint: Thumbprint
    """Of its signing key; its advertisement lies at ``keys/tang/<host>.jws``."""


class Officer(Strict):
    """Somebody who answers for keys; no single one of them destroys or exports one."""

    name: ShortName
    person: Line
    key: OfficerKey
    """Public half (Ed25519) of what orders are signed with."""
    recipient: Recipient
    """To whom a share of the root is sealed (age)."""


class Root(Strict):
    """What OpenBao is unsealed with, and the escrow's identity, are kept by.

    ``shamir``: in shares, each sealed to one officer. ``pkcs11``: wrapped by a key that never
    leaves the institution's hardware module, the escrow in shares all the same.
    """

    kind: Literal["shamir", "pkcs11"] = "shamir"
    shares: Annotated[Count, Field(ge=2, le=16)] = 5
    threshold: Annotated[Count, Field(ge=2, le=16)] = 3
    """How many shares give it back."""
    token: TokenLabel | None = None
    """Of the hardware module."""
    label: TokenLabel | None = None
    """Of the key in it."""
    module: Folder | None = None
    """Its library for PKCS#11, on the officers' machine."""


class SealedBucket(Strict):
    """Objects that the provider holds and cannot read: sealed to an identity of their own."""

    name: ShortName
    place: Place


class Keys(Strict):
    """Where keys are and who may sign; names and public parts only."""

    bao: Bao
    root: Root = Root()
    officers: list[Officer] = Field(default=[], max_length=16)
    approvals: Annotated[Count, Field(ge=2, le=16)] = 2
    """How many officers have to sign what destroys or exports a key."""
    buckets: list[SealedBucket] = Field(default=[], max_length=200)
    tang: list[Tang] = Field(min_length=2, max_length=9)
    threshold: Annotated[Count, Field(ge=2)] = 2
    """How many Tang servers a disk needs to open."""
    signers: list[Fingerprint] = Field(min_length=1, max_length=50)
    """Whose commits are deployed (GPG)."""


class Git(Strict):
    """Where this repository lies; on the institution's side."""

    repository: Url
    branch: GitRef = "main"
    charts: Url
    """Where the institution keeps charts, ``<chart>/<version>/``, in commits that it signed: what
    comes from a registry of charts has no signature that Argo CD looks at."""
    credentials: StoreKey
    """A reader of both."""
    ci: Literal["github", "gitlab"] = "gitlab"


class Identity(Strict):
    """Keycloak and Dex, both run by the institution; Keycloak outside of the environment."""

    keycloak: Url
    realm: Group
    dex: Host
    """Dex's name, inside of the environment."""
    image: Image
    """Dex."""
    administrators: Group


class Workload(Strict):
    """A program that runs in the environment."""

    name: ShortName
    image: Image
    port: Port
    accepts: list[FreeText] = Field(default=[], max_length=20)
    """Who may call it: ``ingress``, or ``<namespace>/<workload>``."""
    reaches: list[FlowName] = Field(default=[], max_length=20)
    """Which of the flows above it uses; no other address is open to it."""
    host: Host | None = None
    """Under which it is published by HTTPS; None: not at all."""
    command: list[FreeText] = Field(default=[], max_length=20)
    """None: the image's own."""
    args: list[FreeText] = Field(default=[], max_length=100)
    env: dict[Variable, FreeText] = Field(default={}, max_length=100)
    secrets: dict[Variable, SecretKey] = Field(default={}, max_length=50)
    """Variables out of OpenBao: ``<path>/<key>`` below the sandbox's own."""
    files: dict[Folder, Text] = Field(default={}, max_length=20)
    """Read-only, by their path; names of files differ."""
    scratch: dict[Folder, Quantity] = Field(default={}, max_length=20)
    """Folders in memory that go with the pod, beside ``/tmp``."""
    ready: Folder | None = None
    """What answers by HTTP when it is ready; None: that its port is open."""
    alive: Folder | None = None
    """While it is alive; None: as `ready`."""
    stop: Annotated[Count, Field(ge=1, le=3600)] = 30
    """Seconds that it needs to end in order."""
    cpu: Quantity = "1"
    memory: Quantity = "2Gi"
    gpus: Count = 0
    storage: Quantity | None = None
    """Of its volume, encrypted under a key of its own."""
    mount: Folder = "/data"
    """Where it sees the volume."""


class Sandbox(Strict):
    """A project's namespace."""

    name: ProjectName
    title: FreeText
    groups: Groups
    quota: Quota
    workloads: list[Workload] = Field(default=[], max_length=50)


class Specification(Strict):
    """The whole file."""

    blueprint: Literal["tce"]
    version: Literal[1]
    name: EnvironmentName
    institution: Institution
    site: Site
    ipv6: bool
    """False: every device drops all of IPv6, and no zone has networks of it."""
    zones: dict[ShortName, Zone] = Field(min_length=2, max_length=50)
    vlan: Vlan
    gateway: Gateway
    switches: list[Switch] = Field(min_length=1, max_length=50)
    vpn: Vpn
    flows: list[Flow] = Field(max_length=20_000)
    fabric: Literal["off"] | FreeText = "off"
    """The high-speed network: off, or in words why it may be taken to be isolated."""
    keys: Keys
    git: Git
    identity: Identity
    registry: Registry
    """The institution's mirror of every image; no other is pulled from."""
    harvester: Harvester
    """The provider's; it only makes machines."""
    vcluster: Vcluster | None = None
    """The partition of the supercomputer, where the cluster has HPC nodes."""
    domain: Host
    """Under which services of the environment are found."""
    versions: Versions
    cluster: Cluster
    """Its shape, in the words of the cluster blueprint: in one environment, ``production``."""
    nodes: dict[ShortName, list[AddressRange]] = Field(min_length=1, max_length=50)
    """Addresses of virtual machines, by pool: as many as the pool has, in each family that is
    named. They are set, not leased: who gives a lease could give somebody else's."""
    api: Image
    """kube-vip, which holds the API's address on one of the servers."""
    ceph: Ceph | None = None
    """The provider's Ceph for volumes, encrypted in the guest, each by a passphrase of OpenBao's;
    None: Longhorn, on the machines' own encrypted disks."""
    sandboxes: list[Sandbox] = Field(default=[], max_length=200)

    @model_validator(mode="after")
    def _fits(self) -> "Specification":
        refuse(rules.problems(self))
        return self
