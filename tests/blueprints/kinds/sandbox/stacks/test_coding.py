import pytest
import yaml

from blueprints.errors import ExpectedError
from tests.blueprints.kinds.sandbox.stacks.made import MODEL, STACKS, files, objects, spec


def test_only_the_interface_is_open_to_the_outside() -> None:
    made = objects("coding")
    (rule,) = made["Ingress/code-gateway"]["spec"]["rules"]
    assert rule["host"] == "code.climate.sandboxes.example.org"
    assert [path["path"] for path in rule["http"]["paths"]] == ["/v1"]


def test_an_editor_finds_both_models() -> None:
    settings = yaml.safe_load(files("coding")["stacks/code/clients/continue.yaml"].content)
    by_role = {role: model["model"] for model in settings["models"] for role in model["roles"]}
    assert by_role == {"chat": "chat-8b", "edit": "chat-8b", "apply": "chat-8b"} | {
        "autocomplete": "embed"
    }
    for model in settings["models"]:
        assert model["apiBase"] == "https://code.climate.sandboxes.example.org/v1"
        assert model["apiKey"] == "${{ secrets.GATEWAY_KEY }}"


def test_one_model_does_both_where_there_is_one() -> None:
    made = objects("coding", {"completion": None})
    assert "Deployment/code-completion" not in made
    settings = files("coding", {"completion": None})["stacks/code/clients/continue.yaml"]
    assert [one["model"] for one in yaml.safe_load(settings.content)["models"]] == ["chat-8b"] * 2


def test_two_models_need_two_names() -> None:
    with pytest.raises(ExpectedError, match="a name each"):
        spec({**STACKS["coding"], "completion": MODEL})
