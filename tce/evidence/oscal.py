"""The pack as OSCAL 1.2.1: a component definition and assessment results.

The results hold observations, each with its level, and no findings: whether the objective of a
control is satisfied is for whoever assesses. Assumptions are risks that are open. The same pack
gives the same documents, identifiers too.

Source of facts: pages.nist.gov/OSCAL, models v1.2.1; compliance-trestle 5.2.0 reads the same.
"""

import re
import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime

from tce.evidence.catalogue import FRAMEWORKS, Framework, frameworks
from tce.evidence.errors import EvidenceError
from tce.evidence.judge import Judged, Shown
from tce.evidence.pack import DESIGNED, JUDGES, RUNNING, Pack

VERSION = "1.2.1"
NAMESPACE = uuid.UUID("5f0c2c7e-6a38-5d0b-9a4e-0d5b8f7f2c11")
"""Of identifiers here; any constant does."""
PROPERTIES = "urn:tutela:evidence:v1"
COMPONENT = "component-definition"
RESULTS = "assessment-results"
Object = dict[str, object]


def documents(pack: Pack) -> dict[str, Object]:
    """Both documents, by the name of their outermost key."""
    return {COMPONENT: {COMPONENT: _component(pack)}, RESULTS: {RESULTS: _results(pack)}}


def validated(found: Mapping[str, Object]) -> str:
    """Have trestle validate them; return its name and version, or "" where it is not installed.

    Raises:
        EvidenceError: it refuses one.
    """
    try:
        from trestle import __version__
        from trestle.core.validator_factory import validator_factory
        from trestle.oscal.assessment_results import AssessmentResults
        from trestle.oscal.component import ComponentDefinition
    except ImportError:
        return ""
    for name, model in ((COMPONENT, ComponentDefinition), (RESULTS, AssessmentResults)):
        try:
            read = model.model_validate(found[name][name])
        except ValueError as error:
            raise EvidenceError(f"OSCAL {name}: trestle refuses it: {error}") from error
        for validator in validator_factory.get_all():
            if not validator.model_is_valid(read, True):
                raise EvidenceError(f"OSCAL {name}: trestle refuses it: {validator.error_msg()}")
    return f"compliance-trestle {__version__}"


def control_id(framework: str, number: str) -> str:
    """A control's number as a token of OSCAL; NIST's as its own catalogue has them (``sc-7.5``)."""
    plain = re.sub(r"[^A-Za-z0-9.]+", ".", number).strip(".").lower()
    if framework == "nist":
        return re.sub(r"^([a-z]+)\.", r"\1-", plain)
    return f"{framework}-{plain}"


def _component(pack: Pack) -> Object:
    made = [_implementation(pack, frameworks()[name]) for name in FRAMEWORKS]
    return {
        "uuid": _uuid(pack, COMPONENT),
        "metadata": _metadata(pack, "what the environment is made to do"),
        "components": [
            {
                "uuid": _uuid(pack, "component"),
                "type": "service",
                "title": pack.environment,
                "description": f"{JUDGES} {_asked(pack)}",
                "control-implementations": [one for one in made if one],
            }
        ],
    }


def _implementation(pack: Pack, framework: Framework) -> Object:
    lines = [one for one in pack.lines(framework) if one.items]
    if not lines:
        return {}
    return {
        "uuid": _uuid(pack, COMPONENT, framework.id),
        "source": framework.source,
        "description": f"{framework.title}: what speaks to it in part",
        "implemented-requirements": [
            {
                "uuid": _uuid(pack, COMPONENT, line.control.key),
                "control-id": control_id(framework.id, line.control.id),
                "description": "; ".join(each.item.shows for each in line.items),
                "props": [
                    _property("number", line.control.id),
                    _property("spoken", line.spoken),
                    *(_property("item", each.item.id) for each in line.items),
                    *(_property("level", level) for level in line.levels),
                ],
            }
            for line in lines
        ],
    }


