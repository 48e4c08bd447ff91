"""What single rules say; whole specifications are in test_spec."""

from __future__ import annotations

from blueprints.kinds.inference.rules import CHARTS, problems
from blueprints.runtimes import registry
from tests.blueprints.kinds.inference.specifications import both, typed


def test_a_specification_that_fits_has_no_problem() -> None:
    assert list(problems(typed(both()))) == []


def test_charts_are_asked_for_by_runtimes_of_clusters_alone() -> None:
    assert {registry.runtime(name).where for name in CHARTS} == {"cluster"}
