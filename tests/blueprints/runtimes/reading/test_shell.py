import re
import subprocess

import pytest

from blueprints.runtimes.reading.shell import Command, Values, parse
from blueprints.runtimes.runtime import ReadError

SCRIPT = """#!/usr/bin/env bash
set -euo pipefail
name=scout # what it is called
list=('a b' "c d" $'x\\ny' # the first
  last)
list+=(more)
fail() { printf '%s\\n' "$1" >&2; exit 1; }
secret() {
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    case "$line" in
      "$1="?*) export "$1=${line#*=}"; return ;;
      (a | b)
        echo x
        ;;
      *) echo y
    esac
  done < "$file"
}
if [ -f x ] && ! grep -q y z; then echo 1; elif true; then echo 2; else echo 3; fi
for one in a b; do mkdir -p -- "$one"; done
cat <<'EOT' > f
hello $x
EOT
cat <<-\\EOT
\tindented
\tEOT
(cd x; ls) &
podman run \\
  --name="$name" "${list[@]}" \\
  'it'"'"'s' 2>/dev/null &
server=$!
until curl --fail "http://127.0.0.1:$port" &>/dev/null; do
  [[ $SECONDS -lt $d && 1 < 2 ]] || fail x; ((x++)); done
{ echo a; echo b; } | sort
A=1 B='2 3' env
"""


def commands(program: str, text: str = SCRIPT) -> list[Command]:
    return [one for one in parse(text, "x.sh") if one.program == program]


def test_the_example_is_a_script() -> None:
    done = subprocess.run(["bash", "-n"], input=SCRIPT.encode(), capture_output=True, check=True)
    assert done.stderr == b""


def test_every_simple_command_is_found_where_it_stands() -> None:
    found = [(one.line, one.program, one.within) for one in parse(SCRIPT, "x.sh") if one.words]
    assert found == [
        (2, "set", ()),
        (7, "printf", ("function fail",)),
        (7, "exit", ("function fail",)),
        (9, "local", ("function secret",)),
        (10, "read", ("function secret", "while")),
        (10, "[", ("function secret", "while")),
        (12, "export", ("function secret", "while", "case", "branch")),
        (12, "return", ("function secret", "while", "case", "branch")),
        (14, "echo", ("function secret", "while", "case", "branch")),
        (16, "echo", ("function secret", "while", "case", "branch")),
        (20, "[", ("if",)),
        (20, "grep", ("if",)),
        (20, "echo", ("if",)),
        (20, "true", ("if",)),
        (20, "echo", ("if",)),
        (20, "echo", ("if",)),
        (21, "for", ()),
        (21, "mkdir", ("for one",)),
        (22, "cat", ()),
        (25, "cat", ()),
        (28, "cd", ("(",)),
        (28, "ls", ("(",)),
        (29, "podman", ()),
        (33, "curl", ("until",)),
        (34, "[[", ("until",)),
        (34, "fail", ("until",)),
        (35, "echo", ("{",)),
        (35, "echo", ("{",)),
        (35, "sort", ()),
        (36, "env", ()),
    ]


def test_what_follows_a_command_is_kept() -> None:
    (podman,) = commands("podman")
    (grep,) = commands("grep")
    assert (podman.joined, grep.joined) == ("&", ";")
    assert [one.joined for one in commands("[")] == [";", "&&"]


def test_words_are_those_that_the_shell_would_pass_on() -> None:
    values = Values.of(parse(SCRIPT, "x.sh"), "x.sh")
    (podman,) = commands("podman")
    assert values.words(podman) == [
        *("podman", "run", "--name=scout", "a b", "c d", "x\ny", "last", "more", "it's")
    ]


def test_here_documents_are_kept_with_their_command() -> None:
    first, second = commands("cat")
    assert first.redirections[0].body == "hello $x\n"
    assert first.redirections[1].target.literal == "f"
    assert second.redirections[0].body == "indented\n"


def test_variables_before_a_program_are_its_own() -> None:
    (env,) = commands("env")
    assert [one.name for one in env.assignments] == ["A", "B"]
    assert "A" not in Values.of(parse(SCRIPT, "x.sh"), "x.sh").known


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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("if true; then echo\n", "x.sh:2: the end, inside of if"),
        ("fi\n", "fi closes nothing that is open"),
        ("{ echo; )\n", ") closes nothing that is open"),
        ("cat <<EOT\nx\nEOT\n", "a here-document whose end EOT is not quoted is not read"),
        ("cat <<'EOT'\nx\n", "a here-document without its end EOT"),
        ("echo 'a\n", "x.sh:1: a quote that is never closed"),
        ("function f { echo; }\n", "functions are read as name() only"),
        ("f() echo\n", "a function without braces is not read"),
        ("for ((i=0;i<3;i++)); do echo; done\n", "for without in is not read"),
        ("a=(1 2\n", "a list that does not end"),
        ("[[ a\n", "[[ that is never closed"),
        ("echo ;; \n", ";; outside of case"),
        ("echo > \n", "> to nothing"),
    ],
)
def test_what_is_not_read_is_refused(text: str, said: str) -> None:
    with pytest.raises(ReadError, match=re.escape(said)):
        parse(text, "x.sh")


def test_bytes_have_to_be_text() -> None:
    with pytest.raises(ReadError, match=r"x\.sh:1: not UTF-8"):
        parse(b"echo \xff", "x.sh")
