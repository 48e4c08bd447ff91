import re
import subprocess

import pytest

from blueprints.runtimes.reading.commands import Command
from blueprints.runtimes.reading.shell import parse
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


def test_here_documents_are_kept_with_their_command() -> None:
    first, second = commands("cat")
    assert first.redirections[0].body == "hello $x\n"
    assert first.redirections[1].target.literal == "f"
    assert second.redirections[0].body == "indented\n"


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
