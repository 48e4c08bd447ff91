from governance.evidence.serving.commands import Told
from governance.evidence.serving.keys import Sort
from governance.evidence.serving.mentions import Mention, Thing, told


def test_what_a_command_tells_is_a_mention_with_a_line_and_a_thing() -> None:
    thing = Thing("Deployment", "prod", "llama")
    (found,) = told(iter([Told("model", "org/a", Sort.MODEL)]), 7, thing)
    assert found == Mention("org/a", "model", 7, thing, Sort.MODEL, alone=True)
