"""Whatever a render says otherwise than the service that is meant is found, in every runtime.

How many of the changes are tried follows from PROVE_SHARE; which of them, from the day.
"""

import contextlib
import dataclasses
import random
import re
from collections.abc import Iterator
from typing import Final, TypeAlias, TypeVar

import pytest
from hypothesis import given, seed, settings

from blueprints.runtimes.runtime import ReadError, Runtime
from blueprints.runtimes.same import Difference, differences, why_not
from blueprints.service.facts import facts
from blueprints.service.service import Image, Mount, Probe, Service
from blueprints.service.site import Site
from tests import prove
from tests.blueprints.models import mutants
from tests.blueprints.models.cases import SERVICE, at, over, runtimes, site, starts
from tests.blueprints.runtimes.law import written
from tests.blueprints.service.services import pairs

CONTAINERS: Final = {"slurm": ("podman", "apptainer"), "flux": ("podman", "apptainer")}
"""What a runtime starts containers with, where the site says it."""
ONE = TypeVar("ONE")


Case: TypeAlias = tuple[Runtime, Service, Site]


def _cases() -> Iterator[tuple[str, Case]]:
    for runtime in runtimes():
        for container in CONTAINERS.get(runtime.name, ("podman",)):
            for service in (SERVICE, over("ray"), over("engine")):
                if starts(runtime, service):
                    name = f"{runtime.name}-{container}-{service.gather}"
                    yield name, (runtime, service, site(container=container))


CASES: Final = dict(_cases())


def _differ(runtime: Runtime, meant: Service, files: dict[str, bytes]) -> list[Difference]:
    return list(differences(facts(meant, runtime.where), runtime.read(files), runtime.cannot))


def _taken(every: list[ONE], name: str) -> list[ONE]:
    """This run's share of all changes."""
    count = min(len(every), prove.share(3 * len(every)))
    return random.Random(f"{prove.SEED} {name}").sample(every, count)


def test_every_field_of_a_service_is_changed() -> None:
    changed = {one.field for case in CASES.values() for one in mutants.services(case[1])}
    for whole in (Image, Mount, Probe, Service):
        parts = {"image", "probe"} if whole is Service else set()
        for field in dataclasses.fields(whole):
            if field.name not in parts:
                assert f"{whole.__name__}.{field.name}" in changed


def test_every_runtime_starts_something_that_is_changed() -> None:
    assert {case[0].name for case in CASES.values()} == {one.name for one in runtimes()}


@pytest.mark.parametrize("name", CASES)
def test_what_was_not_changed_is_the_same(name: str) -> None:
    runtime, service, where = CASES[name]
    assert _differ(runtime, service, written(runtime, service, where)) == []


REFUSED: Final = frozenset(["kubernetes", "production-stack"])
"""Writers that raise ValueError for anything but one claim for weights and one for the cache."""


@pytest.mark.law
@pytest.mark.parametrize("name", CASES)
def test_every_change_of_a_service_is_found(name: str) -> None:
    runtime, service, where = CASES[name]
    for one in _taken(list(mutants.services(service)), name):
        if not starts(runtime, one.service):
            continue
        try:
            files = written(runtime, one.service, at(one.service, where))
        except ValueError:
            assert runtime.name in REFUSED
            assert one.field.startswith(("Mount.", "Service.mounts"))
            continue
        found = {each.fact for each in _differ(runtime, service, files)}
        wanted = _apart(runtime, service, one.service)
        sayable = {fact for fact in wanted if why_not(fact, runtime.cannot) is None}
        assert bool(found) >= bool(sayable), f"{one.field} ({one.how}) is not found"
        assert sayable <= found <= wanted or runtime.name in NORMAL, f"{one.field} ({one.how})"


NORMAL: Final = frozenset(["production-stack"])
"""Charts that have words of their own for some arguments: where one is left out there, others move.
That there is a difference is asked of them, not that it is exactly the one."""


