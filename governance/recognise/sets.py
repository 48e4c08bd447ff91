"""Numbered sets of files: what a gap in their numbers says."""

import re
from collections.abc import Iterable, Sequence
from itertools import product
from math import prod

_OF = re.compile(
    r"^(?P<head>.*?)(?P<index>[0-9]{1,18})(?P<of>-of-)(?P<count>[0-9]{1,18})(?P<tail>.*)$",
    re.DOTALL,
)
_RANK_OF = re.compile(r"([a-z]+(?:-rank)?)-([0-9]{1,18})-of-([0-9]{1,18})")

MAX_SET = 1_000_000
"""A count above this is taken for a hostile name, not for a set."""

MAX_NAME = 1024
"""Characters; no store takes a longer key, and numbers beyond some 4,000 digits are not read."""

MAX_NAMED = 100
"""How many missing names are listed; a set that lacks more is no less incomplete."""


def gaps_of_n(names: Iterable[str], first: int | None = None) -> list[str]:
    """Return the names that `x-00001-of-00003.y` style sets lack, sorted, at most MAX_NAMED.

    Sets count from `first`; where it is None, from 0 if a member 0 is seen and else from 1.
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
        start = (0 if 0 in seen else 1) if first is None else first
        for index in range(start, start + total):
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
    regex = re.compile(pattern, re.ASCII)
    hits = [hit for name in names if len(name) <= MAX_NAME and (hit := regex.fullmatch(name))]
    if not hits:
        return []
    tops = [max(int(hit[group]) for hit in hits) for group in range(1, regex.groups + 1)]
    whole = prod(top + 1 for top in tops)
    if whole == len(hits) or whole > MAX_SET:
        return []
    seen = {hit.string for hit in hits}
    shape = min(hits, key=lambda hit: len(hit.string))  # unpadded ranks widen, never narrow
    missing = []
    for flat in range(whole):
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


def gaps_of_ranks(names: Iterable[str], except_for: Sequence[str] = ()) -> list[str]:
    """Return the names absent from sets like `x_pp-0-of-2_tp-1-of-4.y`, at most MAX_NAMED.

    Every `<label>-<rank>-of-<size>` counts from 0; a set has each combination of its ranks, but
    the ranks of labels in `except_for` are taken as they come.
    """
    seen: dict[tuple[str, ...], set[str]] = {}
    sizes: dict[tuple[str, ...], list[tuple[str, str, range]]] = {}
    for name in names:
        parts = _RANK_OF.split(name)  # text, label, rank, size, text, label, ...
        labels = list(zip(parts[1::4], parts[2::4], parts[3::4], strict=True))
        if not labels or prod(int(size) for _, _, size in labels) > MAX_SET:
            continue
        fixed = [rank if label in except_for else "" for label, rank, _ in labels]
        key = (*parts[::4], *(size for _, _, size in labels), *fixed)
        seen.setdefault(key, set()).add(name)
        sizes[key] = [
            (label, size, range(int(rank), int(rank) + 1) if taken else range(int(size)))
            for (label, rank, size), taken in zip(labels, fixed, strict=True)
        ]
    missing = []
    for key, there in sorted(seen.items()):
        texts = key[: len(sizes[key]) + 1]
        for ranks in product(*(one for _, _, one in sizes[key])):
            name = texts[0]
            for (label, size, _), rank, text in zip(sizes[key], ranks, texts[1:], strict=True):
                name += f"{label}-{rank}-of-{size}{text}"
            if name not in there:
                missing.append(name)
                if len(missing) >= MAX_NAMED:
                    return missing
    return missing
