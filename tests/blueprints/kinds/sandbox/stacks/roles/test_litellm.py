import yaml

from blueprints.kinds.sandbox.stacks.component import Component
from blueprints.kinds.sandbox.stacks.roles.litellm import gateway
from tests.blueprints.kinds.sandbox.stacks.made import Document, by_name, environment, place, pod

MODELS = [("model", "chat-8b", False), ("embedding", "embed", True)]


def settings(made: Component) -> tuple[Document, Document]:
    found = by_name(made.objects)
    config = yaml.safe_load(found["ConfigMap/papers-gateway"]["data"]["config.yaml"])
    (container,) = pod(found["Deployment/papers-gateway"])["containers"]
    return config, environment(container)


def test_every_model_is_known_by_its_name_with_its_key() -> None:
    config, said = settings(gateway(place(), MODELS))
    for entry, (role, name, embeds) in zip(config["model_list"], MODELS, strict=True):
        assert entry["model_name"] == name
        assert entry["litellm_params"]["api_base"] == f"http://papers-{role}:8000/v1"
        assert entry["model_info"]["mode"] == ("embedding" if embeds else "chat")
        variable = entry["litellm_params"]["api_key"].removeprefix("os.environ/")
        assert said[variable] == ("secretKeyRef", f"papers-{role}", "api_key")


def test_no_key_stands_in_the_configuration() -> None:
    config, said = settings(gateway(place(), MODELS))
    assert config["general_settings"] == {"master_key": "os.environ/LITELLM_MASTER_KEY"}
    assert said["LITELLM_MASTER_KEY"] == ("secretKeyRef", "papers-gateway", "master_key")
    assert "DATABASE_HOST" not in said


def test_keys_of_people_need_a_database() -> None:
    made = gateway(place(), MODELS, database="keys", host="code.example.org")
    _, said = settings(made)
    assert said["DATABASE_PASSWORD"] == ("secretKeyRef", "papers-keys", "password")
    assert said["LITELLM_SALT_KEY"] == ("secretKeyRef", "papers-gateway", "salt_key")
    assert ("keys", "postgresql") in made.calls
    assert made.entered


def test_without_a_host_nobody_outside_asks() -> None:
    made = gateway(place(), MODELS)
    assert not made.entered
    assert "Ingress/papers-gateway" not in by_name(made.objects)
