"""A tracking server that answers as a test tells it, for what a real one does when it fails."""

import json
from collections.abc import Callable, Mapping

from tests.labs.scripted import Reply, Request, Scripted

Answer = Reply | Callable[[Request], Reply]
API = "/api/2.0/mlflow/"


def reply(value: object, status: int = 200) -> Reply:
    """Answer with JSON."""
    return Reply(status, json.dumps(value).encode())


EXPERIMENTS = reply({"experiments": [{"experiment_id": "0", "artifact_location": "s3://b/0"}]})
NO_SUCH = reply({"error_code": "RESOURCE_DOES_NOT_EXIST"}, 404)


def answering(answers: Mapping[str, Answer]) -> Scripted:
    """Answer these paths (after /api/2.0/mlflow/); else as an MLflow with one empty experiment."""

    def answer(request: Request) -> Reply:
        path = request.path.removeprefix(API)
        found = answers.get(path, answers.get("*"))
        if found is None:
            if path == "experiments/search":
                return EXPERIMENTS
            found = reply({}) if path.endswith("/search") else Reply(404, b"<html>")
        return found if isinstance(found, Reply) else found(request)

    return Scripted(answer)
