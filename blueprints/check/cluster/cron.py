"""Schedules of CronJobs as Kubernetes reads them (robfig/cron v3, standard parser)."""

import re

_MONTHS = {
    name: place
    for place, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_DAYS = {
    name: place for place, name in enumerate(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])
}
_FIELDS: tuple[tuple[str, int, int, dict[str, int]], ...] = (
    ("minute", 0, 59, {}),
    ("hour", 0, 23, {}),
    ("day of the month", 1, 31, {}),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 0, 6, _DAYS),
)
_MACROS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_DURATION = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?(?:h|m|s|ms))+")


def mistake(schedule: str) -> str:
    """What is wrong with a schedule, in words; empty when nothing is."""
    if schedule.startswith(("TZ=", "CRON_TZ=")):
        return "names a time zone, which belongs into timeZone"
    if schedule.startswith("@"):
        if schedule.startswith("@every "):
            length = schedule.removeprefix("@every ").strip()
            return "" if _DURATION.fullmatch(length) else f"{length!r} is not a duration"
        return "" if schedule in _MACROS else f"{schedule!r} is not one of {', '.join(_MACROS)}"
    fields = schedule.split()
    if len(fields) != len(_FIELDS):
        return f"has {len(fields)} fields instead of 5"
    for field, (name, least, most, names) in zip(fields, _FIELDS, strict=True):
        if not all(_right(part, least, most, names) for part in field.split(",")):
            return f"{field!r} is not a {name} ({least} to {most})"
    return _never(fields)


def _right(part: str, least: int, most: int, names: dict[str, int]) -> bool:
    span, slash, step = part.partition("/")
    if slash and (not step.isdecimal() or int(step) == 0):
        return False
    if span in ("*", "?"):
        return True
    begin, dash, end = span.partition("-")
    first = _number(begin, names)
    last = _number(end, names) if dash else first
    return first is not None and last is not None and least <= first <= last <= most


def _number(word: str, names: dict[str, int]) -> int | None:
    if word.lower() in names:
        return names[word.lower()]
    return int(word) if word.isascii() and word.isdecimal() else None


def _never(fields: list[str]) -> str:
    """A date that no year has: 30 February, 31 April."""
    day, month, weekday = fields[2], fields[3], fields[4]
    if weekday not in ("*", "?") or not day.isdecimal() or not month.isdecimal():
        return ""
    longest = 29 if month == "2" else 30 if int(month) in (4, 6, 9, 11) else 31
    return f"day {day} of month {month} never comes" if int(day) > longest else ""


def minutes_between(schedule: str) -> int | None:
    """The least number of minutes between two runs of a simple schedule; None when not simple."""
    if schedule.startswith("@"):
        return {"@hourly": 60, "@daily": 1440, "@midnight": 1440, "@weekly": 10080}.get(schedule)
    fields = schedule.split()
    if len(fields) != len(_FIELDS):
        return None
    minute, hour, *_ = fields
    if not minute.isdecimal():
        step = minute.partition("/")
        return int(step[2]) if step[0] == "*" and step[2].isdecimal() else 1
    if hour.isdecimal():
        return 1440
    return 60
