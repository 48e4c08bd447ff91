"""Services and sites of all kinds, for laws that hold for every one of them.

``pairs()`` gives a service and a site that it runs at; texts in it are as hostile as a
specification lets them be: quotes, spaces, lines, ``$()``, JSON, what Kubernetes would expand.
"""

import hashlib
import json
import unicodedata

from hypothesis import strategies as st

from blueprints.service.service import (
    CACHE,
    CERTIFICATES,
    MODELS,
    Accelerator,
    Architecture,
    Gather,
    Image,
    Mount,
    Probe,
    Service,
)
from blueprints.service.site import Site

HOSTILE = (
    "a b",
    "it's",
    'say "no"',
    "$(touch /tmp/owned)",
    "`id`",
    "${HOME}",
    "$(HOME)",
    "$$(HOME)",
    "$HOME",
    "a;b|c&d>e<f",
    "back\\slash\\",
    "two\nlines",
    "\nlines around\n",
    "tab\there",
    " blanks around ",
    '{"attn_temperature_tuning": true, "name": "it\'s"}',
    "{{ .Values.x }}",
    "%%{x}%x",
    "#no comment",
    "--like-a-flag",
    "-",
    "~",
    "*",
    "!event",
    "a=b=c",
    "a,b",
    "a:b:ro",
    "EOF",
    "null",
    "yes",
    "0123",
    "1e3",
    "Zürich 日本 🦙",
    "'; exit 0; '",
    '"$(id)"',
)
"""Texts that mean something to a shell, YAML, Helm, Kubernetes or a runtime's own option."""

_CHARACTERS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Cn"))


def texts(min_size: int = 1) -> st.SearchStrategy[str]:
    """What free text of a specification may be; may be empty with ``min_size`` 0."""
    made = st.text(_CHARACTERS, min_size=min_size, max_size=30)
    found = st.one_of(st.sampled_from(HOSTILE), made)
    return found.map(lambda text: unicodedata.normalize("NFC", text))


def labels(longest: int = 20) -> st.SearchStrategy[str]:
    """Names as DNS has them; short ones may be an object's name with something behind it."""
    middle = st.text("abcdefghij0123456789-", max_size=longest - 2)
    return st.builds(lambda inner: f"m{inner}x", middle)


def hexadecimal(text: str) -> str:
    """An invented digest."""
    return hashlib.sha256(text.encode()).hexdigest()


_VARIABLES = st.from_regex(r"\A(NCCL|VLLM|X)_[A-Z0-9_]{1,12}\Z")
_FLAGS = st.from_regex(r"\A[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,6}){0,2}\Z").filter(
    lambda flag: (
        flag
        not in (
            "port",
            "host",
            "nnodes",
            "node-rank",
            "master-addr",
            "master-port",
            "headless",
        )
    )
)
_KEYS = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9_.-]{0,8}(/[A-Za-z0-9][A-Za-z0-9_.-]{0,8}){0,2}\Z")
_FOLDERS = st.from_regex(r"\A(/[A-Za-z0-9][A-Za-z0-9_.-]{0,8}){1,3}\Z")
_INTERFACES = st.sampled_from(["hsn0", "eth0", "ib0", "enp1s0.100"])


@st.composite
def options(draw: st.DrawFn) -> list[str]:
    """Words of one option: a switch, a value behind =, JSON, or several words."""
    flag = f"--{draw(_FLAGS)}"
    match draw(st.integers(0, 4)):
        case 0:
            return [flag]
        case 1:
            return [f"{flag}={draw(st.integers(0, 100_000))}"]
        case 2:
            values = draw(st.dictionaries(texts(), st.one_of(texts(0), st.booleans()), max_size=3))
            return [f"{flag}={json.dumps(values, sort_keys=True)}"]
        case 3:
            return [flag, *draw(st.lists(texts(0), min_size=1, max_size=3))]
    return [f"{flag}={draw(texts(0))}"]


