"""From an exception to what is told about it."""

import errno
import io
import json

import duckdb
import pytest

from blueprints.errors import ExpectedError
from blueprints.yamltext import InvalidFileError
from tutela.exit_codes import ExitCode
from tutela.failure import INTERRUPTED, Failure, failure_of


def told(failure: Failure, *, as_json: bool = False) -> str:
    stream = io.StringIO()
    failure.write(stream, as_json=as_json)
    return stream.getvalue()


def test_an_expected_error_is_a_line_and_its_hints() -> None:
    failure = failure_of(ExpectedError("no such bucket: b", "aws s3 ls"))
    assert told(failure) == "tutela: error: no such bucket: b\ntutela: hint: aws s3 ls\n"
    assert failure.exit_code == ExitCode.FAILED


def test_a_file_with_several_mistakes_gets_a_line_for_each() -> None:
    failure = failure_of(InvalidFileError("p:1: a", "p:2: b", hints=["x"]))
    assert told(failure) == ("tutela: error: p:1: a\ntutela: error: p:2: b\ntutela: hint: x\n")
    assert json.loads(told(failure, as_json=True)) == {
        "error": {
            "kind": "invalid file",
            "message": "p:1: a",
            "hints": ["x"],
            "exit_code": 1,
            "also": ["p:2: b"],
        }
    }


def test_what_a_terminal_would_obey_is_made_visible() -> None:
    assert told(failure_of(ExpectedError("no key \x1b[31m\nname"))) == (
        "tutela: error: no key \\x1b[31m\\nname\n"
    )


def test_a_bug_shows_its_traceback_and_no_locals() -> None:
    def fail(password: str) -> None:
        raise KeyError("x")

    with pytest.raises(KeyError) as caught:
        fail("hunter2-secret")
    failure = failure_of(caught.value)
    assert failure.exit_code == ExitCode.BUG
    text = told(failure)
    assert text.startswith("Traceback (most recent call last):\n")
    assert "tutela: error: bug in tutela: KeyError: 'x'" in text
    assert "hunter2-secret" not in text.replace('fail("hunter2-secret")', "")
    error = json.loads(told(failure, as_json=True))["error"]
    assert (error["kind"], error["exit_code"]) == ("bug", 70)
    assert error["details"][0] == "Traceback (most recent call last):"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_no_bug(number: int) -> None:
    failure = failure_of(OSError(number, "No space left on device", "/x/objects.parquet"))
    assert failure.messages == ("no space left on the disk or in the quota of /x/objects.parquet",)
    assert (failure.kind, failure.exit_code) == ("disk full", ExitCode.FAILED)


def test_duckdb_and_memory_say_so_in_their_own_ways() -> None:
    full = duckdb.IOException('Could not write file "x": No space left on device')
    assert failure_of(full).kind == "disk full"
    assert failure_of(duckdb.OutOfMemoryException("x")).messages == ("out of memory",)
    assert failure_of(MemoryError()).exit_code == ExitCode.FAILED
    assert failure_of(duckdb.InterruptException("x")).exit_code == ExitCode.INTERRUPTED
    assert failure_of(duckdb.BinderException("x")).exit_code == ExitCode.BUG


def test_what_the_machine_refuses_is_no_bug() -> None:
    failure = failure_of(PermissionError(errno.EACCES, "Permission denied", "/x/tutela.yaml"))
    assert failure.messages == ("cannot use /x/tutela.yaml: permission denied",)
    assert failure_of(OSError(errno.EIO, "Input/output error")).messages == (
        "cannot use a file: input/output error",
    )
    assert failure_of(FileNotFoundError(errno.ENOENT, "no", "x")).exit_code == ExitCode.BUG


def test_an_interruption_is_told_without_a_traceback() -> None:
    assert told(failure_of(KeyboardInterrupt())) == "tutela: error: interrupted\n"
    assert failure_of(KeyboardInterrupt()).exit_code == ExitCode.INTERRUPTED


def test_a_query_that_a_signal_ended_is_an_interrupt_and_no_bug() -> None:
    # DuckDB 2.0 meets the signal itself while it computes: this is what it raises then.
    assert failure_of(RuntimeError("Query interrupted")) is INTERRUPTED
    assert failure_of(RuntimeError("Query broken")).kind == "bug"
