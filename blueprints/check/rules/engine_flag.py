"""A model server is given a flag or a variable that its version does not know.

Looks at every command that starts vLLM, in pods and in `models/<model>/<site>/<runtime>/`: its
flags, and its variables that begin with `VLLM_`, have to be known to the version in its image (by
the tag, or by the digest under `images` of `spec.yaml`). What each version knows was read from
vLLM's own source packages.

A server with an unknown flag ends at once; a variable that nobody reads does nothing, and whoever
set it believes that it does. Say what the message names, or leave it out.
"""

from collections.abc import Iterator

from blueprints.check.engines import Engine, Unread, engines
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible
from blueprints.service.engine import EngineFacts, engine_facts

ID = "engine-flag"
LEVEL = Level.ERROR

_OWN = "VLLM_"
_ALWAYS = frozenset(("help", "version"))


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Yield each of them; what could not be read, and whose version nobody tells."""
    found = engines(repo)
    if not found:
        return
    facts = engine_facts("vllm")
    for one in found:
        if isinstance(one, Unread):
            yield NotChecked(ID, visible(f"cannot be read: {one.why}"), one.folder)
        elif one.version is None:
            reason = f"nothing tells which version of vLLM is in {one.image or 'an image'}"
            yield NotChecked(ID, visible(reason), one.place.file)
        else:
            yield from _of(one, one.version, facts)


def _of(one: Engine, version: str, facts: EngineFacts) -> Iterator[Finding]:
    for option in one.options:
        text = None if option.name in _ALWAYS else _flag(option.name, version, facts)
        if text is not None:
            message = visible(f"{one.who}: {text}")
            yield Finding(option.place.file, option.place.line, ID, message, LEVEL)
    for name, place in one.variables.items():
        text = facts.objection("variable", name, version) if name.startswith(_OWN) else None
        if text is not None:
            yield Finding(place.file, place.line, ID, visible(f"{one.who}: {text}"), LEVEL)


def _flag(name: str, version: str, facts: EngineFacts) -> str | None:
    bare = name.removeprefix("no-")
    if bare != name and facts.flag(bare, version) == "negatable":
        return None
    return facts.objection("flag", name, version)
