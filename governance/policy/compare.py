"""What rules mean beside each other and beside the scope, without looking at what is stored."""

from collections.abc import Iterator, Sequence

from governance.artifact import Kind
from governance.policy.durations import Duration
from governance.policy.globs import covers, overlaps, under
from governance.policy.model import Match, Policy, Rule

SAVES = frozenset({Kind.CHECKPOINT, Kind.MODEL, Kind.ADAPTER, Kind.DATASET})
NEVER_GO = frozenset({Kind.UNKNOWN, Kind.BLOB})
"""Kinds that are always kept in this version."""


def contradictions(policy: Policy, rule: Rule) -> Iterator[str]:
    """Say why nothing can match a rule, if so."""
    scope, match = policy.scope, rule.match
    if match.kind and not set(match.kind) & set(scope.kinds):
        yield f"kind {', '.join(match.kind)} is not in scope ({', '.join(scope.kinds)})"
    for what, asked, allowed in (
        ("bucket", match.bucket, scope.buckets),
        ("project", match.project, scope.projects),
    ):
        if asked and not _meet(asked, allowed):
            yield f"{what} {', '.join(asked)} is not in scope ({', '.join(allowed)})"
    if match.prefix:
        if not _prefixes_meet(match.prefix, scope.prefixes):
            yield f"prefix {', '.join(match.prefix)} lies outside of scope's prefixes"
        for where, buckets in (("scope's buckets", scope.buckets), ("its bucket", match.bucket)):
            if not _meet(_as_uris(match.prefix), _of_buckets(buckets or ("*",))):
                yield f"prefix {', '.join(match.prefix)} lies outside of {where}"
    if match.bucket and not _meet(_as_uris(scope.prefixes), _of_buckets(match.bucket)):
        yield f"bucket {', '.join(match.bucket)} lies outside of scope's prefixes"


def without_effect(policy: Policy, index: int) -> Iterator[str]:
    """Say what in a rule can never have an effect."""
    rule = policy.rules[index]
    kinds = set(rule.match.kind or policy.scope.kinds)
    after = rule.deletes_after
    if rule.else_ is not None and kinds <= NEVER_GO:
        yield f"{', '.join(sorted(kinds))} is always kept, so its else lets nothing go"
    if rule.keep is not None and rule.keep.last_verified is not None:
        if rule.match.complete is False:
            yield "last_verified keeps complete saves, and it matches incomplete ones only"
        elif not kinds & SAVES:
            yield f"last_verified is about saves, and {', '.join(sorted(kinds))} are none"
    if rule.keep is not None and rule.keep.all and rule.else_ is not None:
        yield "keep: {all: true} keeps all that it matches, so its else lets nothing go"
    if after is not None:
        yield from _shadowed(policy, index, rule, after)


def within_grace(policy: Policy, rule: Rule) -> str | None:
    """Say that a rule's age is overruled by the grace, if so: it means more than it says."""
    after, grace = rule.deletes_after, policy.grace.min_age
    if after is None or after >= grace:
        return None
    return f"{after.words} is within grace.min_age: nothing goes before {grace.words}"


def _shadowed(policy: Policy, index: int, rule: Rule, after: Duration) -> Iterator[str]:
    for number, other in enumerate(policy.rules):
        if number == index or not wider(other.match, rule.match):
            continue
        longer = other.deletes_after
        if longer is None or (other.keep is not None and other.keep.all):
            yield f"its else lets nothing go: rule {other.id} keeps all that it matches"
        elif longer > after or (longer == after and number < index and rule.keep is None):
            yield (
                f"its else comes too early to count: rule {other.id} matches all that it does "
                f"and waits {longer.words}"
            )


def wider(wide: Match, narrow: Match) -> bool:
    """Say whether everything that one match selects is selected by another. True is certain."""
    if wide.kind is not None and not (narrow.kind and set(narrow.kind) <= set(wide.kind)):
        return False
    for one, other in (
        (wide.layout, narrow.layout),
        (wide.project, narrow.project),
        (wide.bucket, narrow.bucket),
    ):
        if not _all_covered(one, other):
            return False
    if wide.prefix is not None and not _all_covered(
        _expanded(wide.prefix), _expanded(narrow.prefix or ())
    ):
        return False
    return all(
        getattr(wide, name) is None or getattr(wide, name) == getattr(narrow, name)
        for name in ("complete", "run_status", "tags", "state")
    )


def _all_covered(wide: Sequence[str] | None, narrow: Sequence[str] | None) -> bool:
    if wide is None or "*" in wide:
        return True
    return bool(narrow) and all(any(covers(w, n) for w in wide) for n in narrow or ())


def _expanded(prefixes: Sequence[str]) -> list[str]:
    return [glob for prefix in prefixes for glob in under(prefix)]


def _prefixes_meet(some: Sequence[str], others: Sequence[str]) -> bool:
    """Say whether some place lies under both; keys are compared as keys, else as URIs."""
    return any(
        _meet(_expanded([one]), _expanded([other]))
        if ("://" in one) == ("://" in other)
        else _meet(_as_uris([one]), _as_uris([other]))
        for one in some
        for other in others
    )


def _as_uris(prefixes: Sequence[str]) -> list[str]:
    """Return globs of whole URIs: a key may lie in any bucket."""
    return [
        glob if "://" in glob else f"*://*/{glob}" if glob != "*" else "*"
        for glob in _expanded(prefixes)
    ]


def _of_buckets(buckets: Sequence[str]) -> list[str]:
    """Return globs of the URIs in these buckets; a POSIX tree's bucket is its path."""
    return [
        glob
        for bucket in buckets
        for glob in ((f"s3://{bucket}/*", f"file://{bucket}/*") if bucket != "*" else ("*",))
    ]


def _meet(some: Sequence[str], others: Sequence[str]) -> bool:
    return any(overlaps(one, other) for one in some for other in others)
