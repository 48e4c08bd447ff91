from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprints.check import events
from blueprints.runtimes.same import differences
from blueprints.runtimes.vllm_chart import RUNTIME
from blueprints.runtimes.vllm_chart.read import _unplaced
from blueprints.runtimes.vllm_chart.write import amount, placed, secret_name, values
from blueprints.service.facts import facts
from blueprints.service.service import Service
from blueprints.service.site import Site
from tests.blueprints.service.services import pairs, services, sites


@settings(max_examples=30)
@given(pairs("alone", accelerator="cuda", certificates=False))
def test_what_is_written_is_read_as_the_same_service(pair: tuple[Service, Site]) -> None:
    service, site = pair
    files = {file.path: file.content for file in RUNTIME.write(service, site)}
    found = RUNTIME.read(files)
    assert list(differences(facts(service, "cluster"), found, RUNTIME.cannot)) == []
    unsaid = facts(service, "cluster").keys() - found.keys()
    assert unsaid == {"mount./models", "mount./cache", "working-folder", "shared-memory"}


@given(st.lists(st.sampled_from(["/models", "/cache", "/data", "/x", " ", "=", '"', "a", "."])))
def test_a_path_is_moved_into_the_volume_and_back(parts: list[str]) -> None:
    text = "".join(parts)
    assert _unplaced(placed(text)) == text


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("/models/a/b", "/data/models/a/b"),
        (
            '--config={"model": "/models/x", "to": "/cache"}',
            '--config={"model": "/data/models/x", "to": "/data/cache"}',
        ),
        ("--path=/cache:/models", "--path=/data/cache:/data/models"),
        ("/modelsx /my/models /cache-2", "/modelsx /my/models /cache-2"),
    ],
)
def test_paths_lie_in_the_charts_one_volume(text: str, there: str) -> None:
    assert placed(text) == there


@settings(max_examples=5)
@given(services(gather="ray"))
def test_several_nodes_and_other_accelerators_are_told(service: Service) -> None:
    assert any("several nodes" in why for why in RUNTIME.unfit(service))
    assert any("nvidia.com/gpu" in why for why in RUNTIME.unfit(service)) == (
        service.accelerator != "cuda"
    )


@settings(max_examples=5)
@given(services(gather="alone"))
def test_a_service_that_would_set_the_engines_own_variables_is_told(service: Service) -> None:
    named = replace(service, name="vllm")
    assert any("VLLM_PORT" in why for why in RUNTIME.unfit(named))


@settings(max_examples=5)
@given(st.data())
def test_the_charts_own_empty_secret_is_not_the_services(data: st.DataObject) -> None:
    site = data.draw(sites())
    service = data.draw(services(site, "alone"))
    assert secret_name(service) != f"{service.name}-secrets"
    assert str(values(service, site)).count(f"{service.name}-secrets") == 0


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (1, "1"), (1 << 30, "1Gi"), (3 << 39, "1536Gi"), (1 << 40, "1Ti"), (1500, "1500")],
)
def test_bytes_are_written_whole(number: int, text: str) -> None:
    assert amount(number) == text


@settings(max_examples=5)
@given(pairs("alone"))
def test_nobody_downloads_and_nothing_starts_beside(pair: tuple[Service, Site]) -> None:
    files = list(RUNTIME.write(*pair))
    read, problems = events.read(files[0].content.decode())
    assert not problems
    data = read[0].data
    assert isinstance(data, dict)
    assert data["deploymentStrategy"] == {"type": "Recreate"}
    extra = data["extraInit"]
    assert isinstance(extra, dict)
    assert extra["modelDownload"] == {"enabled": False}
