"""A report for a terminal: at most 100 columns, what matters first, what to type at the end."""

import textwrap
from collections.abc import Iterable, Sequence

from blueprints.display import WIDTH, count, day, shorten, size, table, visible, when
from governance.evidence.kinds import LINKS, STORE
from governance.retention.document import Report
from governance.retention.notice import Notice
from governance.retention.partial import named
from governance.retention.totals import Sum
from governance.retention.write import evidence

_SHOWN = 10
_PROJECTS = 25
_INDENT = "  "


def text(report: Report) -> str:
    """The report, or only its notices where they were asked for; foreign text is made visible."""
    if report.notices is not None:
        return _join(
            _head(report),
            _cautions(report),
            _notices(report),
            evidence.blocking(report.evidence),
            _next(report),
        )
    return _join(
        _head(report),
        _cautions(report),
        _projects(report),
        _kept(report),
        _may_go(report),
        _partial(report),
        _copies(report),
        _leftovers(report),
        _growth(report),
        evidence.section(report.evidence),
        evidence.gone(report.dangling),
        _next(report),
    )


def _join(*sections: str) -> str:
    return "\n\n".join(section for section in sections if section)


def _head(report: Report) -> str:
    whole = report.whole
    keep, expire = whole.keep, whole.expire
    all_ = whole.all
    lower = sum(rule.lower for rule in report.reclaim)
    snapshots = _many(len(report.sources), "snapshot")
    parts = [
        f"weights {size(all_.bytes_weights)}",
        f"optimizer {size(all_.bytes_optimizer)}",
        f"other {size(all_.bytes_other)}",
        f"old versions {size(all_.bytes_noncurrent)}",
        f"unfinished uploads {size(all_.bytes_upload)}",
    ]
    lines = [
        *_wrap(f"Retention report: {report.scope.words}", ""),
        *_wrap(
            f"As of {when(report.as_of)}, {report.policy_words}, from {snapshots}"
            + (f", pins as of {when(report.pins_as_of)}" if report.pins_as_of else ""),
            "",
        ),
        "",
        f"{_INDENT}Stored   {size(all_.stored):>9}  in {_amount(all_)}"
        + (", a lower bound" if any(source.lower_bound for source in report.sources) else ""),
        *_wrap(", ".join(parts), f"{_INDENT}{'':20}"),
        f"{_INDENT}Kept     {size(keep.stored):>9}  in {_many(keep.artifacts, 'artifact')}",
        f"{_INDENT}May go   {size(expire.stored):>9}  in {_many(expire.artifacts, 'artifact')}"
        + (f", of which {_sure(lower)} is sure to come back" if expire.artifacts else ""),
    ]
    return "\n".join(lines)


def _cautions(report: Report) -> str:
    if not report.cautions:
        return ""
    return "\n".join(["Read this first", *_points(report.cautions)])


def _projects(report: Report) -> str:
    quotas = {quota.project: quota for quota in report.quotas}
    rows = [
        (
            project.name,
            count(project.all.artifacts),
            size(project.all.stored),
            size(project.keep.stored),
            size(project.expire.stored),
            _percent(quotas[project.name].used, quotas[project.name].quota)
            + f" of {size(quotas[project.name].quota)}"
            if project.name in quotas
            else "not said",
        )
        for project in report.projects[:_PROJECTS]
    ]
    lines = [
        _table(("project", "artifacts", "stored", "kept", "may go", "quota"), rows, 1, 2, 3, 4)
    ]
    lines += _more(len(report.projects), "project", _PROJECTS)
    fullest = sorted(report.quotas, key=lambda quota: -quota.used / max(quota.quota, 1))
    for quota in fullest[:_SHOWN]:
        lines += _wrap(f"Quota of {visible(quota.project)}: {quota.words}.", _INDENT)
    return "\n".join(["By project", *lines])


