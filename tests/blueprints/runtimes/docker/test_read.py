import pytest
from hypothesis import given, settings

from blueprints.runtimes.docker import RUNTIME
from blueprints.service.service import Service
from blueprints.service.site import Site
from tests.blueprints.runtimes.example import HOPS, SERVICE
from tests.blueprints.runtimes.law import edited, found, written
from tests.blueprints.service.services import pairs

FILES = written(RUNTIME, SERVICE, HOPS)


@settings(max_examples=12, deadline=None)
@given(pairs("alone"))
def test_what_was_written_is_read_back(pair: tuple[Service, Site]) -> None:
    service, site = pair
    assert found(RUNTIME, service, written(RUNTIME, service, site)) == []


@pytest.mark.parametrize(
    ("old", "new", "fact"),
    [
        ("--gpus=4", "--gpus=2", "devices"),
        ("--gpus=4", "--gpus=all", "accelerator"),
        ("--gpus=4", "--gpus=4 --device=/dev/kfd", "accelerator"),
        ("--cpus=72", "--cpus=7", "processors"),
        ("  --cpus=72 \\\n", "", "processors"),
        (f"--memory={64 << 30}", "--rm", "memory"),
        ("--rm", "--rm --pid=host", "option.--pid=host"),
        ("--network=host", "--publish=8000:8000", "option.--publish=8000:8000"),
    ],
)
def test_every_edit_is_a_difference(old: str, new: str, fact: str) -> None:
    assert fact in [one.fact for one in found(RUNTIME, SERVICE, edited(FILES, old, new))]
