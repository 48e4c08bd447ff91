"""Flows end: each has a day, and after it nothing is rendered that still has it."""

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.parts.refuse import Problem

if TYPE_CHECKING:
    from tce.intent.spec import Specification


def problems(spec: "Specification") -> Iterator[Problem]:
    """Days that no calendar has."""
    for index, flow in enumerate(spec.flows):
        try:
            dt.date.fromisoformat(flow.expires)
        except ValueError:
            yield ("flows", index, "expires"), f"{flow.expires} is no day of the calendar"


def expired(spec: "Specification", today: dt.date) -> Iterator[Problem]:
    """Flows that are over; the day that is named is their last."""
    for index, flow in enumerate(spec.flows):
        if dt.date.fromisoformat(flow.expires) < today:
            yield (
                ("flows", index, "expires"),
                f"{flow.name} ended on {flow.expires}; ask {flow.owner} whether it is still "
                "needed, and say until when, or leave it out",
            )
