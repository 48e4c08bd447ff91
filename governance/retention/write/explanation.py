"""An explanation for a terminal: at most 100 columns, the verdict first."""

import textwrap
from collections.abc import Iterable
from datetime import datetime

from blueprints.display import WIDTH, count, day, size, visible, when
from governance.retention.explain import Explanation
from governance.retention.needed import Needed
from governance.retention.partial import inside, named
from governance.retention.rows import Row, integer
from governance.retention.write.evidence import one_line


def text(explanation: Explanation) -> str:
    """The whole explanation; every foreign text in it is made visible."""
    row = explanation.artifact
    verdict = "May go" if row["verdict"] == "expire" else "Kept"
    where = f" ({row['policy_line']})" if row["policy_line"] else ""
    lines = [
        *_wrap(visible(str(row["uri"])), ""),
        *_wrap(f"{_what(row)}, id {row['id']}", ""),
        "",
        *_wrap(f"{verdict}: {visible(str(row['reason']))}", "  "),
        *_wrap(
            f"Decided by {visible(str(row['rule']) + where)} as of {when(explanation.as_of)}", "  "
        ),
        "",
        "Facts",
        *_facts(explanation),
    ]
    if explanation.needed.path:
        lines += ["", "Needed by", *_way(explanation.needed)]
    if explanation.rules:
        said = [f"{rule.id} ({rule.at}) {rule.words}" for rule in explanation.rules]
        lines += ["", "Rules that are about it", *_points(said)]
    if explanation.pins:
        said = [
            f"{pin.id} by {pin.by}: {pin.reason}"
            + (f", until {day(pin.until)}" if pin.until else "")
            for pin in explanation.pins
        ]
        lines += ["", "Pins", *_points(said)]
    if explanation.evidence:
        said = [one_line(one) for one in explanation.evidence]
        lines += ["", "Evidence: who was asked about it", *_points(said)]
    if explanation.checked:
        lines += ["", "Checked before it may go", *_points(explanation.checked)]
    lines += ["", "What would change this", *_points(explanation.changes)]
    return "\n".join(lines)


def _what(row: Row) -> str:
    said = f"{row['kind']} ({row['layout']})"
    if row["step"] is not None:
        said += f", step {row['step']}"
    if row["run"]:
        said += f" of {visible(str(row['run']))}"
    return f"{said}, project {visible(str(row['project']))}"


def _facts(explanation: Explanation) -> list[str]:
    row = explanation.artifact
    live = integer(row["bytes"])
    parts = f"weights {_size(row, 'bytes_weights')}, optimizer {_size(row, 'bytes_optimizer')}"
    more = [
        f"{words} {_size(row, name)}"
        for name, words in (
            ("bytes_noncurrent", "old versions"),
            ("bytes_upload", "unfinished uploads"),
        )
        if integer(row[name])
    ]
    complete = {True: "yes", False: "no", None: "cannot be known"}[_tri(row["complete"])]
    missing = row["missing"]
    if isinstance(missing, list) and missing:
        uri = str(row["uri"])
        complete += f", missing {named([inside(uri, str(name)) for name in missing])}"
    if row["why"]:
        complete += f": {visible(str(row['why']))}"
    facts = [
        ("live", f"{size(live)} ({parts}, other {_size(row, 'bytes_other')})"),
        ("besides", ", ".join(more)),
        (
            "objects",
            f"{count(integer(row['objects']))} live, {count(integer(row['versions']))} versions, "
            f"{count(integer(row['delete_markers']))} delete markers",
        ),
        ("complete", complete),
        ("changed", f"{_day(row['touched'])} (its files from {_day(row['oldest'])} on)"),
        ("its run", visible(f"sources say: {explanation.told}" if explanation.told else "")),
        ("base model", visible(str(row["base_model"] or ""))),
        ("listed", f"{when(explanation.scanned)} from {visible(explanation.source)}"),
        ("snapshot", str(row["snapshot"])),
    ]
    return [
        line
        for name, words in facts
        if words
        for line in _wrap(words, f"  {'':12}", first=f"  {name:<12}")
    ]


def _way(needed: Needed) -> list[str]:
    """The shortest way, root first, each claim with who says it and where."""
    lines = []
    for number, step in enumerate(needed.path):
        at = f", {step.at}" if step.at else ""
        # What a scan found is named by where it was found; everything else by who says it.
        source = step.source if step.trusted else "found in the bucket: only adds reasons to keep"
        said = f"{step.words} [{source}{at}]"
        mark = "  - " if number == 0 else f"  {'  ' * min(number, 8)}needs "
        lines += _wrap(visible(said), " " * (len(mark) + 2), first=mark)
    others = [*needed.roots[1:], *([f"{needed.more} more"] if needed.more else [])]
    return lines + [f"  also: {line}" for line in _flat(others)]


def _flat(texts: Iterable[str]) -> list[str]:
    return [line for words in texts for line in _wrap(visible(words), "        ", first="")]


def _tri(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _size(row: Row, name: str) -> str:
    return size(integer(row[name]))


def _day(value: object) -> str:
    return day(value if isinstance(value, datetime) else None)


def _points(texts: Iterable[str]) -> list[str]:
    return [line for words in texts for line in _wrap(visible(words), "    ", first="  - ")]


def _wrap(words: str, indent: str, first: str | None = None) -> list[str]:
    return textwrap.wrap(
        words,
        WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
