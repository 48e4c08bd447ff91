import pyrage
import pytest

from blueprints.secret import Secret
from tce.age import whole
from tce.age.errors import ChunkError, NoIdentityError
from tests.tce.age.sealed import ANNA, BERT, counted


def test_what_was_sealed_is_opened_by_its_recipients() -> None:
    sealed = whole.seal(Secret(b"a share"), [ANNA.recipient, BERT.recipient], counted())
    assert whole.open(sealed, [ANNA]).reveal() == b"a share"
    theirs = pyrage.x25519.Identity.from_str(BERT.text().text())
    assert pyrage.decrypt(sealed, [theirs]) == b"a share"


def test_it_is_opened_by_nobody_else_and_not_changed() -> None:
    sealed = whole.seal(Secret(b"a share"), [ANNA.recipient], counted())
    with pytest.raises(NoIdentityError, match="share-1"):
        whole.open(sealed, [BERT], "share-1")
    with pytest.raises(ChunkError, match="share-1"):
        whole.open(sealed[:-1] + b"\0", [ANNA], "share-1")
