"""The collector pauses, and only for as long."""

from __future__ import annotations

import gc

import pytest

from tce.prove.pause import without_collector


def test_it_runs_again_afterwards_also_after_an_error() -> None:
    assert gc.isenabled()
    with without_collector():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ValueError, match="no"):
        _failing()
    assert gc.isenabled()


def _failing() -> None:
    with without_collector():
        raise ValueError("no")


def test_what_was_off_stays_off() -> None:
    gc.disable()
    try:
        with without_collector():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
