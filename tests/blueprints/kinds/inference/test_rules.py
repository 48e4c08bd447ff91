"""What single rules say; whole specifications are in test_spec."""

from __future__ import annotations

import pytest

from blueprints.kinds.inference.rules import CHARTS, FIRST, problems
from blueprints.runtimes import registry
from blueprints.yamltext import InvalidFileError
from tests.blueprints.kinds.inference.specifications import CHART, both, cluster, host, typed


def test_a_specification_that_fits_has_no_problem() -> None:
    assert list(problems(typed(both()))) == []


def test_charts_are_asked_for_by_runtimes_of_clusters_alone() -> None:
    assert {registry.runtime(name).where for name in CHARTS} == {"cluster"}


def test_a_chart_that_is_too_old_for_its_values_is_refused() -> None:
    assert set(FIRST) == set(CHARTS)
    with pytest.raises(InvalidFileError, match=r"vllm-chart needs 0\.0\.2 or newer"):
        typed(both(charts=[{**CHART, "version": "0.0.1"}]))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"ingress": "ingress"}, "no name leads to what cloud serves: say the host"),
        ({"ingress": "gateway", "host": "m.example.org"}, "cloud has routes and no gateway"),
    ],
)
def test_a_cluster_that_lets_people_in_says_where(said: dict[str, str], why: str) -> None:
    where = {"namespace": "serving", "storage_class": "fast", "clients": ["edge"], **said}
    with pytest.raises(InvalidFileError, match=rf"sites\[1\]\.kubernetes: {why}"):
        typed(both(sites=[host(), cluster(kubernetes=where)]))
