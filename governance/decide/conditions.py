"""What a policy and a rule are about, as conditions on `facts f`.

User text enters SQL here and only here: as quoted literals, and globs as LIKE patterns.
"""

from collections.abc import Iterable, Sequence

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


def matched_sql(number: int, scope: Scope, rule: Rule) -> str:
    """Return the SELECT of (fact, rule, named, unsure) for what a rule may be about."""
    named = _named_sql(rule.keep.ids) if rule.keep and rule.keep.ids else "1 = 0"
    unsure = "f.complete IS NULL" if rule.match.complete is not None else "1 = 0"
    return (
        f"SELECT f.fact, {number} AS rule, CASE WHEN {named} THEN 1 ELSE 0 END AS named,"  # noqa: S608
        f" CASE WHEN {unsure} THEN 1 ELSE 0 END AS unsure"
        f" FROM facts f WHERE {_all_of([scope_sql(scope), match_sql(rule.match)])}"
    )


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
