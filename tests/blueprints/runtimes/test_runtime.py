import pytest

from blueprints.runtimes.registry import NAMES, runtime
from blueprints.runtimes.runtime import ReadError
from blueprints.service.site import HOSTS


@pytest.mark.parametrize("name", NAMES)
def test_a_runtime_is_what_it_is_asked_for_by_and_knows_where_it_runs(name: str) -> None:
    found = runtime(name)
    assert found.name == name
    assert found.where == ("host" if name in HOSTS else "cluster")


@pytest.mark.parametrize("name", NAMES)
def test_a_render_without_files_cannot_be_read(name: str) -> None:
    with pytest.raises(ReadError, match=r"^\S+:\d+: "):
        runtime(name).read({})


@pytest.mark.parametrize("name", NAMES)
def test_values_of_a_chart_are_read_of_what_helm_made_too(name: str) -> None:
    chart = runtime(name).chart
    assert (chart is not None) == (name in ("vllm-chart", "production-stack"))
    if chart is not None:
        with pytest.raises(ReadError):
            chart.read({}, {})
