"""The blueprint as it might have been before its first release, and today's as its version 2.

Version 1 had Cilium's policies in one file, of which none said that it denies; no assumptions; and
it called the flows of the specification openings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from blueprints.engine.blueprint import Blueprint, File, Migration, Move
from tce.blueprint import BLUEPRINT
from tce.intent.spec import Specification

OLD, NEW = "k8s/policies/cilium.yaml", "k8s/policy/clusterwide.yaml"


class Early(BaseModel):
    """Version 1 believed everything."""

    model_config = ConfigDict(extra="allow")
    blueprint: Literal["tce"]
    version: Literal[1]


class Later(Specification):
    """Today's specification, called version 2."""

    version: Literal[2]  # type: ignore[assignment]


def in_todays_words(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 called flows openings."""
    return {"flows" if key == "openings" else key: value for key, value in data.items()}


def early() -> Blueprint:
    """Version 1; its specification is one of today in version 1's words."""

    def todays(model: Early) -> Specification:
        return Specification.model_validate(in_todays_words(model.model_dump()))

    def documents(model: Early) -> Iterator[File]:
        for one in BLUEPRINT.documents(todays(model)):
            if one.path.startswith("evidence/"):
                continue
            if one.path == NEW:
                text = one.content.decode()
                said = "  enableDefaultDeny:\n    ingress: true\n    egress: true\n"
                assert said in text
                one = replace(one, path=OLD, content=text.replace(said, "").encode())
            yield one

    return replace(
        BLUEPRINT,
        version=1,
        spec=Early,
        documents=documents,
        prose=lambda model: BLUEPRINT.prose(todays(model)),
        dated=lambda model, today: (),
    )


def later() -> Blueprint:
    """The blueprint that is installed, as version 2 of the one above."""
    return replace(
        BLUEPRINT,
        version=2,
        spec=Later,
        migrations=(
            Migration(
                to=2,
                why="policies lie beside each other; what is declared is a flow",
                moves=lambda _: (Move(OLD, NEW),),
                spec=in_todays_words,
            ),
        ),
    )
