"""What a policy and a rule are about, as conditions on `facts f`.

User text enters SQL here and only here: as quoted literals, and globs as LIKE patterns.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from governance.artifact import Kind
from governance.decide.engine import quote
from governance.policy.globs import ESCAPE, is_literal, like, under
from governance.policy.model import Match, Rule, Scope


def scope_sql(scope: Scope) -> str:
    """Return the condition on `facts f` for what a policy is about."""
    terms = [
        _like_any("f.bucket", scope.buckets),
        _kind_in(scope.kinds),
        _like_any("f.project", scope.projects),
        _prefix_any(scope.prefixes),
    ]
    return _all_of(terms)


def match_sql(match: Match) -> str:
    """Return the condition on `facts f` for what a rule may be about.

    What has to be looked up elsewhere is left out; `complete` lets through what is not known.
    """
    terms = [
        _kind_in(match.kind) if match.kind else None,
        _like_any("f.layout", match.layout) if match.layout else None,
        _prefix_any(match.prefix) if match.prefix else None,
        _like_any("f.project", match.project) if match.project else None,
        _like_any("f.bucket", match.bucket) if match.bucket else None,
    ]
    if match.complete is not None:
        terms.append(f"(f.complete IS NULL OR f.complete = {str(match.complete).upper()})")
    return _all_of(terms)


@dataclass(frozen=True)
class Asked:
    """Tags and metrics that policies ask for, in the order of the columns of `about`."""

    tags: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()


UNSURE = {
    1: "whether it is complete",
    2: "the status of its run",
    4: "the state of its run",
    8: "the tags of its run or model",
}
"""Bits of `unsure`: why nobody can say whether a rule is about an artifact."""


def matched_sql(number: int, scope: Scope, rule: Rule, asked: Asked) -> str:
    """Return the SELECT of (fact, rule, named, unsure, value) for what a rule may be about.

    `unsure` is a sum of the bits of UNSURE; `value` is the metric that `best` looks at, the
    smaller the better, and null where it is not known.
    """
    named = _named_sql(rule.keep.ids) if rule.keep and rule.keep.ids else "1 = 0"
    told = _told(rule.match, asked)
    if rule.match.complete is not None:
        told.append((1, "f.complete IS NULL", "1 = 1"))
    unsure = " + ".join(f"CASE WHEN {unknown} THEN {bit} ELSE 0 END" for bit, unknown, _ in told)
    best = rule.keep.best if rule.keep else None
    value = "CAST(NULL AS DOUBLE)"
    if best is not None:
        sign = "-" if best.mode == "max" else ""
        value = f"{sign}a.metric_{asked.metrics.index(best.metric)}"
    terms = [scope_sql(scope), match_sql(rule.match), *(fits for _, _, fits in told)]
    return (
        f"SELECT f.fact, {number} AS rule, CASE WHEN {named} THEN 1 ELSE 0 END AS named,"
        f" {unsure or '0'} AS unsure, {value} AS value"
        f" FROM facts f LEFT JOIN about a ON a.fact = f.fact WHERE {_all_of(terms)}"
    )


def _told(match: Match, asked: Asked) -> list[tuple[int, str, str]]:
    """Per thing that is looked up elsewhere: its bit, when it is not known, when it may fit."""
    told = []
    if match.run_status is not None:
        values = ", ".join(map(quote, match.run_status))
        told.append((2, "a.run_status IS NULL", f"a.run_status IN ({values})"))
    if match.state is not None:
        told.append((4, "a.state IS NULL", _like("a.state", match.state)))
    if match.tags is not None:
        columns = {tag: f"a.tag_{asked.tags.index(tag)}" for tag in match.tags}
        unknown = [f"COALESCE({column}_known, 0) = 0" for column in columns.values()]
        fits = [
            f"(COALESCE({column}_known, 0) = 0 OR {_like(column, match.tags[tag])})"
            for tag, column in columns.items()
        ]
        # A tag that is known and does not fit is enough to know that the rule is not about it.
        told.append((8, f"({' OR '.join(unknown)})", f"{_all_of(fits)}"))
    return [
        (bit, unknown, f"({unknown} OR {fits})" if bit != 8 else fits)
        for bit, unknown, fits in told
    ]


def _named_sql(ids: Sequence[str]) -> str:
    terms = []
    for name in ids:
        if "://" not in name:
            terms.append(_like("f.id", name))
            continue
        terms += [_like("f.uri", glob) for glob in under(name.rstrip("/"))]
        if is_literal(name):
            # A folder that contains what is named.
            terms.append(f"(f.uri LIKE '%/' AND substr({quote(name)}, 1, length(f.uri)) = f.uri)")
    return "(" + " OR ".join(terms) + ")"


def _all_of(terms: Iterable[str | None]) -> str:
    said = [term for term in terms if term]
    return " AND ".join(said) or "1 = 1"


def _kind_in(kinds: Sequence[Kind]) -> str | None:
    if set(kinds) == set(Kind):
        return None
    return f"f.kind IN ({', '.join(quote(kind) for kind in kinds)})"


def _like_any(column: str, globs: Sequence[str]) -> str | None:
    if "*" in globs:
        return None
    return "(" + " OR ".join(_like(column, glob) for glob in globs) + ")"


def _prefix_any(prefixes: Sequence[str]) -> str | None:
    if "*" in prefixes:
        return None
    terms = [
        _like("f.uri" if "://" in prefix else "f.root", glob)
        for prefix in prefixes
        for glob in under(prefix)
    ]
    return "(" + " OR ".join(terms) + ")"


def _like(column: str, glob: str) -> str:
    if is_literal(glob):
        return f"{column} = {quote(glob)}"
    return f"{column} LIKE {quote(like(glob))} ESCAPE {quote(ESCAPE)}"
