import pytest

from blueprints.runtimes.reading.commands import Assignment, Command, split
from blueprints.runtimes.reading.words import Part, Text, Word, word


def taken(text: str) -> Word:
    found = word(Text("x.sh", text))
    assert found is not None
    return found


def test_a_word_may_assign_something() -> None:
    assert split(taken("a=b'c'")) == Assignment(
        "a", Word((Part("text", "b", False), Part("text", "c", True)), 1)
    )
    assert split(taken("a+=$b")) == Assignment(
        "a", Word((Part("variable", "b", False),), 1), append=True
    )


@pytest.mark.parametrize("text", ["'a'=b", "a", "1a=b", "--a=b", "$a=b", "a-b=c", '"a=b"'])
def test_other_words_assign_nothing(text: str) -> None:
    assert split(taken(text)) is None


def test_a_program_is_known_if_nothing_in_its_name_is_expanded() -> None:
    assert Command(1, (taken("pod'man'"), taken("$x"))).program == "podman"
    assert Command(1, (taken('"$program"'),)).program is None
    assert Command(1).program is None
