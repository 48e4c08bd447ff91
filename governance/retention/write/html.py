"""A report as one HTML file that loads nothing: for e-mail, paper, keyboard, and without scripts.

A content security policy allows exactly the one script and the one style sheet in the file, by
their digests. Data for the script lies in a JSON block in which no `<` is left. Everything that
comes from outside passes `visible` and Jinja's escaping.
"""

from pathlib import Path
from typing import BinaryIO, cast

import jinja2
from markupsafe import Markup

from blueprints.display import count, day, size, visible, when
from blueprints.page import inline, part, templates
from governance.artifact import Kind
from governance.retention.document import Report
from governance.retention.partial import named
from governance.retention.rows import Row
from governance.retention.sources import Source
from governance.retention.write import charts, sizemap
from governance.retention.write.columns import MOST_ROWS, encode
from governance.retention.write.whole import write_whole

STATIC_ROWS = 100
"""Rows of the table that are there without scripts and on paper."""
MOST_RULES = 40
MOST_SOURCES = 200
_POINTS = 12
_NOTICES = 50
_NOTICE_ROWS = 25


def write_html(report: Report, path: Path) -> int:
    """Write the file, whole or not at all; returns its bytes. Raises WriteError."""
    text = render(report).encode("utf-8", "backslashreplace")

    def write(file: BinaryIO) -> None:
        file.write(text)

    return write_whole(path, write)


def render(report: Report, rows: int = MOST_ROWS) -> str:
    """The HTML of a report, with at most `rows` artifacts in the table."""
    style = inline(part(__package__, "report.css"))
    script = inline(part(__package__, "report.js"))
    data, held = encode(report.artifacts, rows)
    template = _environment().get_template("report.html.j2")
    return template.render(
        report=report,
        scope=report.scope.words,
        style=style.text,
        script=script.text,
        data=Markup(data),  # noqa: S704 - JSON without <, > and &
        style_hash=style.digest,
        script_hash=script.digest,
        rows_held=held,
        static=_static(report),
        source_words=_source_words,
        **_figures(report),
        **_pictures(report),
    )


def _figures(report: Report) -> dict[str, object]:
    whole = report.whole
    quota_figure, quota_note = _quota(report)
    notices = report.notices or ()
    return {
        "all": whole.all,
        "keep": whole.keep,
        "expire": whole.expire,
        "partial_count": whole.partial,
        "unverifiable": whole.unverifiable,
        "lower": sum(rule.lower for rule in report.reclaim),
        "lower_bound": any(source.lower_bound for source in report.sources),
        "policies": report.policy_words,
        "cautions": report.cautions,
        "reclaim": report.reclaim[:MOST_RULES],
        "unknown": tuple(dict.fromkeys(w for rule in report.reclaim for w in rule.unknown)),
        "kept": [rule for rule in report.rules if rule.verdict == "keep"][:MOST_RULES],
        "projects": report.projects,
        "quotas": {quota.project: quota for quota in report.quotas},
        "quota_figure": quota_figure,
        "quota_note": quota_note,
        "outside": report.outside,
        "evidence": report.evidence[:MOST_SOURCES],
        "notices": notices[:_NOTICES],
        "notice_rows": _NOTICE_ROWS,
        "one_project": report.scope.project is not None,
    }


def _pictures(report: Report) -> dict[str, object]:
    one_project = report.scope.project is not None
    nodes = sizemap.places(report.artifacts, one_project=one_project)
    points = report.growth.points
    quota = report.quotas[0].quota if one_project and report.quotas else None
    present = {kind.name for kind in report.kinds if kind.all.stored}
    return {
        "tiles_wide": sizemap.draw(nodes, 1120, 440),
        "tiles_narrow": sizemap.draw(nodes, 360, 520),
        "map_kinds": [kind.value for kind in Kind if kind.value in present],
        "chart_wide": charts.growth_chart(points, 1120, 260, quota),
        "chart_narrow": charts.growth_chart(points, 360, 240, quota),
        "points": points[-_POINTS:],
    }


def _quota(report: Report) -> tuple[str, str]:
    """The figure of the headline and the line under it."""
    if not report.quotas:
        return "not said", "no project here has a quota in tutela.yaml"
    fullest = max(report.quotas, key=lambda quota: quota.used / max(quota.quota, 1))
    figure = f"{_percent(fullest.used, fullest.quota)} of {size(fullest.quota)}"
    name = "" if len(report.quotas) == 1 else f"{visible(fullest.project)}: "
    return figure, f"{name}{fullest.words}"


def _static(report: Report) -> list[Row]:
    return cast(list[Row], report.artifacts.slice(0, STATIC_ROWS).to_pylist())


def _source_words(source: Source) -> str:
    versions = {
        "all": "all versions",
        "current": "current versions only",
        "unversioned": "no versions kept",
    }[source.versions]
    return versions if source.type == "file" else f"{versions}, uploads {source.uploads}"


def _environment() -> jinja2.Environment:
    environment = templates(__package__)
    environment.filters.update(
        visible=visible,
        size=size,
        count=count,
        day=day,
        moment=when,
        share=_share,
        percent=_percent,
        sentence=_sentence,
        named=named,
    )
    return environment


def _share(part: int, whole: int) -> str:
    """A width in per cent; what is there at all can be seen."""
    return f"{max(100 * part / whole, 0.4):.1f}" if whole and part else "0"


def _percent(part: int, whole: int) -> str:
    if not whole or not part:
        return "0%"
    percent = 100 * part / whole
    return f"{percent:.0f}%" if percent >= 1 else "below 1%"


def _sentence(text: str) -> str:
    """The text with a capital and a full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
