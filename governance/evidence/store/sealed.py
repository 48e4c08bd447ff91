"""Sealed artifacts need what their manifests name: what they were made from, before sealing.

A base model stands in the catalog itself (`adapters`); here is all the rest.
"""

from __future__ import annotations

from governance.evidence.claim import Relation
from governance.evidence.store.names import Name, around, nodes_of
from governance.evidence.store.scanned import Scanned
from governance.sealed.look import Looked


def say_all(looked: Looked, scanned: Scanned) -> None:
    """Claim what each artifact needs; where a manifest says nothing, all around it is kept."""
    for doubt in looked.doubts:
        scanned.problem(doubt.words, doubt.within or scanned.place.prefix)
    for told in looked.told:
        names = [Name(need, around(told.root)) for need in told.needs[1:]]
        for nodes in nodes_of(names, scanned):
            for node in nodes:
                if not scanned.itself(node, told.root):
                    scanned.claim(
                        Relation.NEEDS,
                        scanned.uri(told.root),
                        node,
                        f"manifest of {told.root}",
                        at=told.root,
                    )
