from pathlib import Path

from governance.pin.places import place_of, places
from governance.snapshot.reader import latest
from governance.workspace.config import Config
from tests.governance.pin.places import add, bucket, tree

CONFIG = """
stores:
  site: {endpoint: "http://127.0.0.1:8333", profile: site, governance: "s3://records/tutela/"}
"""


def test_the_pins_of_a_tree_lie_in_the_workspace(tmp_path: Path) -> None:
    (snapshot,) = latest(tree(tmp_path))
    assert place_of(snapshot.manifest, Config()) is None
    assert places([snapshot], Config()) == []


def test_the_pins_of_a_bucket_lie_in_it(tmp_path: Path) -> None:
    place = bucket(tmp_path, "lab", "http://127.0.0.1:8333")
    (found,) = places(latest(place), place.config)
    assert (found.identity, found.bucket, found.location) == (
        "127.0.0.1:8333",
        "lab",
        "s3://lab/.tutela/",
    )
    assert found.config.endpoint == "http://127.0.0.1:8333"


def test_a_configured_store_says_where(tmp_path: Path) -> None:
    place = bucket(tmp_path, "lab", "http://127.0.0.1:8333", config=CONFIG)
    (found,) = places(latest(place), place.config)
    assert (found.location, found.config.profile) == ("s3://records/tutela/", "site")


def test_two_buckets_with_one_place_are_asked_once(tmp_path: Path) -> None:
    place = bucket(tmp_path, "lab", "http://127.0.0.1:8333", config=CONFIG)
    store = latest(place)[0].manifest.store
    add(place, "s3://other/", "other", store)
    assert len(latest(place)) == 2
    assert len(places(latest(place), place.config)) == 1
    assert len(places(latest(place), Config())) == 2
