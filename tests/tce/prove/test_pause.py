"""The collector pauses, and only for as long."""

from __future__ import annotations

import gc

import pytest

from tce.prove.pause import without_collector


def test_it_runs_again_afterwards_also_after_an_error() -> None:
    assert gc.isenabled()
    with pytest.raises(ValueError, match="no"), without_collector():
        assert not gc.isenabled()
        raise ValueError("no")
    assert gc.isenabled()


def test_what_was_off_stays_off() -> None:
    gc.disable()
    try:
        with without_collector():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
