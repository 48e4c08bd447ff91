from __future__ import annotations

import yaml

from tce.render.repository.assumptions import assumptions, files
from tests.tce.intent.specifications import ALPS, typed


def ids(example: str = "hospital", **changes: object) -> list[str]:
    return [one.id for one in assumptions(typed(dict(changes), example))]


def test_each_says_what_is_assumed_what_happens_otherwise_who_sees_to_it_and_how() -> None:
    (one,) = files(typed())
    found = yaml.safe_load(one.content)
    assert found["schema"] == "tutela/assumptions/v1"
    assert len(found["assumptions"]) == len(ids())
    for entry in found["assumptions"]:
        assert entry["by"] in ("provider", "institution", "both")
        assert all(len(entry[key].split()) > 2 for key in ("assumed", "otherwise", "how"))


def test_none_is_said_twice() -> None:
    for example in ("hospital", ALPS):
        assert len(set(ids(example))) == len(ids(example))


def test_what_no_proof_reaches_is_there() -> None:
    assert {
        "data-in-use",
        "management-controllers",
        "boot-image",
        "virtual-tpm",
        "fabric",
        "provider-clock",
        "fragments",
        "connection-tracking",
        "switches-run-this",
        "place-of-openbao",
        "officers-together",
        "evidence-key",
        "tool",
    } <= set(ids())


def test_nodes_of_the_supercomputer_bring_their_own() -> None:
    assert "diskless-nodes" not in ids()
    assert "diskless-nodes" in ids(ALPS)


def test_a_fabric_that_is_on_is_assumed_isolated_in_the_institutions_words() -> None:
    words = "a partition of its own, by the centre's network team"
    found = {one.id: one for one in assumptions(typed({"fabric": words}))}
    assert words in found["fabric"].assumed
