"""What a probe says: schema ``tutela/probe/v1``. Fields may be added, never renamed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from blueprints.display import visible
from tce.probe.trial import Mismatch

SHOWN = 20
"""Mismatches that people are shown."""
_WORDS = {
    "passed": "passed, and nothing declares it",
    "blocked": "was blocked, and {flow} declares it",
    "astray": "arrived at {arrived}",
    "twice": "arrived more than once: {arrived}",
    "not logged": "did not arrive and was not logged",
    "logged": "arrived and was logged as dropped",
    "counters": "the kernel's counters say another number of refused packets than its log",
}


@dataclass(frozen=True)
class Probed:
    """Something that packets were sent through."""

    name: str
    """``perimeter``, ``vlan``."""
    file: str
    sha256: str
    """Of exactly the bytes that were loaded."""
    sent: Mapping[str, int]
    """By why: ``random``, ``boundary``, ``witness``, ``answer``, ``error``."""
    control: int
    """Packets that all arrived while everything was accepted."""
    wire: int
    """Packets that arrived."""
    logged: int | None
    """Packets that the log named as refused; None: there is no log."""
    counted: int | None
    """Packets that counters counted as refused; None: nothing counts."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Why some could not be sent, and how many."""
    mismatches: tuple[Mismatch, ...] = ()


@dataclass(frozen=True)
class Probing:
    """All of it."""

    folder: str
    seed: int
    parts: tuple[Probed, ...]
    limits: tuple[str, ...]
    """What it does not show; a part that could not be run is among them."""
    figures: Mapping[str, float]
    """Seconds."""
    level: str = "emulated"
    """The same bytes in a kernel, not on the gateway."""

    @property
    def holds(self) -> bool:
        """Whether every packet did what the intent says."""
        return bool(self.parts) and not any(part.mismatches for part in self.parts)

    @property
    def exit_code(self) -> int:
        """3 where one did not."""
        return 0 if self.holds else 3

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/probe/v1``."""
        return {
            "schema": "tutela/probe/v1",
            "folder": self.folder,
            "level": self.level,
            "holds": self.holds,
            "seed": self.seed,
            "parts": [asdict(part) for part in self.parts],
            "limits": list(self.limits),
            "figures": dict(self.figures),
        }

    def __str__(self) -> str:
        lines = [f"{self.folder}: level {self.level}, seed {self.seed}"]
        for part in self.parts:
            lines += _part(part)
        lines += ["", "limits:", *(f"  {limit}" for limit in self.limits)]
        seconds = ", ".join(f"{name} {value:.1f} s" for name, value in self.figures.items())
        wrong = sum(len(part.mismatches) for part in self.parts)
        lines += [
            "",
            f"took: {seconds}",
            "holds: every packet did what the intent says"
            if self.holds
            else f"does not hold: {_many(wrong, 'mismatch', 'mismatches')}",
        ]
        return "\n".join(visible(line) for line in lines)


def _part(part: Probed) -> list[str]:
    sent = ", ".join(f"{number:,} {why}" for why, number in part.sent.items())
    lines = [
        "",
        f"{part.name}: {part.file}",
        f"  sha256 {part.sha256}",
        f"  control, everything accepted: all of {part.control:,} packets arrived",
        f"  sent: {sent}",
        f"  passed {part.wire:,} (wire){_refused(part)}",
    ]
    if part.left_out:
        lines.append("  not sent:")
        lines += [f"    {number:,}: {why}" for why, number in part.left_out.items()]
    for one in part.mismatches[:SHOWN]:
        lines += _mismatch(one)
    if len(part.mismatches) > SHOWN:
        lines.append(f"  and {len(part.mismatches) - SHOWN:,} more (--json has all)")
    return lines


def _mismatch(one: Mismatch) -> list[str]:
    said = _WORDS[one.what].format(flow=one.flow, arrived=", ".join(one.arrived))
    if not one.packet:
        return [f"  WRONG: {said}"]
    return [f"  WRONG: {one.packet}", f"    sent by {one.sender} ({one.why}): {said}"]


def _refused(part: Probed) -> str:
    """What the log and counters say; frames have neither."""
    if part.logged is None:
        return ""
    counted = "unknown" if part.counted is None else f"{part.counted:,}"
    return f"; refused {part.logged:,} (log), {counted} (counters)"


def _many(number: int, one: str, more: str) -> str:
    return f"{number:,} {one if number == 1 else more}"