def _kept(report: Report) -> str:
    kept = [rule for rule in report.rules if rule.verdict == "keep"]
    if not kept:
        return ""
    rows = [
        (rule.name, count(rule.sum.artifacts), size(rule.sum.stored), rule.reason)
        for rule in kept[:_SHOWN]
    ]
    head = ("because", "artifacts", "stored", "for example")
    return "\n".join(["Kept, and why", _table(head, rows, 1, 2), *_more(len(kept), "rule")])


def _may_go(report: Report) -> str:
    if not report.reclaim:
        return "May go\n  Nothing: no rule lets any artifact go."
    rows = [
        (
            rule.rule,
            count(rule.artifacts),
            size(rule.lower),
            size(rule.upper),
            rule.policy_line or "",
        )
        for rule in report.reclaim[:_SHOWN]
    ]
    head = ("rule", "artifacts", "sure", "at most", "policy")
    lines = ["May go, by rule", _table(head, rows, 1, 2, 3), *_more(len(report.reclaim), "rule")]
    unknown = dict.fromkeys(words for rule in report.reclaim for words in rule.unknown)
    if unknown:
        lines += [f"{_INDENT}Why the two differ:", *_points(unknown, _INDENT)]
    return "\n".join(lines)


def _partial(report: Report) -> str:
    if not report.whole.partial:
        return ""
    rows = [
        (item.uri, size(item.stored), named(item.missing, 1) or item.why or "")
        for item in report.partial[:_SHOWN]
    ]
    lines = [
        f"Partial: {_many(report.whole.partial, 'artifact')}",
        _table(("artifact", "stored", "missing"), rows, 1),
        *_more(report.whole.partial, "artifact"),
    ]
    return "\n".join(lines)


def _copies(report: Report) -> str:
    found = report.duplicates
    if not found.known:
        return "Copies\n  Cannot be known: nothing here has a content digest in its listing."
    if not found.bytes and not found.outside_bytes:
        return ""
    here = "No object here is a further copy of another one here."
    if found.objects:
        verb = "is a further copy" if found.objects == 1 else "are further copies"
        here = (
            f"{size(found.bytes)} in {_many(found.objects, 'object')} {verb} of other objects here."
        )
    compared = f"{size(found.checked_bytes)} could be compared."
    lines = ["Copies", *_wrap(f"{here} {compared}", _INDENT)]
    if found.outside_bytes:
        lines += _wrap(f"Of {size(found.outside_bytes)} there is a copy {report.outside}.", _INDENT)
    rows = [
        (
            copy.uris[0],
            f"{copy.artifacts} here" + (f", more {report.outside}" if copy.outside else ""),
            size(copy.bytes),
            size(copy.extra),
        )
        for copy in found.copies[:_SHOWN]
    ]
    if rows:
        lines.append(_table(("whole artifact", "copies", "each", "saved with one"), rows, 2, 3))
        lines += _more(found.groups, "group")
    return "\n".join(lines)


def _leftovers(report: Report) -> str:
    found = report.orphans
    rows = []
    if found.uploads:
        since = f", the oldest of {day(found.uploads_oldest)}" if found.uploads_oldest else ""
        rows.append((f"unfinished uploads{since}", count(found.uploads), size(found.uploads_bytes)))
    if found.noncurrent_versions:
        old = (count(found.noncurrent_versions), size(found.noncurrent_bytes))
        rows.append(("old versions of objects", *old))
    if found.delete_markers:
        rows.append(("delete markers", count(found.delete_markers), ""))
    if found.deleted_artifacts:
        gone = (count(found.deleted_artifacts), size(found.deleted_bytes))
        rows.append(("artifacts of which only old versions are left", *gone))
    if not rows:
        return ""
    return "\n".join(["Leftovers", _table(("what", "number", "bytes"), rows, 1, 2)])


def _growth(report: Report) -> str:
    growth = report.growth
    points = growth.points[-_SHOWN:]
    rows = [(day(point.at), size(point.live), size(point.stored)) for point in points]
    lines = ["Growth", *_wrap(growth.words[0].upper() + growth.words[1:] + ".", _INDENT)]
    if rows:
        lines.append(_table(("on", "live", "stored"), rows, 1, 2))
    return "\n".join(lines)


