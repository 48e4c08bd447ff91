import pytest

from tce.keys import extra


def test_everything_is_here() -> None:
    assert extra.missing() == ()
    extra.need()


def test_what_is_missing_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extra, "_PACKAGES", {"no_such_module": "such-a-package"})
    with pytest.raises(extra.NoKeysError, match="not installed: such-a-package") as raised:
        extra.need()
    assert raised.value.__notes__ == ["pip install 'tutela[keys]'"]
