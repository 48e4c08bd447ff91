from blueprints.kinds.sandbox.stacks.roles.vllm import Model, served
from tests.blueprints.kinds.sandbox.stacks.made import by_name, environment, place, pod

MODEL = Model(name="chat-8b", volume="models", path="chat-8b", gpus=4, context=32768)


def test_a_model_is_served_from_its_volume_on_accelerators() -> None:
    made = by_name(served(place(), "model", MODEL).objects)
    inside = pod(made["Deployment/papers-model"])
    (container,) = inside["containers"]
    assert container["command"] == ["vllm", "serve"]
    assert container["args"][0] == "/weights/chat-8b"
    assert "--tensor-parallel-size=4" in container["args"]
    assert "--max-model-len=32768" in container["args"]
    assert container["resources"]["limits"]["nvidia.com/gpu"] == "4"
    assert inside["nodeSelector"] == {"hpc": "true"}
    (weights,) = [one for one in inside["volumes"] if one["name"] == "weights"]
    assert weights["persistentVolumeClaim"] == {"claimName": "models", "readOnly": True}


def test_what_it_writes_lies_in_memory_that_it_was_given() -> None:
    made = by_name(served(place(), "model", MODEL).objects)
    inside = pod(made["Deployment/papers-model"])
    said = environment(inside["containers"][0])
    assert said["HOME"] == said["XDG_CACHE_HOME"] == "/cache"
    assert said["HF_HOME"].startswith("/cache/")
    sizes = [one["emptyDir"] for one in inside["volumes"] if "emptyDir" in one]
    assert {one["medium"] for one in sizes} == {"Memory"}
    assert sum(int(one["sizeLimit"].removesuffix("Gi")) for one in sizes) == 13
    mounts = {one["mountPath"] for one in inside["containers"][0]["volumeMounts"]}
    assert "/dev/shm" in mounts


def test_who_asks_needs_the_key() -> None:
    made = by_name(served(place(), "model", MODEL).objects)
    said = environment(pod(made["Deployment/papers-model"])["containers"][0])
    assert said["VLLM_API_KEY"] == ("secretKeyRef", "papers-model", "api_key")


def test_an_embedder_and_a_caller_of_tools_are_started_so() -> None:
    tools = MODEL.model_copy(update={"tools": "hermes"})
    for model, embeds, words in (
        (MODEL, True, ["--runner=pooling"]),
        (tools, False, ["--enable-auto-tool-choice", "--tool-call-parser=hermes"]),
        (MODEL, False, []),
    ):
        made = by_name(served(place(), "model", model, embeds=embeds).objects)
        args = pod(made["Deployment/papers-model"])["containers"][0]["args"]
        assert args[7:] == words
