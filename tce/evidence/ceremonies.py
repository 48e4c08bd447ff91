"""Ceremonies as records: what was done with keys, beside what was proved of files."""

from collections.abc import Sequence
from pathlib import Path

from tce.evidence.gather import Broken, Told, vouched
from tce.evidence.keys import Known
from tce.evidence.record import Record
from tce.keys.ceremony.record import PAYLOAD_TYPE
from tce.keys.ceremony.records import Kept, verify
from tce.keys.errors import CustodyError

PREFIX = "ceremony-"
"""Before the ceremony's verb, in the crosswalk's names of tests."""


def ceremonies(folder: Path, keys: Sequence[Known]) -> tuple[Told | Broken, ...]:
    """All of a repository's; what is wrong with their chain is told of the file that shows it."""
    try:
        chain = verify(folder, [one.key for one in keys])
    except CustodyError as error:
        return (Broken("keys/ceremony", str(error)),)
    found: list[Told | Broken] = [_told(one, keys) for one in chain.records]
    for problem in chain.problems:
        file, _, why = problem.partition(": ")
        found.append(Broken(file, why))
    return tuple(found)


def _told(one: Kept, keys: Sequence[Known]) -> Told:
    said = one.record
    names = tuple(f"{number}: {step.what}" for number, step in enumerate(said.steps, 1))
    done = said.outcome == "done"
    record = Record(
        test=PREFIX + said.verb,
        environment=said.environment,
        level="live",
        ended=said.ended,
        tool="",
        files={},
        read_back={},
        passed=(names or (said.verb,)) if done else (),
        failed=() if done else (names or (said.verb,)),
        found=() if done else tuple(f"{step.what}: {step.result}" for step in said.steps),
    )
    trust, by = vouched(one.text, PAYLOAD_TYPE, keys)
    return Told(one.file.name, record, trust, by, one.text)
