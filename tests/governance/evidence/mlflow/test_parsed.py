import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.evidence.mlflow import parsed
from governance.evidence.mlflow.answers import AnswerError
from governance.evidence.mlflow.entities import Point

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


def test_what_a_server_leaves_out_is_empty() -> None:
    run = parsed.run({"info": {"run_id": "r"}})
    assert (run.id, run.name, run.status, run.active) == ("r", "", None, True)
    assert (run.started, run.location, run.params, run.metrics) == (None, None, {}, [])
    model = parsed.model(
        {"info": {"model_id": "m-1", "status": "LOGGED_MODEL_READY"}}, active=False
    )
    assert (model.status, model.active, model.run) == ("READY", False, None)


def test_an_old_server_calls_a_runs_id_otherwise() -> None:
    assert parsed.run({"info": {"run_uuid": "r"}}).id == "r"


def test_numbers_may_be_texts_and_a_step_that_is_not_said_is_zero() -> None:
    assert parsed.point({"key": "loss", "value": "NaN"}) == Point("loss", None, 0)
    assert parsed.point({"key": "loss", "value": 0.5, "step": "7"}) == Point("loss", 0.5, 7)
    assert parsed.run({"info": {"run_id": "r", "start_time": "12"}}).started == 12
    assert parsed.run({"info": {"run_id": "r", "start_time": 10**30}}).started is None


def test_what_has_no_name_is_an_error() -> None:
    for make in (
        lambda: parsed.run({"info": {}}),
        lambda: parsed.model({}, active=True),
        lambda: parsed.experiment({}),
        lambda: parsed.version({"name": "llama"}, "default"),
        lambda: list(parsed.aliases({"name": "llama", "aliases": [{"alias": "a"}]}, "default")),
    ):
        with pytest.raises(AnswerError, match="without its"):
            make()


@given(
    st.fixed_dictionaries(
        {},
        optional={
            key: ANYTHING
            for key in (
                *("info", "data", "inputs", "outputs", "name", "version", "tags", "aliases"),
                *("source", "run_id", "experiment_id", "creation_timestamp"),
            )
        },
    )
)
def test_foreign_json_is_an_entity_or_an_error(value: dict[str, object]) -> None:
    for make in (
        lambda: parsed.run(value),
        lambda: parsed.model(value, active=True),
        lambda: parsed.experiment(value),
        lambda: parsed.version(value, "default"),
        lambda: list(parsed.aliases(value, "default")),
    ):
        try:
            make()
        except AnswerError:
            continue


@given(ANYTHING, ANYTHING, ANYTHING)
def test_so_is_a_metric(key: object, value: object, step: object) -> None:
    point = parsed.point({"key": key, "value": value, "step": step})
    assert point.value is None or point.value == point.value
