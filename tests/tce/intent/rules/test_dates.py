"""Flows end, and after their last day nothing is rendered that has them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from blueprints.engine.create import Options, create
from blueprints.yamltext import InvalidFileError
from tce.intent.rules import dates
from tests.tce.intent.specifications import BLUEPRINT, EXAMPLES, tells, typed


def test_a_day_that_no_calendar_has_is_refused() -> None:
    tells({"flows/0/expires": "2027-02-29"}, "flows/0/expires", "no day of the calendar")


def test_the_day_that_is_named_is_the_last() -> None:
    spec = typed({"flows/0/expires": "2027-01-31"})
    assert list(dates.expired(spec, dt.date(2027, 1, 31))) == []
    ((at, text),) = dates.expired(spec, dt.date(2027, 2, 1))
    assert at == ("flows", 0, "expires")
    assert "kubectl ended on 2027-01-31; ask platform team of the hospital" in text


def test_what_is_over_is_not_rendered(tmp_path: Path) -> None:
    file = EXAMPLES / "hospital.yaml"
    day = dt.date(2027, 4, 1)
    with pytest.raises(InvalidFileError, match=r"hospital\.yaml:\d+:\d+: flows\[11\]\.expires"):
        create(file, tmp_path / "out", Options(blueprint=BLUEPRINT), day)
    assert list(tmp_path.iterdir()) == []
