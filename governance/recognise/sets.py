"""Numbered sets of files: what a gap in their numbers says."""

import re
from collections.abc import Iterable

_OF = re.compile(r"^(?P<head>.*?)(?P<index>\d+)(?P<of>-of-)(?P<count>\d+)(?P<tail>.*)$")

MAX_SET = 1_000_000
"""A count above this is taken for a hostile name, not for a set."""

MAX_NAMED = 100
"""How many missing names are listed; a set that lacks more is no less incomplete."""


def gaps_of_n(names: Iterable[str]) -> list[str]:
    """Return the names that `x-00001-of-00003.y` style sets lack, sorted, at most MAX_NAMED.

    Sets count from 1, or from 0 where a member 0 is seen (Hugging Face datasets do).
    Every combination of the text around the numbers and N is its own set.
    """
    sets: dict[tuple[str, str, str, int], set[int]] = {}
    for name in names:
        hit = _OF.match(name)
        if hit is None:
            continue
        key = (hit["head"], hit["count"], hit["tail"], len(hit["index"]))
        sets.setdefault(key, set()).add(int(hit["index"]))
    missing: list[str] = []
    for (head, count, tail, width), seen in sorted(sets.items()):
        total = int(count)
        if total > MAX_SET:
            continue
        first = 0 if 0 in seen else 1
        # Without a 0 and with a gap, counting from 0 is possible only if N itself is absent.
        for index in range(first, first + total):
            if index not in seen:
                missing.append(f"{head}{index:0{width}d}-of-{count}{tail}")
                if len(missing) >= MAX_NAMED:
                    return missing
    return missing


def gaps_from_zero(names: Iterable[str], pattern: str) -> list[str]:
    """Return the names absent from the full product of ranks, sorted, at most MAX_NAMED.

    Every group of `pattern` (a regular expression for the whole name) is one rank; the set is
    complete when each combination of 0..max of every rank is there.
    """
    regex = re.compile(pattern)
    hits = [hit for name in names if (hit := regex.fullmatch(name))]
    if not hits:
        return []
    tops = [max(int(hit[group]) for hit in hits) for group in range(1, regex.groups + 1)]
    product = 1
    for top in tops:
        product *= top + 1
    if product == len(hits) or product > MAX_SET:
        return []
    seen = {hit.string for hit in hits}
    shape = min(hits, key=lambda hit: len(hit.string))  # unpadded ranks widen, never narrow
    missing = []
    for flat in range(product):
        name, rest = shape.string, flat
        for group in range(regex.groups, 0, -1):
            rest, rank = divmod(rest, tops[group - 1] + 1)
            start, end = shape.span(group)
            name = f"{name[:start]}{rank:0{end - start}d}{name[end:]}"
        if name not in seen:
            missing.append(name)
            if len(missing) >= MAX_NAMED:
                break
    return missing
