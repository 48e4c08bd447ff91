"""A model's own ``config.json``: what it says of the model's shape, and whether options fit it.

The file comes from whoever made the model: it is data, bounded in size, and only numbers and names
are taken from it. Models that see pictures keep what is asked for here below ``text_config``.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from blueprints.errors import ExpectedError
from blueprints.parts.refuse import Problem, unknown
from blueprints.service.model import Model, Shape

MAX_BYTES: Final = 4 * 1024 * 1024
_INSIDE = ("text_config", "llm_config", "language_config")
_LARGEST = 100_000_000


@dataclass(frozen=True)
class Config:
    """One file."""

    data: Mapping[str, Any]

    @property
    def text(self) -> Mapping[str, Any]:
        """The part that speaks of the language model."""
        for key in _INSIDE:
            if isinstance(self.data.get(key), Mapping):
                inside: Mapping[str, Any] = self.data[key]
                return inside
        return self.data

    @property
    def names(self) -> frozenset[str]:
        """Every key, at the top and in the part for text."""
        return frozenset(map(str, (*self.data, *self.text)))

    @property
    def code(self) -> Sequence[str]:
        """Classes that the model brings its own code for; such code runs only if it is trusted."""
        found = self.data.get("auto_map")
        return sorted(map(str, found)) if isinstance(found, Mapping) else ()

    def shape(self) -> Shape:
        """What it says; facts that it leaves out, or that mean something else, are None."""
        heads = self._count("num_attention_heads")
        latent = "kv_lora_rank" in self.text  # keys and values are kept in another form
        kv_heads = None if latent else self._count("num_key_value_heads") or heads
        size = None if latent else self._count("head_dim")
        hidden = self._count("hidden_size")
        if size is None and not latent and heads and hidden and hidden % heads == 0:
            size = hidden // heads
        return Shape(
            heads=heads,
            kv_heads=kv_heads,
            head_size=size,
            layers=self._count("num_hidden_layers"),
            context=self._count("max_position_embeddings", least=256),
        )

    def _count(self, key: str, least: int = 1) -> int | None:
        value = self.text.get(key, self.data.get(key))
        most = _LARGEST if key == "max_position_embeddings" else 10_000
        if key == "hidden_size":
            most = 1_000_000
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            return None
        return value


def parse(raw: bytes, name: str) -> Config:
    """The file's content. Raises ExpectedError for what is no mapping in JSON, or too large."""
    if len(raw) > MAX_BYTES:
        raise ExpectedError(f"{name} is larger than {MAX_BYTES} bytes; a config.json is not")
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError) as error:
        reason = str(error).lower() or "nested too deeply"
        raise ExpectedError(f"{name} is no JSON: {reason}") from error
    if not isinstance(data, dict):
        raise ExpectedError(f"{name} is no config.json: its top is no mapping")
    return Config(data)


def disagreements(model: Model, config: Config) -> Iterator[Problem]:
    """Where a model's entry says something else than the model's own file."""
    own = config.shape()
    said = model.shape or Shape()
    for fact in ("heads", "kv_heads", "head_size", "layers", "context"):
        here, there = getattr(said, fact), getattr(own, fact)
        if here is not None and there is not None and here != there:
            yield ("shape", fact), f"{here} is not what config.json says: {there}"
    if config.code and model.trust_remote_code is None and "auto_map" in config.data:
        yield (
            ("trust_remote_code",),
            f"config.json brings code of its own ({', '.join(config.code[:3])}); say why it may"
            " run, if the engine does not know the model without it",
        )
    overrides = model.options.get("hf-overrides")
    if isinstance(overrides, Mapping):
        for key in overrides:
            if key not in config.names and key not in _NOT_OF_A_CONFIG:
                yield (
                    ("options", "hf-overrides", key),
                    unknown("key of config.json", key, config.names),
                )


_NOT_OF_A_CONFIG = frozenset(["architectures", "rope_scaling", "rope_parameters", *_INSIDE])
"""What an override may bring though a model's file does not have it."""
