from pathlib import Path

import pytest

from governance.evidence.schema import Problem
from governance.lineage.open import opened
from governance.lineage.subgraph import subgraph
from governance.retention.decided import NothingScannedError
from tests.governance.lineage.lab import NOW, VERSION, site, uri
from tests.governance.retention.places import STORE, add_snapshot, workspace


def test_a_workspace_is_opened_with_all_that_its_sources_say(tmp_path: Path) -> None:
    with opened(site(tmp_path), NOW) as found:
        assert found.md5_stores == {STORE}
        assert found.doubts == ()
        graph = subgraph(found.connection, uri("released/llama/"), md5_stores=found.md5_stores)
        assert VERSION in {node.id for node in graph.nodes}
        # What the scan read in the bucket is there as well, and not trusted.
        graph = subgraph(found.connection, uri("adapters/chat/"), "up")
        assert {edge.trusted for edge in graph.edges} == {False}


def test_a_source_that_could_not_say_all_is_named(tmp_path: Path) -> None:
    place = site(tmp_path, problems=[Problem(words="page 7 is missing")])
    with opened(place, NOW) as found:
        assert found.doubts == ("mlflow (lab) was not read completely: page 7 is missing",)


def test_a_store_of_two_types_is_of_an_unknown_one(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    add_snapshot(place, [], store_type="ceph")
    add_snapshot(place, [], bucket="other", store_type="generic")
    with opened(place, NOW) as found:
        assert found.md5_stores == frozenset()


def test_nothing_scanned_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NothingScannedError), opened(workspace(tmp_path), NOW):
        pass
