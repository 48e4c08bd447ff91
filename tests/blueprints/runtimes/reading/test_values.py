import re
import subprocess

import pytest

from blueprints.runtimes.reading.shell import parse
from blueprints.runtimes.reading.values import Values
from blueprints.runtimes.runtime import ReadError

SCRIPT = """name=scout
list=('a b' "c d" $'x\\ny')
list+=(more)
podman run --name="$name" "${list[@]}" 'it'"'"'s' &
A=1 B='2 3' env
"""


def test_words_are_those_that_the_shell_would_pass_on() -> None:
    found = parse(SCRIPT, "x.sh")
    assert Values.of(found, "x.sh").words(found[3]) == [
        *("podman", "run", "--name=scout", "a b", "c d", "x\ny", "more", "it's")
    ]


def test_variables_before_a_program_are_its_own() -> None:
    found = parse(SCRIPT, "x.sh")
    assert [one.name for one in found[-1].assignments] == ["A", "B"]
    assert "A" not in Values.of(found, "x.sh").known


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("a=1\na=2\n", {"a": "2"}),
        ("a=1\na+=2\n", {"a": "12"}),
        ("a='x y'\nb=$a\nc=\"$a$b\"\n", {"a": "x y", "b": "x y", "c": "x yx y"}),
        ("a=$(id)\n", {}),
        ("a=1\na=$(id)\n", {}),
        ("a=1\nif true; then a=2; fi\n", {}),
        ("a=1\nf() { local a=2; }\n", {}),
        ("a=1\na=2 true\n", {}),
        ("export a=1 b='2'\n", {"a": "1", "b": "2"}),
        ("readonly a=1\n", {"a": "1"}),
        ("a=()\na+=(x)\na+=('y z')\n", {"a": ("x", "y z")}),
        ("a=(x)\na+=y\n", {}),
        ("a=*\n", {}),
    ],
)
def test_only_what_is_known_without_running_is_known(text: str, known: dict[str, object]) -> None:
    assert Values.of(parse(text, "x.sh"), "x.sh").known == known


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("$b", "a variable that is not known beforehand: b"),
        ("$a", "a variable outside of quotes: a"),
        ('"${a:-1}"', "a variable that is not known beforehand: a:-1"),
        ('"$list"', "a variable that is not known beforehand: list"),
        ('"$(id)"', "known only when it runs: id"),
        ("*.py", "a pattern outside of quotes: *.py"),
    ],
)
def test_what_is_not_known_is_refused_with_its_line(word: str, said: str) -> None:
    found = parse(f"a=1\nlist=(x)\necho {word}\n", "x.sh")
    with pytest.raises(ReadError, match=re.escape(f"x.sh:3: {said}")):
        Values.of(found, "x.sh").words(found[-1])


def test_an_empty_list_gives_no_word() -> None:
    found = parse('a=()\necho "${a[@]}" b "x${a[@]}y"\n', "x.sh")
    assert Values.of(found, "x.sh").words(found[-1]) == ["echo", "b", "xy"]


def test_a_list_inside_of_a_word_is_spread_as_bash_spreads_it() -> None:
    text = "a=(1 '2 3')\nprintf '%s\\0' \"x${a[@]}y\" z\n"
    found = parse(text, "x.sh")
    done = subprocess.run(["bash"], input=text.encode(), capture_output=True, check=True)
    assert Values.of(found, "x.sh").words(found[-1])[2:] == done.stdout.decode().split("\0")[:-1]
