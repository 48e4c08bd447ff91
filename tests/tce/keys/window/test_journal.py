"""What was asked at a gate: kept over restarts, and never guessed."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

from tce.keys.window.journal import FILE, Journal, read
from tests.tce.keys.office import NOW

ORDER = "0" * 64


def test_what_was_opened_is_counted_also_after_a_restart(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.add(NOW, "192.0.2.1", "opened", ORDER)
    journal.add(NOW, "192.0.2.1", "no window is open for this machine")
    for again in (journal, Journal(tmp_path)):
        assert again.opened(ORDER, "192.0.2.1") == 1
        assert again.opened(ORDER, "192.0.2.2") == 0
        assert again.opened("1" * 64, "192.0.2.1") == 0
    assert [one.answer for one in read(tmp_path)] == [
        "opened",
        "no window is open for this machine",
    ]


def test_a_line_that_was_cut_does_not_hide_the_others(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.add(NOW, "192.0.2.1", "opened", ORDER)
    with (tmp_path / FILE).open("ab") as stream:
        stream.write(b'{"when": "2027-\n[]\n')
    Journal(tmp_path).add(NOW, "192.0.2.1", "opened", ORDER)
    assert Journal(tmp_path).opened(ORDER, "192.0.2.1") == 2


def test_who_keeps_asking_in_vain_does_not_fill_the_disk(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for second in range(0, 180, 5):
        journal.add(NOW + timedelta(seconds=second), "192.0.2.1", "no")
    journal.add(NOW, "192.0.2.2", "no")
    journal.add(NOW + timedelta(seconds=179), "192.0.2.1", "another reason")
    said = Counter((one.machine, one.answer) for one in read(tmp_path))
    assert said == {
        ("192.0.2.1", "no"): 3,
        ("192.0.2.2", "no"): 1,
        ("192.0.2.1", "another reason"): 1,
    }


def test_there_is_nothing_before_anybody_asked(tmp_path: Path) -> None:
    assert list(read(tmp_path / "none")) == []
