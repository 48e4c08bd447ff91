"""The environment of a service: nothing is told to anybody, nothing asked of the internet.

What Figure 4 of the paper sets comes out of :func:`environment` for every model in offline mode;
the rest keeps what the figure does not speak of where a container without root may write.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from blueprints.service.engine import engine_facts
from blueprints.service.model import Model
from blueprints.service.service import CACHE, CERTIFICATES, MODELS, Gather
from blueprints.service.site import Site

PLACES: Final[Mapping[str, str]] = {
    "HOME": CACHE,
    "HF_HOME": f"{CACHE}/huggingface",
    "TORCHINDUCTOR_CACHE_DIR": f"{CACHE}/inductor",
    "TRITON_CACHE_DIR": f"{CACHE}/triton",
    "VLLM_CACHE_ROOT": f"{CACHE}/vllm",
    "VLLM_CONFIG_ROOT": f"{CACHE}/vllm-config",
    "XDG_CACHE_HOME": f"{CACHE}/xdg",
    "XDG_CONFIG_HOME": f"{CACHE}/xdg-config",
}
"""Where things are written; images presume a home of root's, which none but root can write."""
SILENT: Final[Mapping[str, str]] = {
    "DO_NOT_TRACK": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "VLLM_DO_NOT_TRACK": "1",
    "VLLM_NO_USAGE_STATS": "1",
}
"""Nobody outside is told that, or how, something is used; in either mode."""
TUNED: Final[Mapping[str, str]] = {
    "HF_HUB_ENABLE_HF_TRANSFER": "0",
    "OMP_NUM_THREADS": "1",
    "VLLM_DISABLE_COMPILE_CACHE": "1",
}
"""What the paper found to be needed; a model may say otherwise."""
OFFLINE: Final[Mapping[str, str]] = {
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_OFFLINE": "1",
    # Tokenizers of some models are otherwise fetched from their maker's store at the first start.
    "TIKTOKEN_ENCODINGS_BASE": f"{MODELS}/tiktoken",
    "TRANSFORMERS_OFFLINE": "1",
    "VLLM_USE_MODELSCOPE": "False",
}
"""Whatever would ask the internet is told that there is none."""
BY_NODE: Final = frozenset(["VLLM_HOST_IP"])
"""What is another on each node; a runtime sets it."""
RAY: Final[Mapping[str, str]] = {"RAY_USAGE_STATS_ENABLED": "0"}


def environment(model: Model, site: Site, gather: Gather) -> Mapping[str, str]:
    """All variables of a service, by name; secrets are not among them."""
    found = {**TUNED, **PLACES, **SILENT}
    if engine_facts(model.engine.name).variable(_REDIRECTS, model.engine.version):
        # A client may name the address of a picture; it must not lead somewhere else.
        found[_REDIRECTS] = "0"
    if gather == "ray":
        found |= RAY
    if gather != "alone":
        found |= dict(_network(site))
    found |= model.environment
    found |= OFFLINE if model.mode == "offline" else dict(_outwards(site))
    return dict(sorted(found.items()))


_REDIRECTS = "VLLM_MEDIA_URL_ALLOW_REDIRECTS"


def fixed(model: Model) -> frozenset[str]:
    """Variables that a model must not set itself."""
    decided = {*PLACES, *SILENT, *BY_NODE, *RAY, _REDIRECTS, "VLLM_API_KEY", "HF_TOKEN"}
    return frozenset(decided | ({*OFFLINE} if model.mode == "offline" else set()))


def _network(site: Site) -> Iterator[tuple[str, str]]:
    network = site.network
    if network.interface is not None:
        # NCCL takes a name for the start of names; = makes it this one only.
        yield "NCCL_SOCKET_IFNAME", f"={network.interface}"
        yield "GLOO_SOCKET_IFNAME", network.interface
        yield "TP_SOCKET_IFNAME", network.interface
    yield from network.sets.get(network.transport, {}).items()
    yield from network.variables.items()


def _outwards(site: Site) -> Iterator[tuple[str, str]]:
    proxies = site.proxies
    if proxies.http or proxies.https:
        near = ",".join(dict.fromkeys(["localhost", "127.0.0.1", "::1", *proxies.no_proxy]))
        said = {"HTTP_PROXY": proxies.http, "HTTPS_PROXY": proxies.https, "NO_PROXY": near}
        for name, value in said.items():
            if value:
                # Some read only one of the two spellings.
                yield name, value
                yield name.lower(), value
    if site.certificates is not None:
        bundle = f"{CERTIFICATES}/{site.certificates.rpartition('/')[2]}"
        for name in ("AWS_CA_BUNDLE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
            yield name, bundle
