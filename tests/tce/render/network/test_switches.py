from __future__ import annotations

from tce.render.network.switches import FORMATS, files, path
from tests.tce.intent.specifications import ALPS, HOSPITAL, typed


def test_each_switch_has_a_file_in_its_own_words() -> None:
    for example in (HOSPITAL, ALPS):
        spec = typed(example=example)
        found = {one.path: one.content.decode() for one in files(spec)}
        assert list(found) == [path(one) for one in spec.switches]
        for one in spec.switches:
            assert path(one) == f"network/switches/{one.name}.{one.format}"
            assert found[path(one)] == FORMATS[one.format](spec, one)


def test_every_format_that_may_be_said_is_written() -> None:
    assert set(FORMATS) == {"eos", "ios", "junos"}
