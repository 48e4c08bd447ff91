from tce.read.boxes import boxes
from tce.space.header import Field, box


def test_what_is_not_asked_is_any() -> None:
    assert boxes(4, {}) == (box(4),)


def test_each_choice_of_ranges_is_a_box() -> None:
    needs = {Field.SRC: ((1, 2), (5, 6)), Field.PROTO: ((6, 6), (17, 17))}
    assert len(boxes(6, needs)) == 4
    assert box(6, src=(5, 6), proto=17) in boxes(6, needs)


def test_what_cannot_be_is_no_box() -> None:
    assert boxes(4, {Field.SRC: ()}) == ()
