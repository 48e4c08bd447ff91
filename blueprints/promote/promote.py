"""`tutela blueprint promote`: what one environment runs goes to the next, and nothing else does.

It is an update of the repository to a specification in which one thing was changed; so an
interruption, edits and Git are dealt with as there.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blueprints.display import visible
from blueprints.engine import base, render, spec
from blueprints.engine.blueprint import Copied, Field, File, Promotion
from blueprints.engine.edit import NotEditableError, with_texts
from blueprints.engine.lock import Lock
from blueprints.engine.overlay import Overlay
from blueprints.engine.spec import Loaded
from blueprints.promote import copying, fields, stages
from blueprints.promote.result import Promoted
from blueprints.update import apply
from blueprints.update.tree import Folder
from blueprints.update.update import Options, RefusedError, begin, conclude, specification

_SHOWN = 5


@dataclass(frozen=True)
class Asked:
    """What to promote."""

    to: str
    source: str | None = None
    """Default, and all that is accepted: the stage before."""
    only: tuple[str, ...] = ()
    """Names such as ``kubernetes`` or ``components.metallb``; all that differ without one."""
    allow_downgrade: bool = False


def promote(
    path: Path, asked: Asked, options: Options, step: apply.Step = lambda _: None
) -> Promoted:
    """Copy what one stage runs to the next, in the specification and all that is rendered from it.

    Raises :class:`RefusedError`, with nothing written, for a way that there is not, a step back,
    a repository that is not what its specification renders now, an earlier stage that was edited
    by hand, and a render in which anything else would change; and as `update`.
    """
    locked = begin(path, options, step)
    if locked is None:
        return Promoted.completed(path)
    loaded = specification(path, locked, options)
    promotion = _promotion(path, locked, loaded)
    present = stages.present(promotion, loaded.data)
    source, to = stages.between(promotion, present, asked.to, asked.source)
    held = base.read(path)
    _check_rendered(path, held, loaded)
    wanted = copying.wanted(promotion, loaded.data, source, to, asked.only)
    way = Promoted.way(path, source, to, wanted)
    if not wanted.copied:
        return way
    _check_unedited(path, held, promotion.fields(source), source)
    copying.check(promotion, wanted.copied, to, allow_downgrade=asked.allow_downgrade)
    changed = _changed(path / locked.spec_file, loaded, promotion.at(to), wanted.copied, options)
    judge = _Judge(promotion.fields(to))
    updated = conclude(path, locked, changed, options, step, judge)
    return way.done(
        updated,
        judge.seen,
        tuple(promotion.touched(changed.model, to)),
        copying.behind(promotion, changed.data, present, to),
    )


def _promotion(path: Path, locked: Lock, loaded: Loaded) -> Promotion:
    blueprint = loaded.blueprint
    if blueprint.promotion is None:
        raise RefusedError(f"the blueprint {blueprint.name} has no environments to promote between")
    if blueprint.version != locked.version:
        raise RefusedError(
            f"{path} was rendered by version {locked.version} of the blueprint {blueprint.name},"
            f" and {blueprint.version} is installed: more than versions would change",
            f"tutela blueprint update {path}",
        )
    return blueprint.promotion


def _check_rendered(path: Path, held: Mapping[str, bytes], loaded: Loaded) -> None:
    """The specification has to render what was rendered last; else more would come with it."""
    kept = base.read_overlay(path)
    overlay = Overlay(kept) if kept is not None else None
    now = render.render(loaded.blueprint, loaded.model, overlay)
    pending = fields.compare(held, now, ()).outside
    if pending:
        raise RefusedError(
            f"{path} is not what its specification renders now: {_named(pending)}",
            f"tutela blueprint update {path}",
        )


def _check_unedited(
    path: Path, held: Mapping[str, bytes], watched: Collection[Field], source: str
) -> None:
    """What the earlier stage runs is what its files say, not what the specification says."""
    names = {field.file for field in watched}
    here = []
    for name in sorted(names & held.keys()):
        found = Folder(path).look(name)
        if found is not None and found.content is not None:
            here.append(File(name, found.content))
    kept = {file.path: held[file.path] for file in here}
    edited = fields.compare(kept, here, watched).allowed
    if edited:
        first = edited[0]
        raise RefusedError(
            f"{source} was edited by hand: {visible(str(first))} is {visible(str(first.after))} and"
            f" the specification says {visible(str(first.before))}",
            "write into the specification what is to be promoted",
            f"tutela blueprint update {path}",
        )


def _changed(
    name: Path,
    loaded: Loaded,
    at: tuple[str, ...],
    copied: Collection[Copied],
    options: Options,
) -> Loaded:
    """The specification with the copied values in it, every other byte as it was."""
    values = {(*at, *one.at): one.after for one in copied}
    try:
        text = with_texts(loaded.text.decode(), values)
    except NotEditableError as error:
        raise _by_hand(name, str(error), values) from error
    changed = spec.parse(text.encode(), str(name), options.blueprint)
    if changed.data != _with(loaded.data, values):
        raise _by_hand(name, "it would say something else then", values)
    return changed


def _with(data: Mapping[str, Any], values: Mapping[tuple[str, ...], str]) -> dict[str, Any]:
    here = dict(data)
    for (first, *rest), value in values.items():
        inner = here.get(first)
        below = inner if isinstance(inner, dict) else {}
        here[first] = _with(below, {tuple(rest): value}) if rest else value
    return here


def _by_hand(name: Path, why: str, values: Mapping[tuple[str, ...], str]) -> RefusedError:
    return RefusedError(
        f"cannot change {name}: {why}",
        *(f"write {'.'.join(at)}: {value}" for at, value in values.items()),
    )


class _Judge:
    """Refuses a render in which anything else differs; keeps what it saw."""

    def __init__(self, allowed: tuple[Field, ...]) -> None:
        self.allowed = allowed
        self.seen = fields.UNCOMPARED

    def __call__(self, held: Mapping[str, bytes], files: tuple[File, ...]) -> None:
        self.seen = fields.compare(held, files, self.allowed)
        if self.seen.outside:
            raise RefusedError(
                f"more than versions would change: {_named(self.seen.outside)}",
                "this is a mistake in the blueprint: nothing was written",
            )


def _named(differences: Collection[fields.Difference]) -> str:
    shown = [visible(str(one)) for one in list(differences)[:_SHOWN]]
    more = f" and {len(differences) - _SHOWN} more" if len(differences) > _SHOWN else ""
    return ", ".join(shown) + more
