import pytest

from blueprints.runtimes.reading.host import always, facts, gathered, secrets, text
from blueprints.runtimes.reading.shell import parse
from blueprints.runtimes.reading.values import Values
from blueprints.runtimes.runtime import ReadError

SCRIPT = """port=8000
probe_path=/health
start_seconds=1800
period_seconds=10
limits=()
case "$x" in
  *a*) limits+=(--cpus=4) ;;
esac
secret VLLM_API_KEY 'models/scout key'
"""


def read(script: str) -> tuple[Values, dict[str, str], tuple[str, ...]]:
    commands = parse(script, "serve.sh")
    values = Values.of(commands, "serve.sh")
    return values, secrets(commands, values), gathered(commands, values, "limits")


def test_what_stands_at_the_top_is_read() -> None:
    values, found, limits = read(SCRIPT)
    assert dict(facts(values)) == {
        "port": "8000",
        "probe.path": "/health",
        "probe.start-seconds": "1800",
        "probe.period-seconds": "10",
        "nodes": "1",
        "gather": "alone",
    }
    assert (found, limits) == ({"VLLM_API_KEY": "models/scout key"}, ("--cpus=4",))


def test_what_changes_later_is_not_known() -> None:
    values, _, _ = read(SCRIPT + 'if true; then port="$1"; fi\n')
    assert "port" not in dict(facts(values))


@pytest.mark.parametrize("line", ["secret NAME", "secret NAME a b", "if true; then secret N k; fi"])
def test_a_secret_has_a_variable_and_a_key(line: str) -> None:
    with pytest.raises(ReadError, match=r"serve\.sh:10: not a variable and its key"):
        read(f"{SCRIPT}{line}\n")


def test_a_file_that_is_missing_is_told() -> None:
    assert text({"image.sh": b"x"}, "image.sh") == b"x"
    with pytest.raises(ReadError, match=r"serve\.sh:1: there is no such file"):
        text({})


def test_what_is_run_under_a_condition_is_not_the_server() -> None:
    first, second = parse("podman run x\nif true; then podman run y; fi\n", "serve.sh")[::2]
    assert always(first, "serve.sh") is first
    with pytest.raises(ReadError, match=r"serve\.sh:2: it is run only in if"):
        always(second, "serve.sh")
