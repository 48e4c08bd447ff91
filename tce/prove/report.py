"""What a proof says: schema ``tutela/proof/v1``. Fields may be added, never renamed."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Property: TypeAlias = Literal[
    "parse",  # the file is understood, in full
    "lateral",  # nothing joins the environment and another tenant, either way
    "extra",  # nothing is accepted that is not declared
    "missing",  # nothing that is declared is blocked
    "agree",  # devices agree where their scopes overlap
    "dead",  # no rule is without effect
    "family",  # both families are filtered
    "bound",  # the filter is bound where it has to be, in the direction it is meant for
    "link",  # VLAN, trunk, tunnel: what lies below addresses
    "policy",  # policies of Kubernetes and Cilium
    "intent",  # what is declared is itself in order: owned, not expired
]


@dataclass(frozen=True)
class Finding:
    """Why it does not hold."""

    target: str
    """``perimeter``, ``leaf1``, ``kubernetes``."""
    property: Property
    file: str
    line: int
    message: str
    """One line; what is wrong, in words."""
    family: int | None = None
    packet: str | None = None
    """A witness, in words that `tutela tce explain --packet` reads."""
    flow: str | None = None
    """The name of the flow that it breaks, or None: it is no flow's."""


@dataclass(frozen=True)
class Target:
    """Something that was looked at."""

    name: str
    format: str
    file: str
    sha256: str
    families: tuple[int, ...]
    proved: tuple[Property, ...]
    """What was shown of it, each for every family that is named."""
    rules: int
    residue: tuple[str, ...] = ()
    """What it accepts beyond the intent because it keeps no state: ``file:line: what``, each a
    limit that is known, none of which joins the environment and another tenant."""


@dataclass(frozen=True)
class Proof:
    """All of it."""

    folder: str
    level: str
    """``artefact``: of files. ``live``: of what devices say they run."""
    targets: tuple[Target, ...]
    findings: tuple[Finding, ...]
    assumptions: tuple[str, ...]
    """What was not proved and has to be true all the same."""
    limits: tuple[str, ...] = ()
    """What the proof does not speak of."""
    figures: dict[str, float] = field(default_factory=dict)
    """Seconds, numbers of questions; for people."""

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against it, and something was looked at."""
        return bool(self.targets) and not self.findings

    @property
    def exit_code(self) -> int:
        """3 where it does not hold."""
        return 0 if self.holds else 3

    def __str__(self) -> str:
        from tce.prove.text import text

        return text(self)

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/proof/v1``."""
        return {
            "schema": "tutela/proof/v1",
            "folder": self.folder,
            "level": self.level,
            "holds": self.holds,
            "targets": [vars(one) for one in self.targets],
            "findings": [vars(one) for one in self.findings],
            "assumptions": list(self.assumptions),
            "limits": list(self.limits),
            "figures": self.figures,
        }
