"""What each version of an engine knows: flags, variables, Ray in its image, architectures.

The facts are ``policies/engines/<engine>.yaml``, read from the engine's own source packages by
``.ci/engines.py``. A version between two that were read knows what either of them knows; one
outside of them is judged by the nearest, and only for what was never there at all.
"""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple, TypeAlias, cast

from blueprints.yamltext import load

Written: TypeAlias = Literal["value", "switch", "negatable", "maybe"]
"""A flag takes a value, none, none and has a ``--no-`` form, or one that may be left out."""
Version: TypeAlias = tuple[int, ...]

_SPAN = re.compile(r"(?P<since>[0-9.post]*?)\.\.(?P<until>[0-9.post]*)( (?P<written>[a-z]+))?")
INSTEAD: Mapping[str, str] = {
    "disable-log-requests": "leave it out: requests are logged only with enable-log-requests",
    "task": "say runner, and convert if need be",
    "guided-decoding-backend": "say structured-outputs-config: {backend: ..}",
    "rope-scaling": "say hf-overrides: {rope_scaling: ..}",
    "rope-theta": "say hf-overrides: {rope_theta: ..}",
    "max-seq-len-to-capture": "leave it out, or say compilation-config",
    "swap-space": "leave it out",
    "num-scheduler-steps": "leave it out",
    "use-v2-block-manager": "leave it out",
    "enable-reasoning": "leave it out: reasoning-parser is enough",
    "VLLM_ATTENTION_BACKEND": "say the option attention-backend",
    "VLLM_USE_V1": "leave it out: there is no other engine any more",
}
"""What to say for names that later versions do not know any more."""


class Span(NamedTuple):
    """Versions that know a name, first and last included; None: no bound."""

    since: Version | None
    until: Version | None
    written: Written

    def holds(self, version: Version) -> bool:
        """Whether a version is one of them."""
        return (self.since is None or self.since <= version) and (
            self.until is None or version <= self.until
        )


@dataclass(frozen=True)
class EngineFacts:
    """All versions of one engine."""

    engine: str
    versions: Sequence[Version]
    """Those that were read, in their order."""
    flags: Mapping[str, Sequence[Span]]
    """Without their dashes."""
    variables: Mapping[str, Sequence[Span]]
    """Those that carry the engine's name."""
    ray: Mapping[str, Sequence[Span]]
    """By the class of accelerators whose image holds it."""
    arm64: Mapping[str, Sequence[Span]]
    """By the class of accelerators for which its makers build images for arm64."""

    def flag(self, name: str, version: str) -> Written | None:
        """How a version takes a flag; None where it does not know it."""
        return self._known(self.flags.get(name, ()), number(version))

    def variable(self, name: str, version: str) -> bool:
        """Whether a version reads a variable of the engine's own."""
        return self._known(self.variables.get(name, ()), number(version)) is not None

    def has_ray(self, accelerator: str, version: str) -> bool:
        """Whether the image that its makers build for a class of accelerators holds Ray."""
        return self._known(self.ray.get(accelerator, ()), number(version)) is not None

    def without_ray(self, accelerator: str, version: str) -> str:
        """Why the image of a version holds no Ray, as one reads it."""
        spans = self.ray.get(accelerator, ())
        if not spans:
            return f"images of vLLM for {accelerator} hold none"
        return f"images of vLLM {version} hold none: {self._history('ray', spans, number(version))}"

    def built_for(self, accelerator: str, architecture: str, version: str) -> bool:
        """Whether its makers build an image for an architecture."""
        if architecture == "amd64":
            return True
        return self._known(self.arm64.get(accelerator, ()), number(version)) is not None

    def judged(self, version: str) -> bool:
        """Whether a version lies between those that were read."""
        return self.versions[0] <= number(version) <= self.versions[-1]

    def objection(self, kind: Literal["flag", "variable"], name: str, version: str) -> str | None:
        """Why a name must not be given to a version; None where nothing speaks against it."""
        table = self.flags if kind == "flag" else self.variables
        spans = table.get(name, ())
        asked = number(version)
        if self._known(spans, asked) is not None:
            return None
        shown = f"--{name}" if kind == "flag" else name
        if spans:
            return f"{shown} is not in vLLM {version}: {self._history(name, spans, asked)}"
        if not self.judged(version):
            return None
        known = [one for one, held in table.items() if self._known(held, asked) is not None]
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
        hint = f"; did you mean {near[0]}?" if near else ""
        return f"vLLM {version} has no {kind} {shown}{hint}"

    def _known(self, spans: Sequence[Span], version: Version) -> Written | None:
        asked = min(max(version, self.versions[0]), self.versions[-1])
        if asked not in self.versions:
            below = max(one for one in self.versions if one < asked)
            above = min(one for one in self.versions if one > asked)
            return self._known(spans, below) or self._known(spans, above)
        return next((span.written for span in spans if span.holds(asked)), None)

    def _history(self, name: str, spans: Sequence[Span], asked: Version) -> str:
        later = [span.since for span in spans if span.since is not None and span.since > asked]
        if later:
            return f"it comes with {text(min(later))}"
        last = max(span.until for span in spans if span.until is not None)
        hint = f"; {INSTEAD[name]}" if name in INSTEAD else ""
        return f"it was there until {text(last)}{hint}"


def number(version: str) -> Version:
    """A version as numbers that compare; a post release comes behind its version."""
    return tuple(map(int, re.findall(r"[0-9]+", version)))


def text(version: Version) -> str:
    """A version as people write it; what stands fourth is not told from a post release."""
    return ".".join(map(str, version))


@lru_cache
def engine_facts(engine: str) -> EngineFacts:
    """The facts that ship; raises FileNotFoundError for an engine of which there are none."""
    shown = f"{engine}.yaml"
    source = (files("policies") / "engines" / shown).read_text(encoding="utf-8")
    data = load(source, shown, columns=True).data
    return EngineFacts(
        engine,
        tuple(number(str(version)) for version in cast(list[object], data["versions"])),
        *(_table(data[name]) for name in ("flags", "variables", "ray", "arm64")),
    )


def _table(data: object) -> Mapping[str, Sequence[Span]]:
    spans = cast(Mapping[str, str], data)
    return {
        name: tuple(map(_span, said.split(", "))) if said != "never" else ()
        for name, said in spans.items()
    }


def _span(said: str) -> Span:
    found = _SPAN.fullmatch(said)
    if found is None:
        raise ValueError(f"{said} is no span of versions")
    kinds: Mapping[str | None, Written] = {
        None: "value",
        "switch": "switch",
        "negatable": "negatable",
        "maybe": "maybe",
    }
    since, until = found["since"], found["until"]
    return Span(
        number(since) if since else None,
        number(until) if until else None,
        kinds[found["written"]],
    )