def _apart(runtime: Runtime, one: Service, other: Service) -> set[str]:
    first, second = facts(one, runtime.where), facts(other, runtime.where)
    return {key for key in first.keys() | second.keys() if first.get(key) != second.get(key)}


LEFT: Final = (
    (r"\|\| fail 'there is no |^mkdir -p --", "folders are looked for; a mount says which"),
    (r"^\*\) printf '%s: not limited:", "a message"),
    (r"^name=|tutela/\"\S+\.env$", "the script's own name, and where this user's secrets lie"),
    (r"^podman pull |^echo \"waiting for", "what is started is said once more, in its own place"),
    (r"--port=\"\$(gather_)?port\"", "Ray's port, not the engine's"),
    (r"^- /data/models/\S+$", "of the container that waits for weights"),
    (r"^requestCPU: |^cpu: |^nvidia\.com/gpu: ", "requests: what it may take is said by limits"),
    (r"^tensorParallelSize: ", "a later --tensor-parallel-size stands over it"),
    (r"^(servicePort|port|targetPort|number): ", "what leads to the engine's port"),
    (r"^path: /health$|^periodSeconds: ", "of the other probe, or one that a chart leaves out"),
    (r"^(serviceAccountName|[a-z./-]+): mutable(-written)?$", "labels and names of what is beside"),
    (r"^- (host: )?mutable\.models\.example\.org$", "where an Ingress answers"),
)
"""Places of a render by which no service is another one: a line, and why."""


@pytest.mark.law
@pytest.mark.parametrize("name", CASES)
def test_every_change_of_a_render_is_found(name: str) -> None:
    runtime, service, where = CASES[name]
    files = written(runtime, service, where)
    edits = list(mutants.texts(files, facts(service, runtime.where)))
    assert len(edits) > 40
    for edit in _taken(edits, name):
        try:
            found = bool(_differ(runtime, service, dict(edit.files)))
        except ReadError:
            found = True
        left = any(re.search(pattern, edit.said) for pattern, _ in LEFT)
        assert found or left, f"{edit.path}:{edit.line}: {edit.old} as {edit.new}: {edit.said}"


@pytest.mark.law
@seed(int(prove.SEED))
@settings(max_examples=prove.share(480), deadline=None)
@given(pairs())
def test_every_runtime_reads_back_what_it_wrote(pair: tuple[Service, Site]) -> None:
    service, where = pair
    for runtime in runtimes():
        if starts(runtime, service):
            assert _differ(runtime, service, written(runtime, service, where)) == [], runtime.name


@pytest.mark.law
@seed(int(prove.SEED))
@settings(max_examples=prove.share(160), deadline=None)
@given(pairs())
def test_any_service_that_is_another_reads_as_another(pair: tuple[Service, Site]) -> None:
    service, where = pair
    for runtime in runtimes():
        if not starts(runtime, service):
            continue
        for one in _taken(list(mutants.services(service)), f"{runtime.name} {service}")[:8]:
            if not starts(runtime, one.service):
                continue
            try:
                files = written(runtime, one.service, at(one.service, where))
            except ValueError:
                assert runtime.name in REFUSED
                continue
            apart = _apart(runtime, service, one.service)
            sayable = {fact for fact in apart if why_not(fact, runtime.cannot) is None}
            assert bool(_differ(runtime, service, files)) >= bool(sayable), (runtime.name, one)


BROKEN: Final = (b"", b"\xff", b"\0", b"[]", b'"', b"- " * 3000, b"$(" * 3000, b"{" * 3000)


@pytest.mark.law
@pytest.mark.parametrize("name", CASES)
def test_what_is_no_render_is_refused_or_another_service_and_never_a_bug(name: str) -> None:
    runtime, service, where = CASES[name]
    files = written(runtime, service, where)
    chance = random.Random(f"{prove.SEED} {name}")
    for path in _taken(list(files), name):
        for broken in chance.sample(BROKEN, 2):
            with contextlib.suppress(ReadError):
                runtime.read({**files, path: broken})
        with contextlib.suppress(ReadError):
            runtime.read({other: content for other, content in files.items() if other != path})
