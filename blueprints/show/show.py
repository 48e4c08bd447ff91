"""From a rendered repository to its drawing; nothing of it is changed."""

import os
import secrets
import shlex
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from blueprints.display import count, visible
from blueprints.engine import lock, registry, spec
from blueprints.engine.drawing import Box, Drawing, Group, Node
from blueprints.errors import ExpectedError
from blueprints.show import html


@dataclass(frozen=True)
class Drawn:
    """The result of `tutela blueprint show`."""

    folder: Path
    blueprint: str
    drawing: Drawing
    out: Path | None
    """The page that was written."""

    def __str__(self) -> str:
        lines = [
            f"{visible(str(self.folder))}: {self.drawing.words.whole.lower()} of"
            f" {visible(self.drawing.name)}"
        ]
        for group in self.drawing.groups:
            lines += _group(group)
        if self.out is None:
            folder = visible(shlex.quote(str(self.folder)))
            lines += ["", "as a page:", f"  tutela blueprint show {folder} --out clusters.html"]
        else:
            lines += ["", f"drawn in {visible(str(self.out))}"]
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/blueprint-show/v1``."""
        return {
            "schema": "tutela/blueprint-show/v1",
            "folder": str(self.folder),
            "blueprint": self.blueprint,
            "out": None if self.out is None else str(self.out),
            "name": self.drawing.name,
            "facts": dict(self.drawing.facts),
            "groups": [
                {
                    "name": group.name,
                    "facts": dict(group.facts),
                    self.drawing.words.box + "s": [_data(box) for box in group.boxes],
                }
                for group in self.drawing.groups
            ],
        }


def show(folder: Path, out: Path | None = None) -> Drawn:
    """What a rendered repository describes, by the specification in it.

    Raises ExpectedError for a folder that no blueprint rendered, a blueprint that draws nothing, a
    specification that is not right, and a page that cannot be written or is there and no page.
    """
    if not folder.is_dir():
        raise ExpectedError(f"{folder} is no folder")
    locked = lock.read(folder)
    if locked is None:
        raise ExpectedError(
            f"{folder} has no {lock.NAME}: no blueprint rendered it",
            "tutela blueprint render SPEC --out DIR",
        )
    blueprint = registry.named(locked.blueprint)
    if blueprint.drawing is None:
        raise ExpectedError(f"the blueprint {blueprint.name} has no drawing")
    loaded = spec.load(folder / locked.spec_file, blueprint)
    drawing = blueprint.drawing(loaded.model)
    if out is not None:
        write(html.render(drawing, version("tutela")), out)
    return Drawn(folder, blueprint.name, drawing, out)


def write(page: str, out: Path) -> None:
    """Whole or not at all; only a page is written over."""
    if out.suffix not in (".html", ".htm"):
        raise ExpectedError(f"{out} is not called a page", "--out clusters.html")
    if out.is_symlink() or (out.exists() and not out.is_file()):
        raise ExpectedError(f"{out} is there and is no file")
    beside = out.with_name(f".{out.name}.{secrets.token_hex(6)}")
    try:
        try:
            beside.write_text(page, encoding="utf-8")
            os.replace(beside, out)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise ExpectedError(f"cannot write {out}: {error.strerror}") from error


def _group(group: Group) -> list[str]:
    facts = ", ".join(f"{visible(name)} {visible(value)}" for name, value in group.facts)
    lines = ["", f"{visible(group.name)}: {facts}"]
    for box in group.boxes:
        lines.append(f"  {visible(box.name)}, {visible(box.kind)}: {visible(box.summary)}")
        for lane in box.lanes:
            lines.append(
                f"    {visible(f'{lane.kind} {lane.name}')}: {visible(', '.join(lane.facts))}"
            )
            lines += [f"      {_node(node)}" for node in lane.nodes]
    return lines


def _node(node: Node) -> str:
    badge = f" ({node.badge})" if node.badge else ""
    return visible(
        f"{count(node.amount)} x {node.name}{badge}, {node.kind}: {', '.join(node.facts)}"
    )


def _data(box: Box) -> dict[str, object]:
    return {
        "name": box.name,
        "title": box.title,
        "kind": box.kind,
        "facts": dict(box.facts),
        "parts": dict(box.parts),
        "lanes": [
            {
                "id": lane.id,
                "kind": lane.kind,
                "facts": list(lane.facts),
                "nodes": [
                    {
                        "name": node.name,
                        "kind": node.kind,
                        "amount": node.amount,
                        "badge": node.badge,
                        "facts": list(node.facts),
                    }
                    for node in lane.nodes
                ],
            }
            for lane in box.lanes
        ],
        "edges": [vars(edge) for edge in box.edges],
    }
