from blueprints.kinds.sandbox.stacks.roles.openai import Own, Standing, images, models, spoken
from blueprints.kinds.sandbox.stacks.roles.vllm import Model
from tests.blueprints.kinds.sandbox.stacks.made import environment, place

CHAT = Model(name="chat-8b", volume="models", path="chat-8b")
OWN = Own(type="litellm", chat=CHAT)
STANDING = Standing(type="external", url="https://ai.example.org/v1", chat="large")


def test_a_gateway_of_its_own_brings_its_models() -> None:
    made = spoken(place(), OWN, "chat")
    assert [one.role for one in made.components] == ["model", "gateway"]
    assert made.settings == {"CHAT_MODEL": "chat-8b"}
    assert made.calls == (("gateway", "http"),)
    assert models(OWN) == [CHAT]
    assert images(OWN) == ("vllm", "litellm")


def test_one_that_stands_already_is_an_address_and_a_key() -> None:
    made = spoken(place(), STANDING, "chat")
    assert (made.components, made.calls) == ((), ())
    assert made.settings == {
        "CHAT_MODEL": "large",
        "OPENAI_BASE_URL": "https://ai.example.org/v1",
    }
    said = environment({"env": list(made.env)})
    assert said == {"OPENAI_API_KEY": ("secretKeyRef", "papers-chat-openai", "api_key")}
    assert (models(STANDING), images(STANDING)) == ([], ())
