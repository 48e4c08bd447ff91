"""One meaning for each exit code."""

from tutela.exit_codes import MEANINGS, ExitCode


def test_each_code_has_one_meaning() -> None:
    assert [int(code) for code in ExitCode] == [0, 1, 2, 3, 4, 70, 130]
    assert list(MEANINGS) == list(ExitCode)
    assert len(set(MEANINGS.values())) == len(ExitCode)