def _notices(report: Report) -> str:
    if report.notices is None:
        return ""
    lines = ["Notice to owners: what may go now, or within the policy's notice"]
    if not report.notices:
        lines.append(f"{_INDENT}Nothing.")
    for notice in report.notices:
        lines += ["", *_notice(notice)]
    return "\n".join(lines)


def _notice(notice: Notice) -> list[str]:
    rows = [(due.uri, due.when, due.rule, size(due.stored)) for due in notice.shown]
    said = f"{visible(notice.owner)}: {_many(notice.artifacts, 'artifact')}, {size(notice.bytes)}"
    lines = [*_wrap(said, _INDENT), _table(("artifact", "may go", "rule", "stored"), rows, 3)]
    if notice.artifacts > len(notice.shown):
        lines.append(f"{_INDENT}and {count(notice.artifacts - len(notice.shown))} more")
    return lines


def _next(report: Report) -> str:
    lines = []
    option = visible(report.option)
    largest = report.largest("expire") or report.largest("keep")
    if largest is not None:
        verdict = "may go" if largest["verdict"] == "expire" else "is kept"
        uri = shorten(visible(str(largest["uri"])), 36)
        lines.append(
            (f"tutela retention explain{option} {str(largest['id'])[:12]}", f"why {uri} {verdict}")
        )
    report_again = f"tutela retention report{option}"
    lines.append((f"{report_again} --html report.html", "the same with charts, to send on"))
    unasked = _unasked(report)
    if unasked is not None:
        lines.append((f"tutela evidence read{option}", unasked))
    if report.notices is None and report.whole.expire.artifacts:
        lines.append((f"{report_again} --notice", "what to tell whom"))
    longest = max(len(command) for command, _ in lines)
    if longest + max(len(why) for _, why in lines) + len(_INDENT) + 2 > WIDTH:
        # A command is never cut: it is there to be copied.
        shown = [f"{_INDENT}{command}\n{_INDENT}{_INDENT}{why}" for command, why in lines]
    else:
        shown = [f"{_INDENT}{command:<{longest}}  {why}" for command, why in lines]
    return "\n".join(["Next", *shown])


def _unasked(report: Report) -> str | None:
    """What asking the sources of evidence would bring, where that was not done."""
    asked = [one for one in report.evidence if one.reading.kind not in (LINKS, STORE)]
    if not asked:
        return "who needs what, once sources are registered"
    never = sum(one.known.registered and one.reading.as_of is None for one in asked)
    return f"who needs what: {_many(never, 'source')} never answered" if never else None


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *right: int) -> str:
    lines = table(head, rows, right=right, columns=WIDTH - len(_INDENT))
    return textwrap.indent(lines, _INDENT)


def _points(texts: Iterable[str], indent: str = "") -> list[str]:
    return [line for words in texts for line in _wrap(visible(words), f"{indent}  ", "- ")]


def _wrap(words: str, indent: str, mark: str = "") -> list[str]:
    return textwrap.wrap(
        words,
        WIDTH,
        initial_indent=indent + mark,
        subsequent_indent=indent + " " * len(mark),
        break_on_hyphens=False,
    )


def _more(number: int, noun: str, shown: int = _SHOWN) -> list[str]:
    rest = number - shown
    return [f"{_INDENT}and {_many(rest, f'more {noun}')}"] if rest > 0 else []


def _many(number: int, noun: str) -> str:
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"


def _sure(lower: int) -> str:
    return size(lower) if lower else "nothing"


def _amount(sum_: Sum) -> str:
    return f"{_many(sum_.artifacts, 'artifact')}, {_many(sum_.objects, 'object')}"


def _percent(part: int, whole: int) -> str:
    return "0%" if not whole else f"{100 * part / whole:.0f}%"
