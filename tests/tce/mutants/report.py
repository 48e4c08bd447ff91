"""The figures of a campaign, for `docs/proved.md`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.tce.mutants.campaign import Outcome
from tests.tce.mutants.packets import Seen
from tests.tce.mutants.subjects import target

TARGETS = {
    "nft": "perimeter (nftables)",
    "eos": "switch (EOS)",
    "ios": "switch (IOS)",
    "junos": "switch (Junos)",
    "yaml": "VLANs, machines (Harvester)",
    "conf": "tunnels (WireGuard)",
    "policies": "policies (Kubernetes, Cilium)",
}


@dataclass(frozen=True)
class Tried:
    """A mutant of the perimeter, by packets too."""

    outcome: Outcome
    seen: Seen

    @property
    def disagree(self) -> bool:
        """Whether not all three say the same."""
        if self.outcome.missed or self.outcome.contradicted:
            return True
        return not self.seen.agrees(self.outcome.differs)


def text(found: Sequence[Outcome], tried: Sequence[Tried], seed: str) -> str:
    """The section, without its heading."""
    differ = [one for one in found if one.differs]
    missed = [one for one in found if one.missed]
    wrong = [one for one in found if one.contradicted]
    outside = [one for one in found if one.outside]
    idle = sum(not one.differs and not one.outside and bool(one.found) for one in found)
    names = dict.fromkeys(one.case.subject.name for one in found)
    same = len(found) - len(differ) - len(outside)
    lines = [
        f"Seed `{seed}`: {len(found):,} mutants of {len(names)} environments",
        f"({', '.join(sorted(names))}). {same:,} of them do what was done before",
        f"({idle} of these have a rule that is told to be idle, or words that no reader takes);",
        f"{len(outside):,}, all of policies, do something else of which the proof does not speak;",
        f"of the other {len(differ):,}, **{len(differ) - len(missed):,} were found "
        f"({1 - len(missed) / (len(differ) or 1):.1%})**; of {len(wrong)} the proof said more",
        "than the algebra.",
        "",
        *_table(found),
        "",
        *_outside(outside),
        *_packets(tried),
        *(f"- missed: {one}" for one in missed),
        *(f"- contradicted: {one}" for one in wrong),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _table(found: Sequence[Outcome]) -> Iterator[str]:
    operators = sorted({one.case.mutant.operator for one in found})
    every = Counter((_target(one), one.case.mutant.operator) for one in found if one.differs)
    told = Counter(
        (_target(one), one.case.mutant.operator) for one in found if one.differs and not one.missed
    )
    yield f"| operator | {' | '.join(TARGETS.values())} |"
    yield f"| --- |{' ---: |' * len(TARGETS)}"
    for operator in operators:
        cells = [
            f"{told[target, operator]}/{every[target, operator]}" if every[target, operator] else ""
            for target in TARGETS
        ]
        yield f"| {operator} | {' | '.join(cells)} |"


def _target(one: Outcome) -> str:
    return target(one.case.mutant.file)


def _outside(found: Sequence[Outcome]) -> Iterator[str]:
    """Why the proof does not speak of what they do; of several reasons each is counted."""
    if not found:
        return
    told = sum(bool(one.found) for one in found)
    yield f"Of what {len(found)} mutants of policies do, the proof does not speak"
    yield f"(of {told} it tells all the same, mostly that the other side does not allow it):"
    yield ""
    reasons = Counter(reason for one in found for reason in one.outside)
    yield from (f"- {number}: {reason}" for reason, number in reasons.most_common())
    yield ""


def _packets(tried: Sequence[Tried]) -> Iterator[str]:
    if not tried:
        return
    refused = sum(one.seen.refused for one in tried)
    loaded = [one for one in tried if not one.seen.refused]
    same = sum(not one.outcome.differs for one in loaded)
    hidden = [one for one in loaded if one.outcome.differs and one.seen.unreachable]
    shown = sum(one.seen.verdict for one in loaded)
    wrong = [one for one in tried if one.disagree]
    yield f"By packets, {len(tried)} mutants of the perimeter: {shown} shown, {refused} refused by"
    yield f"the kernel, {same} that do the same, {len(hidden)} that no first packet can show,"
    yield f"{len(wrong)} on which the three do not agree."
    yield ""
    reasons = Counter(one.seen.unreachable for one in hidden)
    yield from (f"- {number} not shown: {reason}" for reason, number in reasons.most_common())
    yield from (f"- not agreed: {one.outcome}" for one in wrong)
