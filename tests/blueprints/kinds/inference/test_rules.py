"""What single rules say; whole specifications are in test_spec."""

from __future__ import annotations

import pytest

from blueprints.kinds.inference.rules import CHARTS, FIRST, problems
from blueprints.runtimes import registry
from blueprints.yamltext import InvalidFileError
from tests.blueprints.kinds.inference.specifications import CHART, both, typed


def test_a_specification_that_fits_has_no_problem() -> None:
    assert list(problems(typed(both()))) == []


def test_charts_are_asked_for_by_runtimes_of_clusters_alone() -> None:
    assert {registry.runtime(name).where for name in CHARTS} == {"cluster"}


def test_a_chart_that_is_too_old_for_its_values_is_refused() -> None:
    assert set(FIRST) == set(CHARTS)
    with pytest.raises(InvalidFileError, match=r"vllm-chart needs 0\.0\.2 or newer"):
        typed(both(charts=[{**CHART, "version": "0.0.1"}]))
