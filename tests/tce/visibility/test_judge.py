from __future__ import annotations

import base64

import pytest

from tce.canary.search import canary
from tce.visibility.judge import Judged, judge
from tce.visibility.secrets import Known

MACHINES = "network/harvester/machines.yaml"
MACHINE = b"""\
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata:
  name: one
spec:
  memory: 4Gi
"""
KNOWN = Known(frozenset({"tce-x-csi"}))
SECRET = b"the-secret-of-a-test-of-its-own"


def _judge(content: bytes, fresh: bytes | None = MACHINE, file: str = MACHINES) -> Judged:
    rendered = None if fresh is None else {file: fresh}
    found = (canary("volume", SECRET),)
    return judge({file: content}, rendered, KNOWN, found, frozenset())


def test_what_the_specification_gives_is_no_problem() -> None:
    judged = _judge(MACHINE)
    assert judged.problems == ()
    assert {one.reader for one in judged.rows} == {"provider plane"}
    assert {one.source for one in judged.rows} == {"specification"}


def test_a_field_by_hand_is_one_that_nobody_can_answer_for() -> None:
    """A short password has no form and no entropy: only where it comes from tells it."""
    judged = _judge(MACHINE + b"  hostname: sommer\n")
    [problem] = judged.problems
    assert (problem.line, problem.field) == (7, "VirtualMachine one: spec.hostname")
    assert "nobody can say what it is made of" in problem.message
    assert "sommer" not in repr(judged)


def test_a_changed_field_is_told_once_and_the_others_stay() -> None:
    judged = _judge(MACHINE.replace(b"4Gi", b"8Gi"))
    assert [one.field for one in judged.problems] == ["VirtualMachine one: spec.memory"]


def test_a_file_that_is_not_rendered_is_told_field_by_field() -> None:
    judged = _judge(MACHINE, None)
    assert judged.problems == ()
    judged = judge({MACHINES: MACHINE}, {}, KNOWN, (), frozenset())
    assert len(judged.problems) == 4


@pytest.mark.parametrize(
    "value",
    [
        SECRET,
        base64.b64encode(b"x" + SECRET + b"y"),
        SECRET.hex().encode(),
        base64.b64encode(base64.b64encode(SECRET)),
    ],
)
def test_a_known_secret_is_found_in_any_form_at_its_field(value: bytes) -> None:
    content = MACHINE + b"  note: " + value + b"\n"
    judged = _judge(content, content)
    found = [one for one in judged.problems if "is the secret volume" in one.message]
    assert [one.field for one in found] == ["VirtualMachine one: spec.note"]
    assert SECRET.decode() not in repr(judged)


def test_a_secret_by_its_form_is_found_in_public_git_too() -> None:
    key = b"-----BEGIN PRIVATE KEY-----\n" + base64.b64encode(bytes(range(48))) + b"\n"
    judged = judge({"rke2/x.pem": key}, {"rke2/x.pem": key}, KNOWN, (), frozenset())
    assert "a private key, by its form" in judged.problems[0].message


def test_a_rendered_field_that_names_a_secret_is_one_on_the_providers_side_only() -> None:
    content = b"a: tce-x-csi/data/volume\n"
    inside = _judge(content, content, "k8s/x.yaml")
    assert inside.problems == ()
    assert [one.reader for one in inside.rows] == ["institution"]
    outside = _judge(content, content, "network/assignment.yaml")
    assert ["engine of OpenBao" in one.message for one in outside.problems] == [True]


def test_a_variable_on_the_providers_side_is_one() -> None:
    content = b"a: '{{ later }}'\n"
    assert _judge(content, content, "ansible/x.yaml").problems == ()
    assert len(_judge(content, content, "network/assignment.yaml").problems) == 1
