import pytest

from governance.signing import extra


def test_what_is_installed_is_enough() -> None:
    extra.need()


def test_what_is_missing_is_named_with_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extra, "find_spec", lambda name: None)
    with pytest.raises(extra.NoSignaturesError, match="cryptography, securesystemslib") as caught:
        extra.need()
    assert caught.value.__notes__ == [extra.INSTALL]