@st.composite
def sites(draw: st.DrawFn, accelerator: Accelerator | None = None) -> Site:
    """Any site that has all that any runtime asks for."""
    kinds: tuple[Accelerator, ...] = ("cuda", "rocm", "oneapi")
    kind: Accelerator = draw(st.sampled_from(kinds)) if accelerator is None else accelerator
    resources = {"cuda": "nvidia.com/gpu", "rocm": "amd.com/gpu", "oneapi": "gpu.intel.com/i915"}
    transport = draw(st.sampled_from(["tcp", "ib"]))
    proxied = draw(st.booleans())
    return Site.model_validate(
        {
            "name": draw(labels()),
            "registry": draw(
                st.sampled_from(["registry.example.org", "registry.example.org:5000/ai/mirror"])
            ),
            "runtimes": ["podman"],
            "store": {
                "endpoint": "https://s3.example.org",
                "bucket": "models",
                "checksum": draw(st.sampled_from(["when_required", "when_supported"])),
            },
            "accelerators": {
                "type": kind,
                "count": draw(st.integers(1, 16)),
                "memory": draw(st.sampled_from(["80Gi", "96G", "141G"])),
                "product": draw(texts()),
                "resource": resources[kind],
            },
            "node": {
                "architecture": draw(st.sampled_from(["amd64", "arm64"])),
                "processors": draw(st.integers(1, 288)),
                "memory": draw(st.sampled_from(["64Gi", "512G", "2T"])),
                "nodes": draw(st.integers(4, 1000)),
            },
            "folders": {
                "models": draw(_FOLDERS),
                "cache": draw(_FOLDERS),
                "images": draw(_FOLDERS),
            },
            "scheduler": {
                "type": draw(st.sampled_from(["slurm", "flux"])),
                "partition": draw(st.none() | labels()),
                "account": draw(st.none() | labels()),
                "hours": draw(st.integers(1, 72)),
                "container": draw(st.sampled_from(["podman", "apptainer"])),
            },
            "network": {
                "interface": draw(st.none() | _INTERFACES),
                "transport": transport,
            },
            "kubernetes": {
                "namespace": draw(labels()),
                "storage_class": draw(labels()),
                "openshift": draw(st.booleans()),
                "ingress": draw(st.sampled_from(["ingress", "gateway", "none"])),
                "host": "models.example.org",
                "tls_secret": "models-tls",
                "gateway": "shared",
            },
            "access": {"login": "login.example.org", "proxy": "proxy.example.org"},
            "proxies": (
                {
                    "http": "https://proxy.example.org:3128",
                    "https": "https://proxy.example.org:3128",
                    "no_proxy": ["example.org", "192.0.2.0/24"],
                }
                if proxied
                else {}
            ),
        }
    )


@st.composite
def services(
    draw: st.DrawFn,
    site: Site | None = None,
    gather: Gather | None = None,
    longest: int = 3,
    certificates: bool | None = None,
) -> Service:
    """A service that runs at ``site`` (any, if None), on one node or several as ``gather`` says.

    ``longest`` bounds its options and variables; ``certificates`` says whether it mounts a site's
    own, None that it may.
    """
    site = site or draw(sites())
    ways: tuple[Gather, ...] = ("alone", "ray", "engine")
    how: Gather = draw(st.sampled_from(ways)) if gather is None else gather
    nodes = 1 if how == "alone" else draw(st.integers(2, 4))
    name = draw(labels())
    devices = draw(st.integers(1, site.accelerators.count))
    source = draw(st.sampled_from(["example-org/Model-8B", "Example.Org/model_v2-FP8"]))
    command = ["vllm", "serve", f"{MODELS}/{source}"]
    command += [f"--served-model-name={draw(st.just(source) | texts())}"]
    command += ["--host=0.0.0.0", "--port=8000", f"--tensor-parallel-size={devices}"]
    if nodes > 1:
        command += [f"--pipeline-parallel-size={nodes}"]
    if how == "ray":
        command += ["--distributed-executor-backend=ray"]
    for one in draw(st.lists(options(), max_size=longest)):
        command += one
    variables = draw(st.dictionaries(_VARIABLES, texts(0), max_size=longest))
    secrets = draw(st.dictionaries(_VARIABLES, _KEYS, max_size=2))
    mounts = [
        Mount(MODELS, site.folders.models if site.folders else MODELS, "models", read_only=True),
        Mount(CACHE, f"{site.folders.cache if site.folders else CACHE}/{name}", f"{name}-cache"),
    ]
    if draw(st.booleans()) if certificates is None else certificates:
        folder = draw(_FOLDERS)
        mounts.append(Mount(CERTIFICATES, folder, "certificates", read_only=True, config=True))
    architecture: Architecture = site.node.architecture
    return Service(
        name=name,
        image=Image(
            f"{site.registry}/vllm/{draw(labels())}", f"sha256:{hexadecimal(name)}", architecture
        ),
        command=tuple(command),
        port=8000,
        accelerator=site.accelerators.type,
        devices=devices,
        mounts=tuple(mounts),
        probe=Probe(
            "/health", draw(st.integers(1, 240)) * 60, period_seconds=draw(st.integers(5, 60))
        ),
        environment=dict(
            sorted(
                {
                    "HOME": CACHE,
                    "HF_HOME": f"{CACHE}/huggingface",
                    **{key: value for key, value in variables.items() if key not in secrets},
                }.items()
            )
        ),
        secrets=dict(sorted(secrets.items())),
        shared_memory=draw(st.sampled_from([0, 1 << 30, 34359738368])),
        processors=site.node.processors,
        memory=draw(st.sampled_from([0, 64 << 30])),
        nodes=nodes,
        gather=how,
        gather_seconds=draw(st.integers(30, 3600)),
        interface=site.network.interface if nodes > 1 else None,
    )


@st.composite
def pairs(
    draw: st.DrawFn,
    gather: Gather | None = None,
    accelerator: Accelerator | None = None,
    certificates: bool | None = None,
) -> tuple[Service, Site]:
    """A service, and a site that it runs at."""
    site = draw(sites(accelerator))
    return draw(services(site, gather, certificates=certificates)), site
