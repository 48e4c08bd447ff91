"""A workspace's artifacts and claims, ready to be walked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import duckdb

from governance.catalog.facts import newest_facts
from governance.decide.claims import load
from governance.decide.known import evidence_of
from governance.evidence.kinds import STORE
from governance.evidence.known import Known, known_evidence
from governance.lineage.identity import MD5_TYPES, mark
from governance.lineage.index import prepare
from governance.workspace.workspace import Workspace


@dataclass(frozen=True)
class Opened:
    """A database with the tables of `facts.build`, `claims.load`, `index.prepare`, `mark`."""

    connection: duckdb.DuckDBPyConnection
    known: tuple[Known, ...]
    """Every source, however its last reading went."""
    md5_stores: frozenset[str]
    """Identities of stores whose plain ETags are MD5s."""

    @property
    def doubts(self) -> tuple[str, ...]:
        """Sources that may know more than they could say, in words; their text is foreign."""
        found = []
        for one in self.known:
            said = one.reading
            if not said.complete:
                why = f": {said.problems[0].words}" if said.problems else ""
                # A scan is known by where it looked, not by its snapshot.
                name = said.place if said.kind == STORE else said.name
                found.append(f"{said.kind} ({name}) was not read completely{why}")
        return tuple(found)


@contextmanager
def opened(workspace: Workspace, now: datetime) -> Iterator[Opened]:
    """Give the newest snapshots and all that sources say; the database is closed in the end.

    Raises NothingScannedError, and what a damaged snapshot raises.
    """
    with newest_facts(workspace) as (connection, snapshots):
        known = known_evidence(workspace, snapshots, now)
        load(connection, evidence_of(known))
        prepare(connection)
        mark(connection)
        stores = [snapshot.manifest.store for snapshot in snapshots]
        sure = frozenset(store.identity for store in stores if store.type in MD5_TYPES)
        # Two snapshots may call one store by two types; then nothing is sure.
        unsure = {store.identity for store in stores if store.type not in MD5_TYPES}
        yield Opened(connection, known, sure - unsure)
