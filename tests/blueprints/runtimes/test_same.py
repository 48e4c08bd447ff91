import pytest

from blueprints.runtimes.same import Difference, differences, why_not

MEANT = {"name": "scout", "argv.2": "a", "argv.10": "b", "probe.path": "/health"}


def test_what_is_the_same_has_no_difference() -> None:
    assert list(differences(MEANT, dict(MEANT), {})) == []


def test_differences_come_in_the_order_of_arguments() -> None:
    found = {"name": "scout", "argv.2": "x", "argv.10": "y", "probe.path": "/health"}
    assert [one.fact for one in differences(MEANT, found, {})] == ["argv.2", "argv.10"]


def test_what_a_render_adds_is_a_difference() -> None:
    found = {**MEANT, "env.LD_PRELOAD": "/tmp/x.so"}
    assert list(differences(MEANT, found, {})) == [Difference("env.LD_PRELOAD", None, "/tmp/x.so")]


@pytest.mark.parametrize("cannot", [{"probe.path": "why"}, {"probe.*": "why"}])
def test_what_a_runtime_cannot_say_may_be_missing_but_not_be_otherwise(
    cannot: dict[str, str],
) -> None:
    found = {fact: text for fact, text in MEANT.items() if fact != "probe.path"}
    assert list(differences(MEANT, found, cannot)) == []
    assert list(differences(MEANT, found, {})) == [Difference("probe.path", "/health", None)]
    otherwise = {**found, "probe.path": "/"}
    assert list(differences(MEANT, otherwise, cannot)) == [Difference("probe.path", "/health", "/")]


def test_the_reason_is_found_for_each_fact_of_a_group() -> None:
    assert why_not("probe.path", {"probe.*": "no probes"}) == "no probes"
    assert why_not("port", {"probe.*": "no probes"}) is None
