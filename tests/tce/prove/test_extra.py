import importlib.util

import pytest

from tce.prove import extra


def test_what_is_installed_is_not_missing() -> None:
    assert extra.missing() == ()
    extra.need()


def test_what_is_not_there_is_named_with_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    known = importlib.util.find_spec
    monkeypatch.setattr(extra, "find_spec", lambda name: None if name == "z3" else known(name))
    assert extra.missing() == ("z3-solver",)
    with pytest.raises(extra.NoSolverError, match="not installed: z3-solver") as told:
        extra.need()
    assert told.value.__notes__ == ["pip install 'tutela[prove]'"]
