"""Laws of numbered sets: what was taken out of a whole set is what is missing from it."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from governance.recognise.sets import MAX_NAMED, gaps_from_zero, gaps_of_n, gaps_of_ranks

TEXT = st.text("abc-_. ", max_size=6)


@given(st.integers(1, 60), st.booleans(), TEXT, TEXT, st.randoms(), st.data())
def test_of_n_names_exactly_what_was_taken_out(
    count: int, zero: bool, head: str, tail: str, order: object, data: st.DataObject
) -> None:
    first = 0 if zero else 1
    whole = [f"{head}{n:05d}-of-{count:05d}{tail}" for n in range(first, first + count)]
    assert gaps_of_n(whole) == []
    gone = data.draw(st.sets(st.sampled_from(whole), max_size=len(whole) - 1))
    if zero:  # without its 0 nothing says that a set counts from 0
        gone.discard(whole[0])
    left = [name for name in whole if name not in gone]
    order.shuffle(left)  # type: ignore[attr-defined]
    assert gaps_of_n(left) == sorted(gone)


def test_sets_with_other_text_or_another_n_are_other_sets() -> None:
    names = ["a-00001-of-00002.x", "a-00002-of-00003.x", "b-00002-of-00002.x", "a-1-of-1.x"]
    assert gaps_of_n(names) == [
        "a-00002-of-00002.x",
        "a-00001-of-00003.x",
        "a-00003-of-00003.x",
        "b-00001-of-00002.x",
    ]


def test_names_without_a_set_and_hostile_counts_lack_nothing() -> None:
    names = ["plain", "1-of-", "-of-3", "x-1-of-99999999999", f"y-{'9' * 5000}-of-{'9' * 5000}"]
    assert gaps_of_n(names) == []
    assert gaps_of_ranks([*names, f"pp-{'1' * 5000}-of-{'2' * 5000}"]) == []
    assert gaps_of_ranks(["_".join(["a-0-of-999999"] * 70)]) == []
    assert gaps_from_zero([f"rank{'9' * 5000}"], r"rank(\d+)") == []


def test_no_more_are_named_than_anybody_reads() -> None:
    assert len(gaps_of_n(["x-00001-of-90000"])) == MAX_NAMED
    assert len(gaps_from_zero(["r99999"], r"r(\d+)")) == MAX_NAMED
    assert len(gaps_of_ranks(["tp-0-of-900_pp-0-of-900"])) == MAX_NAMED


@given(st.integers(1, 12), st.integers(1, 12), st.data())
def test_from_zero_names_exactly_what_was_taken_out_of_the_grid(
    rows: int, columns: int, data: st.DataObject
) -> None:
    whole = [f"dp_{a}_mp_{b:02d}.pt" for a, b in product(range(rows), range(columns))]
    pattern = r"dp_(\d+)_mp_(\d+)\.pt"
    assert gaps_from_zero([*whole, "other.pt"], pattern) == []
    # The last of the grid stays: without it the grid would be smaller.
    gone = data.draw(st.sets(st.sampled_from(whole), max_size=len(whole) - 1)) - {whole[-1]}
    left = [name for name in whole if name not in gone]
    assert sorted(gaps_from_zero(left, pattern)) == sorted(gone)


def test_from_zero_finds_nothing_in_other_names() -> None:
    assert gaps_from_zero(["a", "b"], r"rank(\d+)") == []
    assert gaps_from_zero(["rank٣"], r"rank(\d+)") == []


@given(st.integers(1, 5), st.integers(1, 5), st.data())
def test_ranks_of_a_size_name_exactly_what_was_taken_out(
    stages: int, tensors: int, data: st.DataObject
) -> None:
    whole = [
        f"w_pp-rank-{a}-of-{stages}_tp-rank-{b}-of-{tensors}.x"
        for a, b in product(range(stages), range(tensors))
    ]
    gone = data.draw(st.sets(st.sampled_from(whole), max_size=len(whole) - 1))
    left = [name for name in whole if name not in gone]
    assert sorted(gaps_of_ranks(left)) == sorted(gone)
    # A label that is taken as it comes: only stages that are there at all must be whole.
    here = {name.partition("_tp")[0] for name in left}
    expected = sorted(name for name in gone if name.partition("_tp")[0] in here)
    assert sorted(gaps_of_ranks(left, except_for=("pp-rank",))) == expected