def _results(pack: Pack) -> Object:
    ids = sorted(
        {
            control_id(name, number)
            for one in pack.judged
            for name, numbers in one.item.controls.items()
            for number in numbers
        }
    )
    result: Object = {
        "uuid": _uuid(pack, "result"),
        "title": f"{pack.environment}, {pack.level}",
        "description": f"{JUDGES} {_asked(pack)}",
        "start": _time(min((one.ended for one in pack.told), default=pack.now)),
        "end": _time(pack.now),
        "props": [_property("asked", pack.level)],
        "reviewed-controls": {
            "control-selections": [{"include-controls": [{"control-id": one} for one in ids]}]
        },
        "observations": list(_observations(pack)),
        "risks": [
            {
                "uuid": _uuid(pack, "risk", one.id),
                "title": one.id,
                "description": f"Assumed: {one.assumed}",
                "statement": f"Where it is wrong: {one.otherwise}. Seen to by {one.by}: {one.how}",
                "status": "open",
            }
            for one in pack.assumed
        ],
    }
    return {
        "uuid": _uuid(pack, RESULTS),
        "metadata": _metadata(pack, "what was shown"),
        "import-ap": {"href": f"#{_uuid(pack, 'plan')}"},
        "results": [result],
        "back-matter": {"resources": list(_resources(pack))},
    }


def _observations(pack: Pack) -> Iterator[Object]:
    for one in pack.judged:
        for number, shown in enumerate(one.proofs):
            yield _of_proof(pack, one, shown, number)
        for said in one.attested:
            yield {
                "uuid": _uuid(pack, "attested", one.item.id, said.file),
                "title": f"{one.item.id}: attested by name",
                "description": f"{said.person}: {said.says}",
                "props": [_property("item", one.item.id), _property("state", "attested")],
                "methods": ["INTERVIEW"],
                "relevant-evidence": [_evidence(pack, said.file)],
                "collected": f"{said.on.isoformat()}T00:00:00+00:00",
                "expires": f"{said.until.isoformat()}T23:59:59+00:00",
            }
        if one.problems and all(each.fine for each in one.proofs):
            yield {
                "uuid": _uuid(pack, "problem", one.item.id),
                "title": f"{one.item.id}: not shown",
                "description": "; ".join(one.problems),
                "props": [_property("item", one.item.id), _property("state", "not shown")],
                "methods": ["EXAMINE"],
                "collected": _time(pack.now),
            }


def _of_proof(pack: Pack, one: Judged, shown: Shown, number: int) -> Object:
    told = shown.told
    found: Object = {
        "uuid": _uuid(pack, "observation", one.item.id, str(number)),
        "title": f"{one.item.id}: {shown.proof.test}",
        "description": f"{one.item.shows}. {shown.why or f'State: {shown.state}'}",
        "props": [
            _property("item", one.item.id),
            _property("level", shown.proof.level),
            _property("state", shown.state),
            *(_property("test", name) for name in shown.names),
        ],
        "methods": ["TEST"],
        "collected": _time(told.ended if told else pack.now),
    }
    if told is not None:
        found["relevant-evidence"] = [_evidence(pack, told.file)]
    if one.item.limits or shown.notes:
        found["remarks"] = "; ".join((*one.item.limits, *shown.notes))
    return found


def _evidence(pack: Pack, file: str) -> Object:
    return {
        "href": f"#{_uuid(pack, 'resource', file)}",
        "description": f"attestation {file}",
    }


def _resources(pack: Pack) -> Iterator[Object]:
    yield {
        "uuid": _uuid(pack, "plan"),
        "title": "crosswalk",
        "description": "which files and runs speak to which controls (tutela/crosswalk/v1)",
    }
    for file, digest in pack.attestations():
        yield {
            "uuid": _uuid(pack, "resource", file),
            "title": file,
            "rlinks": [
                {
                    "href": f"../attestations/{file}",
                    "media-type": "application/vnd.dsse.envelope.v1+json",
                    "hashes": [{"algorithm": "SHA-256", "value": digest}],
                }
            ],
        }


def _metadata(pack: Pack, what: str) -> Object:
    return {
        "title": f"{pack.environment}: {what}, {pack.level}",
        "last-modified": _time(pack.now),
        "version": _time(pack.now),
        "oscal-version": VERSION,
        "props": [_property("made-by", f"tutela {pack.tool}")],
    }


def _property(name: str, value: str) -> Object:
    return {"name": name, "ns": PROPERTIES, "value": value.strip()}


def _asked(pack: Pack) -> str:
    return RUNNING if pack.running else DESIGNED


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _uuid(pack: Pack, *parts: str) -> str:
    return str(uuid.uuid5(NAMESPACE, "\x1f".join((pack.environment, _time(pack.now), *parts))))
