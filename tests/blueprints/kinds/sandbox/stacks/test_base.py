import pytest
from pydantic import ValidationError

from blueprints.kinds.sandbox.stacks import KINDS
from blueprints.kinds.sandbox.stacks.base import StackModel
from tests.blueprints.kinds.sandbox.stacks.made import IMAGES, STACKS, files, spec


def test_every_kind_is_known_by_the_word_that_its_model_says() -> None:
    assert set(KINDS) == set(STACKS)
    for word, kind in KINDS.items():
        assert kind.model.model_fields["kind"].annotation.__args__ == (word,)  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", STACKS)
def test_a_stack_asks_for_the_images_that_it_takes_and_no_other(kind: str) -> None:
    (stack,) = spec(STACKS[kind]).projects[0].stacks
    text = "".join(file.content.decode() for file in files(kind).values())
    assert {name for name, image in IMAGES.items() if image in text} == set(stack.images())


@pytest.mark.parametrize("kind", STACKS)
def test_files_lie_below_the_stack_s_own_folder(kind: str) -> None:
    name = STACKS[kind]["name"]
    assert {tuple(path.split("/")[:2]) for path in files(kind)} == {("stacks", name)}


@pytest.mark.parametrize("kind", STACKS)
def test_an_unknown_field_is_refused(kind: str) -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        KINDS[kind].model.model_validate({**STACKS[kind], "replicas": 3})


def test_a_stack_needs_nothing_unless_it_says_so() -> None:
    plain = StackModel(kind="any", name="any")
    assert (plain.images(), plain.doors()) == ((), ())
    read = spec(None)
    assert list(plain.problems(read.projects[0], read.site)) == []
