"""What is known besides the listing. What is missing, stale or failed always means keep."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Reading:
    """One evidence source as it was last read."""

    as_of: datetime
    complete: bool = True
    problem: str | None = None
    """What went wrong, in words, where it is not complete."""


@dataclass(frozen=True)
class Evidence:
    """The sources that were read, by the name that policies call them."""

    readings: Mapping[str, Reading] = field(default_factory=dict)

    def lacks(self, name: str, max_age: timedelta, now: datetime) -> str | None:
        """Say in words why a source cannot be relied on; None where it can."""
        reading = self.readings.get(name)
        if reading is None:
            return f"{name} is not configured"
        if not reading.complete:
            return f"{name} was not read completely ({reading.problem or 'no reason given'})"
        if reading.as_of > now:
            return f"{name} is dated in the future"
        if now - reading.as_of > max_age:
            return f"{name} was last read {reading.as_of:%Y-%m-%d %H:%M} UTC, too long ago"
        return None


RUN_STATUS = "run.status"
TAGS = "tags"
STATE = "state"
METRICS = "metrics"
RECOVERABLE = "recoverable"
CLAIMS = "claims"

NOT_YET = {
    RUN_STATUS: "the status of its run",
    TAGS: "the tags of its objects",
    STATE: "its state",
    METRICS: "the metrics of its run",
    RECOVERABLE: "whether it can be made again",
    CLAIMS: "which dataset versions use this blob",
}
"""Facts that no source gives in this version: rules that ask for one keep what they match."""
