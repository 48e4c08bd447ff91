from typing import Any

import pytest

from blueprints.errors import ExpectedError
from tests.blueprints.kinds.sandbox.stacks.made import MODEL, OWN, STACKS, spec


def told(stack: dict[str, Any], **project_has: Any) -> str:
    with pytest.raises(ExpectedError) as caught:
        spec(stack, project_has=project_has)
    return "\n".join(caught.value.messages)


def test_a_bucket_has_to_be_the_project_s() -> None:
    said = told({**STACKS["rag"], "bucket": "letters"})
    assert "letters is no bucket of the project under data.s3 (text)" in said


def test_weights_have_to_lie_on_a_volume_that_many_may_read() -> None:
    data = {
        "s3": [{"name": "text", "bucket": "climate-text"}],
        "volumes": [{"name": "models", "size": "1Ti", "type": "block"}],
    }
    assert "weights need type filesystem" in told(STACKS["rag"], data=data)
    data["volumes"] = []
    assert "models is no volume of the project" in told(STACKS["weather"], data=data)


def test_more_accelerators_than_the_quota_has_are_refused() -> None:
    gateway = {**OWN, "chat": {**MODEL, "gpus": 8}}
    assert "needs 9 GPUs; the project's quota has 8" in told({**STACKS["rag"], "gateway": gateway})


def test_a_model_needs_memory_for_what_it_writes() -> None:
    gateway = {**OWN, "chat": {**MODEL, "memory": "16Gi"}}
    assert "memory of 26Gi at least" in told({**STACKS["rag"], "gateway": gateway})


def test_a_volume_may_not_be_called_like_something_of_the_stack() -> None:
    data = {
        "s3": [{"name": "text", "bucket": "climate-text"}],
        "volumes": [{"name": "records-database", "size": "1Ti"}],
    }
    assert "has a name that the stack needs" in told(STACKS["governance"], data=data)
