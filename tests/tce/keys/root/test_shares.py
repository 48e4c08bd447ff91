import os
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shamir_mnemonic import combine_mnemonics

from blueprints.secret import Secret
from tce.age import whole
from tce.age.keys import X25519Identity
from tce.keys.errors import CustodyError
from tce.keys.root.shares import Share, ShareError, combine, guess, read, seal, words

SECRET = Secret(bytes(range(32)))
NAMES = ("anna", "lena", "omar", "rosa", "timo")


def _shares(secret: Secret = SECRET, threshold: int = 3, generation: int = 1) -> list[Share]:
    made = words(secret, len(NAMES), threshold)
    return [
        Share("root", "hospital", generation, name, threshold, "age1public", word)
        for name, word in zip(NAMES, made, strict=True)
    ]


def test_any_three_of_five_give_the_secret_back() -> None:
    shares = _shares()
    for chosen in combinations(shares, 3):
        assert combine(chosen).reveal() == SECRET.reveal()
    assert combine(shares).reveal() == SECRET.reveal()


def test_another_program_puts_the_words_together_too() -> None:
    said = [one.words.text() for one in _shares()[:3]]
    assert combine_mnemonics(said) == SECRET.reveal()


def test_fewer_than_the_threshold_are_refused_and_say_nothing() -> None:
    shares = _shares()
    for fewer in combinations(shares, 2):
        with pytest.raises(ShareError, match="3 shares are needed, and 2 are given"):
            combine(fewer)
        assert guess(fewer).reveal() != SECRET.reveal()


def test_guessing_with_enough_shares_is_right_or_the_drill_would_prove_nothing() -> None:
    assert guess(_shares()[:3]).reveal() == SECRET.reveal()


def test_the_same_share_twice_is_told() -> None:
    anna, lena, *_ = _shares()
    with pytest.raises(ShareError, match="of anna and anna are the same one"):
        combine([anna, lena, anna])
    with pytest.raises(ShareError, match="of anna and lena are the same one"):
        combine([anna, replace(lena, words=anna.words), lena])


def test_a_mistyped_share_is_told_without_its_words() -> None:
    shares = _shares()
    spoken = shares[1].words.text().split()
    spoken[7] = "academic" if spoken[7] != "academic" else "acid"
    wrong = replace(shares[1], words=Secret(" ".join(spoken).encode()))
    with pytest.raises(ShareError, match="share of lena is mistyped or damaged") as raised:
        combine([shares[0], wrong, shares[2]])
    assert spoken[3] not in str(raised.value)


def test_shares_of_two_secrets_are_told_by_what_they_say() -> None:
    old, new = _shares(), _shares(generation=2)
    with pytest.raises(ShareError, match="of two secrets: generation 1 and 2"):
        combine([old[0], old[1], new[2]])
    other = replace(old[2], public="age1other")
    with pytest.raises(ShareError, match="of two secrets: public"):
        combine([old[0], old[1], other])


def test_a_share_of_another_secret_that_says_otherwise_does_not_fit() -> None:
    mine, others = _shares(), _shares(Secret(bytes(32)))
    lied = [mine[0], mine[1], others[2]]
    with pytest.raises(ShareError, match="do not fit together"):
        combine(lied)
    with pytest.raises(ShareError, match="share of omar does not fit the others"):
        combine([*lied, mine[3]])


def test_no_share_is_not_enough() -> None:
    with pytest.raises(ShareError, match="no share is given"):
        combine([])


@pytest.mark.parametrize(("count", "threshold"), [(5, 1), (5, 6), (17, 3), (1, 1)])
def test_refuses_numbers_that_protect_nothing(count: int, threshold: int) -> None:
    with pytest.raises(CustodyError, match="at least 2 have to be needed"):
        words(SECRET, count, threshold)


@given(st.binary(min_size=32, max_size=32), st.integers(2, 5))
def test_every_secret_comes_back(secret: bytes, threshold: int) -> None:
    assert combine(_shares(Secret(secret), threshold)[-threshold:]).reveal() == secret


def test_a_share_opens_for_its_officer_only_and_reads_as_it_was_written() -> None:
    anna, lena = (X25519Identity.new(os.urandom) for _ in range(2))
    share = _shares()[0]
    sealed = seal(share, str(anna.recipient), os.urandom)
    back = read(whole.open(sealed, [anna], "share"), "share")
    assert back.words.reveal() == share.words.reveal()
    assert replace(back, words=share.words) == share
    with pytest.raises(CustodyError, match="share"):
        read(Secret(b"\xff"), "share")
    assert whole.open(sealed, [lena, anna], "share").reveal() == share.text().reveal()


@pytest.mark.parametrize(
    "text",
    [b"", b"some words", b"# schema: tutela/share/v2\nwords", b"# schema: tutela/share/v1\n"],
)
def test_what_is_no_share_is_refused(text: bytes) -> None:
    with pytest.raises(ShareError, match=r"note: not a share"):
        read(Secret(text), "note")


def test_a_share_shows_nothing_of_itself() -> None:
    share = _shares()[0]
    assert share.words.text().split()[5] not in repr(share)
