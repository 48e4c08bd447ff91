"""Two reads of a torch file: its end, then its start."""

import pytest

from governance.recognise.find import Judgement, Named
from governance.recognise.reading import Unreadable
from governance.recognise.torch_look import TorchLook
from tests.blueprints.formats.saved_by_torch import tensors, torch_file

BOTH = {"model": tensors("m", w=10), "optimizer": {"state": tensors("o", exp_avg=20)}}


def look(data: bytes, split: bool = True) -> tuple[Judgement, int]:
    """Judge a file as the engine does; return the judgement and how many reads it took."""
    one = TorchLook("x", len(data), split)
    judgement, count = one.judge({"x": _cut(data, one.reads[0].start, one.reads[0].length)}), 1
    while judgement.more:
        (read,) = judgement.more
        count += 1
        assert judgement.then is not None
        judgement = judgement.then({"x": _cut(data, read.start, read.length)})
    return judgement, count


def _cut(data: bytes, start: int, length: int) -> bytes:
    assert 0 <= start <= start + length <= len(data)
    return data[start : start + length]


def test_a_whole_file_is_divided_with_a_second_read() -> None:
    assert look(torch_file(BOTH)) == (Judgement(mixed=(40, 80)), 2)
    assert look(torch_file(BOTH), split=False) == (Judgement(), 1)


def test_a_file_of_one_kind_is_that_kind_to_the_last_byte() -> None:
    weights, state = torch_file(tensors("m", w=10)), torch_file({"state": tensors("o", exp_avg=9)})
    assert look(weights)[0].mixed == (len(weights), 0)
    assert look(state)[0].mixed == (0, len(state))
    assert look(torch_file({"epoch": 1}))[0].mixed == (0, 0)


def test_a_file_cut_short_has_to_be_longer() -> None:
    data = torch_file(BOTH)
    for cut in (len(data) - 1, 500, 4, 3, 1):
        assert look(data[:cut]) == (Judgement(named=[Named("x", least=cut + 1)]), 2)


def test_a_file_of_another_kind_is_unsure() -> None:
    judgement, _ = look(b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.")
    assert judgement.unsure == "x is no archive: only loading it shows if it is whole"


def test_a_file_that_cannot_be_read_is_a_reason() -> None:
    with pytest.raises(Unreadable, match="x could not be read: denied"):
        TorchLook("x", 5).judge({"x": Unreadable("denied")})
