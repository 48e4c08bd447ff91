"""Job lists as Slurm and FirecREST write them, whichever version: jobs with id, state and texts.

Slurm: `squeue --json` and `sacct --json` of 22.05 (OpenAPI plugins) to 25.11 (data parsers
v0.0.39 to v0.0.45). Numbers are plain or `{set, infinite, number}`, a state is a text, a list of
flags or `{current, reason}`. FirecREST: v2's `GET /compute/SYSTEM/jobs` (`jobId`, `status.state`,
`workingDirectory`), v1's tasks (`jobid`, `state`, `job_file`), which hold their jobs in `data`.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

from governance.evidence.errors import EvidenceError

ENDED = frozenset(
    (
        *("BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL"),
        *("OUT_OF_MEMORY", "PREEMPTED", "TIMEOUT"),
    )
)
"""States in which nothing of a job runs or will; any other, known or not, is active. A job in
several states (`COMPLETED`, `COMPLETING`) has ended when all of them say so."""

DEEPEST = 12
MOST_TEXTS = 10_000
"""Texts of one job."""

_NOT_OF_PLACES = ("env", "environment", "meta", "errors", "warnings", "flags")
_FOLDERS = ("current_working_directory", "working_directory", "workingDirectory", "work_dir")
_IDS = ("job_id", "jobId", "jobid", "JobID", "id")
_WORD = re.compile(r"[A-Z][A-Z_]+")


@dataclass(frozen=True)
class Job:
    """One job of a list. All texts are foreign."""

    id: str
    cluster: str | None
    name: str
    user: str
    states: tuple[str, ...]
    folder: str | None
    """Its working directory."""
    array: tuple[str, str]
    """Id and index of the array that it is of, or empty texts."""
    texts: tuple[tuple[str, str], ...]
    """What else it says, with the key that says it: `command`, `comment.job`."""

    @property
    def active(self) -> bool:
        """Whether it may still run."""
        return not self.states or any(state not in ENDED for state in self.states)


@dataclass(frozen=True)
class JobList:
    """What one file says."""

    jobs: tuple[object, ...]
    cluster: str | None
    updated: float | None
    """Seconds since 1970 at which the list was true, where it says so."""
    errors: tuple[str, ...]
    """What the program that wrote it could not find out."""
    accounts: bool
    """It is of the accounting database (`sacct`): most jobs that wait are not in it."""


def job_list(value: object) -> JobList:
    """Return the jobs of a parsed file, not looked at yet. Raises EvidenceError for no job list."""
    outer = _dict(value)
    meta = _dict(outer.get("meta"))
    slurm = _dict(meta.get("slurm") or meta.get("Slurm"))
    errors = outer.get("errors") or outer.get("error")
    return JobList(
        tuple(_jobs(value, 0)),
        text_of(slurm.get("cluster")) or None,
        number_of(outer.get("last_update")),
        tuple(map(_said, errors if isinstance(errors, list) else [errors] if errors else [])),
        _of_accounts(meta),
    )


def job_of(value: object) -> Job | None:
    """Return a job of a list; None for what is none."""
    if not isinstance(value, dict):
        return None
    number = next((found for key in _IDS if (found := text_of(value.get(key)))), "")
    if not number:
        return None
    folder = next((found for key in _FOLDERS if (found := text_of(value.get(key)))), None)
    array = _dict(value.get("array"))
    whole = text_of(value.get("array_job_id", array.get("job_id")))
    return Job(
        id=number,
        cluster=text_of(value.get("cluster")) or None,
        name=text_of(value.get("name")),
        user=text_of(value.get("user_name") or value.get("user") or value.get("userName")),
        states=_states(value),
        folder=folder,
        # Zero: it is of no array.
        array=(
            "" if whole == "0" else whole,
            text_of(value.get("array_task_id", array.get("task_id"))),
        ),
        texts=tuple(_texts(value, "", 0))[:MOST_TEXTS],
    )


def number_of(value: object) -> float | None:
    """Return a number as Slurm writes it, plain or `{set, infinite, number}`; None for none."""
    if isinstance(value, dict):
        if value.get("set") is False or value.get("infinite") is True:
            return None
        value = value.get("number")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if isinstance(value, int) or isfinite(value) else None


def text_of(value: object) -> str:
    """Return a text or number as text; anything else is an empty one."""
    if isinstance(value, str):
        return value.strip()
    number = number_of(value)
    return "" if number is None else str(int(number) if number == number // 1 else number)


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _of_accounts(meta: dict[str, Any]) -> bool:
    command = _dict(meta.get("client")).get("source"), meta.get("command")
    plugin = _dict(meta.get("plugin")).get("type")
    said = json.dumps(command) + text_of(plugin)
    return "sacct" in said or "openapi/db" in said or "openapi/slurmdbd" in said


def _jobs(value: object, depth: int) -> list[object]:
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and depth < DEEPEST:
        if "jobs" in value:
            # FirecREST says null where there are none.
            return _jobs([] if value["jobs"] is None else value["jobs"], depth + 1)
        status = text_of(value.get("status"))
        if "task" in value or "data" in value:
            if status and status != "200":
                raise EvidenceError(f"is a FirecREST task that did not succeed ({status[:40]})")
            return _jobs(value["task"] if "task" in value else value["data"], depth + 1)
        if value and all(key.isdecimal() for key in value):
            return list(value.values())
    raise EvidenceError("is no job list", "squeue --json --all > FILE")


def _states(job: dict[str, Any]) -> tuple[str, ...]:
    state = job.get("job_state", job.get("state"))
    status = job.get("status")
    if state is None and isinstance(status, dict):
        state = status.get("state")
    if isinstance(state, dict):
        state = state.get("current")
    texts = [text for text in (state if isinstance(state, list) else [state]) if text is not None]
    # "CANCELLED by 1234", "COMPLETED,REQUEUED"; a word that is no state counts as an active one.
    found: dict[str, None] = {}
    for text in texts:
        words = _WORD.findall(text) if isinstance(text, str) else []
        found.update(dict.fromkeys(words or ["UNKNOWN"]))
    return tuple(found)


def _texts(value: object, key: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield every text that may name a place, wherever a version of the format puts it."""
    if isinstance(value, str):
        if "/" in value and key not in _FOLDERS:
            yield key, value
    elif depth < DEEPEST:
        inner = value.items() if isinstance(value, dict) else ()
        for name, part in inner:
            if name not in _NOT_OF_PLACES:
                yield from _texts(part, f"{key}.{name}" if key else name, depth + 1)
        for part in value if isinstance(value, list) else ():
            yield from _texts(part, key, depth + 1)


def _said(error: object) -> str:
    """What a program says of an error, in one line."""
    if isinstance(error, dict):
        words = error.get("description") or error.get("error") or error.get("message")
        return " ".join(str(words or "an error").split())[:300]
    return " ".join(str(error).split())[:300]
