"""Whether a service answers: one question, with curl and with Python alone."""

import json
from pathlib import Path
from typing import Any, Final

from blueprints.access.reached import Reached
from blueprints.runtimes.writing.shell import quote
from blueprints.service.service import secret_file

QUESTION: Final = "How long to get from Earth to Mars?"
_MOST: Final = 64
"""Tokens of the answer: a smoke test must not take minutes."""

_CURL = """\
#!/usr/bin/env bash
# Asks one question: ask.sh [URL]; ends with 0 when it is answered.
set -euo pipefail

url=${1:-URL}
keys="${XDG_CONFIG_HOME:-$HOME/.config}/tutela/"FILE
# shellcheck disable=SC2016 # names of models are no words of the shell
question=BODY

authorization=()
if [ -f "$keys" ]; then
  key=$(sed -n 's/^VLLM_API_KEY=//p' -- "$keys")
  # curl reads it: it never stands in an argument.
  [ -z "$key" ] || authorization=(--header @/dev/fd/3)
fi

answer=$(curl --silent --show-error --fail-with-body --max-time 600 \\
  --noproxy "${no_proxy:-${NO_PROXY:-}},localhost,127.0.0.1,::1" \\
  --header 'Content-Type: application/json' "${authorization[@]}" \\
  --data-binary @- "${url%/}/chat/completions" \\
  3< <(printf 'Authorization: Bearer %s\\n' "${key:-}") <<<"$question") || {
  printf '%s\\n' "$answer" >&2
  exit 1
}
printf '%s\\n' "$answer"
case $answer in
  *'"choices"'*) ;;
  *)
    printf 'that is no answer of a model\\n' >&2
    exit 1
    ;;
esac
"""


def body(one: Reached, question: str = QUESTION) -> dict[str, Any]:
    """The request, as OpenAI's interface has it."""
    return {
        "model": one.served,
        "messages": [{"role": "user", "content": question}],
        "temperature": 0.7,
        "max_tokens": _MOST,
    }


def curl(one: Reached) -> bytes:
    """``ask.sh``."""
    text = _CURL.replace("URL}", f"{_url(one)}}}", 1).replace("FILE", quote(_file(one)), 1)
    return text.replace("BODY", quote(json.dumps(body(one))), 1).encode()


def python(one: Reached) -> bytes:
    """``ask.py``: streams the answer as it comes; needs Python 3.8 or later and nothing else."""
    text = (Path(__file__).parent / "ask.txt").read_text(encoding="utf-8")
    said = {"URL": _url(one), "FILE": _file(one), "REQUEST": {**body(one), "stream": True}}
    for name, value in said.items():
        # Python's literals: those of JSON are not all its own.
        text = text.replace(f"{name} = None\n", f"{name} = {value!r}\n", 1)
    return text.encode()


def _url(one: Reached) -> str:
    return one.url or f"http://127.0.0.1:{one.service.port}/v1"


def _file(one: Reached) -> str:
    return secret_file(one.service)
