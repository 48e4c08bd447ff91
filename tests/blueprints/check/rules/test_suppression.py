import datetime as dt
from dataclasses import replace
from pathlib import Path

from blueprints.check.rules.suppression import check
from blueprints.check.settings import FILE
from tests.blueprints.check.places import repository

TEXT = """\
version: 1
levels: {secrets: error, secret: note, gitleaks: note}
suppress:
  - {rule: gitleaks, reason: an external tool, until: 2030-01-01}
  - {rule: secret, reason: it was fine, until: 2026-11-21}
  - {rule: secretz, reason: it is misspelt, until: 2030-01-01}
"""


def test_entries_that_mean_nothing_any_more_are_found(tmp_path: Path) -> None:
    repo = repository(tmp_path, {FILE: TEXT})
    settings = replace(repo.settings, today=dt.date(2026, 11, 22))
    assert [(one.file, getattr(one, "line", 0)) for one in check(repo, settings)] == [
        (FILE, 5),
        (FILE, 6),
        (FILE, 0),
    ]
