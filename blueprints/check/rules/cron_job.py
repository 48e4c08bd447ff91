"""A CronJob that never runs, runs over itself, or leaves everything behind.

Looks at CronJobs and Jobs: the schedule must mean something and name no time zone by itself
(`timeZone` does); runs must not overlap (`concurrencyPolicy: Forbid` or `Replace`); a missed run
must have a deadline (`startingDeadlineSeconds`, at least 10, or the controller gives up after 100
missed runs), a run an end (`activeDeadlineSeconds`, shorter than the time to the next run),
tries a bound (`backoffLimit`), finished ones a bound (`ttlSecondsAfterFinished` or history limits),
and the pod `restartPolicy: Never` or `OnFailure`. A suspended one is told.

A nightly scan that runs over itself reads the store twice and reports half of it.

Set what the message names.
"""

import zoneinfo
from collections.abc import Iterator
from functools import cache

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cron import minutes_between, mistake
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import Path, at, mapping, number, text
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "cron-job"
LEVEL = Level.ERROR

_SHORTEST = 10
"""Seconds: the controller looks that often."""


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Schedules and deadlines."""
    known = cluster.of(repo, settings)
    for item in known.of_kind("CronJob"):
        for path, words in _cron_job(item):
            yield found(ID, LEVEL, item, ("spec", *path), f"{item} {words}")
        for path, words in _job(mapping(item.data, "spec", "jobTemplate", "spec")):
            yield found(ID, LEVEL, item, ("spec", "jobTemplate", "spec", *path), f"{item} {words}")
    for item in known.of_kind("Job"):
        for path, words in _job(mapping(item.data, "spec")):
            yield found(ID, LEVEL, item, ("spec", *path), f"{item} {words}")


@cache
def _zones() -> frozenset[str]:
    """Every time zone of this machine's database; none where it has none."""
    return frozenset(zoneinfo.available_timezones())


def _cron_job(item: Object) -> Iterator[tuple[Path, str]]:
    spec = mapping(item.data, "spec")
    schedule = text(spec, "schedule")
    wrong = mistake(schedule)
    if wrong:
        yield ("schedule",), f"has a schedule that {wrong}"
    if text(spec, "concurrencyPolicy") not in ("Forbid", "Replace"):
        yield ("concurrencyPolicy",), "may run while its last run still does"
    if not text(spec, "timeZone"):
        yield ("timeZone",), "does not say in which timeZone its schedule is"
    elif _zones() and text(spec, "timeZone") not in _zones():
        yield ("timeZone",), f"is in a time zone that nobody knows: {text(spec, 'timeZone')}"
    deadline = number(spec, "startingDeadlineSeconds")
    if deadline is None or deadline < _SHORTEST:
        yield ("startingDeadlineSeconds",), "needs a startingDeadlineSeconds of at least 10"
    for field in ("successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        kept = number(spec, field)
        if kept is not None and kept > 10:
            yield (field,), f"keeps {kept} finished jobs"
    if number(spec, "failedJobsHistoryLimit") == 0:
        yield ("failedJobsHistoryLimit",), "leaves no trace of a failed run"
    if at(spec, "suspend") is True:
        yield ("suspend",), "is suspended and never runs"
    minutes = None if wrong else minutes_between(schedule)
    longest = number(spec, "jobTemplate", "spec", "activeDeadlineSeconds")
    if minutes is not None and longest is not None and longest > minutes * 60:
        where: Path = ("jobTemplate", "spec", "activeDeadlineSeconds")
        yield where, f"may run for {longest} s and is due again after {minutes * 60} s"
    if minutes is not None and deadline is not None and deadline > minutes * 60:
        yield ("startingDeadlineSeconds",), "may start a run after the next one is due"


def _job(spec: object) -> Iterator[tuple[Path, str]]:
    if number(spec, "activeDeadlineSeconds") is None:
        yield ("activeDeadlineSeconds",), "may run for ever: no activeDeadlineSeconds"
    tries = number(spec, "backoffLimit")
    if tries is None or tries > 5:
        yield ("backoffLimit",), "needs a backoffLimit of at most 5"
    if number(spec, "ttlSecondsAfterFinished") is None:
        yield ("ttlSecondsAfterFinished",), "stays for ever: no ttlSecondsAfterFinished"
    if text(spec, "template", "spec", "restartPolicy") not in ("Never", "OnFailure"):
        yield ("template", "spec", "restartPolicy"), "needs the restartPolicy Never or OnFailure"
    if (number(spec, "parallelism") or 1) > (
        number(spec, "completions") or number(spec, "parallelism") or 1
    ):
        yield ("parallelism",), "starts more pods than it needs completions"
