"""`tutela tce attack`: reads whatever the provider's holdings let be read, then adds a key."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from blueprints.secret import Ask, Secret
from tce.age import header as headers
from tce.age.header import Header
from tce.attack import luks, sealed
from tce.attack.errors import AttackError
from tce.attack.holdings import Holdings, survey
from tce.attack.keys import Given, given
from tce.attack.result import ALONE, HEADERS, Attack, Read, Try
from tce.canary.control import control
from tce.canary.read import canaries
from tce.canary.search import Canary, search
from tce.keys.bao.client import Bao
from tce.seal.headers import where

_OVERLAP = 1 << 16
TRIES = 100
"""Candidates that are tried on each volume: deriving a key is made slow on purpose."""
_TOGETHER = "and all of these keys"


@dataclass(frozen=True)
class Asked:
    """The command line."""

    folder: Path
    """The rendered repository: the provider reads it as everybody does."""
    holdings: Sequence[Path]
    canaries: Sequence[Path]
    keys: Sequence[str] = ()
    headers: str | None = None
    """Header store of the institution."""
    tries: int = TRIES


def attack(
    asked: Asked,
    ask: Ask,
    bao: Callable[[], Bao],
    random: Callable[[int], bytes],
    progress: Callable[[str], None],
) -> Attack:
    """Try to read every canary, without a key and with each.

    Raises:
        AttackError: nothing to attack or to look for; a key that cannot be read.
        CanaryError: a canary that cannot be read or is too short.
        CustodyError, HeadersError, AgeError, NoSecretError: as keys and headers are read.
    """
    if not asked.holdings:
        raise AttackError("nothing that the provider holds", "--holdings FOLDER")
    if not asked.canaries:
        raise AttackError("nothing to look for", "--canary FILE")
    folders = (asked.folder, *asked.holdings)
    for one in folders:
        if not one.exists():
            raise AttackError(f"{one}: no such file or folder")
    _, missed = control(random(32))
    if missed:
        raise AttackError(f"a planted value is not found in {', '.join(missed)}")
    wanted = canaries(asked.canaries)
    keys = given(asked.keys, ask, bao)
    store = tuple(_stored(asked.headers, bao)) if asked.headers else ()
    held = survey(asked.folder, asked.holdings, wanted, progress)
    room = _Room(held, wanted, asked.tries, progress)
    return Attack(
        folders,
        tuple(one.name for one in wanted),
        dict(sorted(held.counts.items())),
        {
            "age identities": len(held.harvest.identities),
            "passphrases, perhaps": len(held.harvest.passphrases),
            "file keys, perhaps": len(held.harvest.file_keys),
        },
        tuple(room.tries(keys, store)),
        tuple(dict.fromkeys(held.unread)),
    )


def _stored(text: str, bao: Callable[[], Bao]) -> Iterator[Header]:
    store = where.store(text, bao)
    for name in store.names():
        yield headers.parse(store.current(name).header, name)


@dataclass(frozen=True)
class _Room:
    """Where it is tried."""

    held: Holdings
    wanted: Sequence[Canary]
    most: int
    progress: Callable[[str], None]

    def tries(self, keys: Sequence[Given], store: Sequence[Header]) -> Iterator[Try]:
        harvest = self.held.harvest
        lying = harvest.file_keys
        own = Given("", tuple(harvest.identities), harvest.passphrases)
        direct = tuple(Read(one.hit.canary, one.place, one.hit.form) for one in self.held.direct)
        yield self._try(
            ALONE, own, sealed.all_keys(self.held.headers, own.identities, lying), direct
        )
        every = (*self.held.headers, *store)
        if store:
            yield self._try(HEADERS, own, sealed.all_keys(every, own.identities, lying), direct)
        read: set[str] = set()
        for key in keys:
            added = sealed.all_keys(every, key.identities, ())
            one = self._try(f"and {key.name}", key, added, ())
            read |= {each.canary for each in one.read}
            yield one
        if len(keys) > 1 and len(read) < len(self.wanted):
            identities = tuple(one for key in keys for one in key.identities)
            passphrases = tuple(one for key in keys for one in key.passphrases)
            together = Given("", identities, passphrases)
            yield self._try(_TOGETHER, together, sealed.all_keys(every, identities, ()), ())

    def _try(
        self, added: str, key: Given, file_keys: Sequence[Secret], direct: tuple[Read, ...]
    ) -> Try:
        self.progress(f"trying {added}")
        read, opened = list(direct), list[str]()
        for item in self.held.items:
            for at in item.bodies:
                for file_key in file_keys:
                    found = self._search(item.place, sealed.body(item.data, at, file_key))
                    if found is not None:
                        opened.append(item.place)
                        read += found
        tried = key.passphrases[: self.most]
        for place, volume in self.held.volumes:
            found = self._volume(place, volume, tried)
            if found is not None:
                opened.append(place)
                read += found
        left = ""
        if self.held.volumes and len(tried) < len(key.passphrases):
            left = f"{len(key.passphrases) - len(tried):,} passphrases of {len(key.passphrases):,}"
        return Try(added, tuple(dict.fromkeys(read)), tuple(dict.fromkeys(opened)), left)

    def _volume(
        self, place: str, volume: luks.Volume, passphrases: Iterable[bytes]
    ) -> list[Read] | None:
        try:
            for one in passphrases:
                key = luks.unlock(volume, one)
                if key is not None:
                    return self._search(place, luks.plaintext(volume, key)) or []
        except AttackError as error:
            self.held.unread.append((place, str(error)))
        return None

    def _search(self, place: str, pieces: Iterator[bytes]) -> list[Read] | None:
        """What is read in something; None where it did not open."""
        read: dict[str, Read] = {}
        began = False
        kept = b""
        for piece in pieces:
            began, window = True, kept + piece
            kept = window[-_OVERLAP:]
            if not window.strip(b"\0"):
                continue  # Most of a volume is.
            left = [one for one in self.wanted if one.name not in read]
            for hit in search(window, left, self._problem(place)):
                read[hit.canary] = Read(hit.canary, place, hit.form)
        return list(read.values()) if began else None

    def _problem(self, place: str) -> Callable[[str], None]:
        return lambda words: self.held.unread.append((place, words))
