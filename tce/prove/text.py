"""A proof for people: what was shown of what, what speaks against it, and what it does not say."""

from collections.abc import Iterator
from textwrap import wrap

from blueprints.display import count, visible
from tce.prove.report import Finding, Proof, Target

_COLUMNS = 100
_MOST_RESIDUE = 5
_LEVELS = {
    "artefact": "artefact: of the files; whether devices run them is not shown",
    "live": "live: of what the devices say they run",
}


def text(proof: Proof) -> str:
    """At most 100 columns."""
    return "\n".join(visible(line) for line in _lines(proof))


def _lines(proof: Proof) -> Iterator[str]:
    yield _verdict(proof)
    yield from _wrapped("  level     ", _LEVELS.get(proof.level, proof.level))
    for target in proof.targets:
        yield ""
        yield from _target(target)
    for name, lines in (("assumed", proof.assumptions), ("not shown", proof.limits)):
        if lines:
            yield ""
            yield f"{name}:"
            for line in lines:
                yield from _wrapped("  - ", line)
    if "questions" in proof.figures:
        yield ""
        seconds, questions = proof.figures["seconds"], proof.figures["questions"]
        yield f"{questions:,.0f} questions to z3, {seconds:.1f} s"
    # Last, where a terminal stands when it is done.
    for finding in proof.findings:
        yield ""
        yield from _finding(finding)
    if proof.findings:
        yield ""
        yield _verdict(proof)


def _verdict(proof: Proof) -> str:
    if proof.holds:
        return f"{proof.folder}: holds"
    if not proof.findings:
        return f"{proof.folder}: does not hold: there is nothing to prove"
    number = len(proof.findings)
    return f"{proof.folder}: does not hold: {count(number)} finding{'' if number == 1 else 's'}"


def _target(target: Target) -> Iterator[str]:
    families = " and ".join(f"IPv{one}" for one in target.families)
    what = f"{target.format}, {target.rules:,} rules" + (f", {families}" if families else "")
    yield f"{target.name}  {target.file} ({what})"
    yield f"  sha256    {target.sha256}"
    if target.proved:
        yield from _wrapped("  proved    ", ", ".join(target.proved))
    for number, line in enumerate(target.residue[:_MOST_RESIDUE]):
        yield from _wrapped("  " + ("" if number else "residue").ljust(10), line)
    if len(target.residue) > _MOST_RESIDUE:
        rest = len(target.residue) - _MOST_RESIDUE
        yield f"            and {rest:,} more (--json has all of them)"


def _finding(one: Finding) -> Iterator[str]:
    family = f", IPv{one.family}" if one.family else ""
    yield f"{one.file}:{one.line}: {one.property} ({one.target}{family})"
    yield from _wrapped("  ", one.message)
    if one.packet:
        yield from _wrapped("  packet    ", one.packet)
    if one.flow:
        yield from _wrapped("  flow      ", one.flow)


def _wrapped(head: str, line: str) -> Iterator[str]:
    lines = wrap(line, _COLUMNS - len(head), break_on_hyphens=False) or [""]
    for number, part in enumerate(lines):
        yield (" " * len(head) if number else head) + part
