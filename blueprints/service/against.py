"""What speaks against a model at a site, beyond how it is cut: words, secrets, images."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from blueprints.check.secrets.patterns import is_example, search
from blueprints.parts.refuse import Problem
from blueprints.service import variables
from blueprints.service.command import DECIDED
from blueprints.service.engine import engine_facts
from blueprints.service.image import EngineImage
from blueprints.service.model import Model, Option
from blueprints.service.site import Site

SECRET_FLAGS: Final[Mapping[str, str]] = {
    "api-key": "say api_key: KEY of the secret store",
    "hf-token": "say source.token: KEY of the secret store",
}
_ELSEWHERE: Final[Mapping[str, str]] = {
    "HF_TOKEN": "say source.token: KEY of the secret store",
    "VLLM_API_KEY": "say api_key: KEY of the secret store",
    "HF_HUB_OFFLINE": "say mode: online",
    "TRANSFORMERS_OFFLINE": "say mode: online",
    "HF_DATASETS_OFFLINE": "say mode: online",
}
_SECRET_NAME = re.compile(r"(^|_)(TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|APIKEY|KEY)(S|_ID)?$")
_USER = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/@]+@")
_UPSTREAM = re.compile(
    r"docker\.io/vllm/vllm-openai:v(?P<version>[0-9.]+(?:\.post[0-9]+)?)(?![0-9])"
)
OUTSIDE: Final = re.compile(r"\b(?:https?|hf|s3|gs)://", re.IGNORECASE)


def objections(model: Model, site: Site, image: EngineImage | None) -> Iterator[Problem]:
    """Everything that must be put right, with its place below the model."""
    yield from _image(model, site, image)
    yield from _options(model)
    yield from _environment(model)
    yield from _code(model)


def _image(model: Model, site: Site, image: EngineImage | None) -> Iterator[Problem]:
    version, kind, architecture = (
        model.engine.version,
        site.accelerators.type,
        site.node.architecture,
    )
    at = ("engine", "version")
    if image is None:
        yield (
            at,
            f"no image of {model.engine.name} {version} for {kind} on {architecture}"
            f" is under images; {site.name} needs one",
        )
        return
    registry = site.registry.partition("/")[0]
    if image.path.partition("/")[0] == registry:
        yield at, f"the image's path starts with {registry}; say it without: {image.path}"
    made = _UPSTREAM.match(image.upstream)
    if made is None:
        return
    if made["version"].rstrip(".") != version:
        yield at, f"{image.upstream} is under images as version {version}"
    facts = engine_facts(model.engine.name)
    if not facts.built_for(kind, architecture, version):
        since = facts.arm64.get(kind, ())
        first = ".".join(map(str, since[0].since)) if since and since[0].since else "later"
        yield (
            at,
            f"{image.upstream} was never built for {architecture}, which nodes of {site.name} are;"
            f" vLLM has images for it since {first}",
        )
    elif kind != "cuda":
        yield at, f"{image.upstream} is for cuda, and {site.name} has {kind}"


def _options(model: Model) -> Iterator[Problem]:
    facts = engine_facts(model.engine.name)
    version = model.engine.version
    for flag, value in model.options.items():
        at = ("options", flag)
        bare = flag.removeprefix("no-")
        if flag in DECIDED or bare in DECIDED:
            yield at, f"--{flag} is not an option here: {DECIDED.get(flag) or DECIDED[bare]}"
            continue
        if flag in SECRET_FLAGS:
            yield (
                at,
                f"--{flag} would show a secret to all who see processes; {SECRET_FLAGS[flag]}",
            )
            continue
        if flag != bare and facts.flag(bare, version) == "negatable":
            yield at, f"say {bare}: false"
            continue
        objection = facts.objection("flag", flag, version)
        if objection:
            yield at, objection
            continue
        yield from ((at, text) for text in _value(flag, value, facts.flag(flag, version)))


def _value(flag: str, value: Option, written: str | None) -> Iterator[str]:
    if isinstance(value, bool):
        if written == "value":
            yield f"--{flag} takes a value, and true or false is none"
        elif value is False and written == "switch":
            yield f"--{flag} cannot be turned off; leave it out"
    elif written in ("switch", "negatable"):
        yield f"--{flag} takes no value: true or false"
    if value == []:
        yield f"--{flag} has no word; leave it out"
    if isinstance(value, list) and any(isinstance(one, str) and not one for one in value):
        yield f"--{flag} has an empty word"
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            json.loads(value)
        except ValueError as error:
            yield (
                f"--{flag} is no JSON ({str(error).lower()}); write it as a mapping, which is"
                " rendered as JSON"
            )
    if isinstance(value, dict):
        try:
            json.dumps(value, allow_nan=False)
        except (ValueError, TypeError):
            yield f"--{flag} holds what JSON cannot say"
    for text in texts(value):
        yield from _secret(f"--{flag}", text)


def texts(value: object) -> Iterator[str]:
    """Every text in a value, the keys of mappings too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield str(key)
            yield from texts(one)
    elif isinstance(value, Sequence):
        for one in value:
            yield from texts(one)


def _secret(shown: str, text: str) -> Iterator[str]:
    # An assignment has to be seen as one: some secrets are known by the name before them only.
    found = next(search(f"{shown.lstrip('-')}={text}".encode()), None) or next(
        search(text.encode()), None
    )
    if found is not None:
        yield f"{shown} holds {found.what}; name its key in the secret store, never the secret"
    elif _USER.search(text):
        yield f"{shown} holds a user in a URL; say the address without it"


def _environment(model: Model) -> Iterator[Problem]:
    facts = engine_facts(model.engine.name)
    decided = variables.fixed(model)
    for name, value in model.environment.items():
        at = ("environment", name)
        if name in decided:
            hint = _ELSEWHERE.get(name, "leave it out")
            yield at, f"{name} is decided already, and must not be said again: {hint}"
            continue
        if _SECRET_NAME.search(name) and not is_example(value.encode()):
            yield at, f"{name} looks like a secret; it has no place in a repository"
            continue
        if name.startswith("VLLM_"):
            objection = facts.objection("variable", name, model.engine.version)
            if objection:
                yield at, objection
        yield from ((at, text) for text in _secret(name, value))


def _code(model: Model) -> Iterator[Problem]:
    if model.trust_remote_code is not None and not model.trust_remote_code.strip():
        yield ("trust_remote_code",), "say why code of the model's own may run"
