import time
from pathlib import Path

import pytest

from governance.decide import closure
from governance.decide.closure import reach
from governance.decide.engine import connect
from tests.governance.decide.oracle import Row
from tests.governance.decide.things import artifact, claim, learned, reached, rows, told

ONE, TWO = "runs/a/checkpoint-1/", "runs/a/checkpoint-2/"
SAVES = [artifact(1, ONE), artifact(2, TWO)]


def needed(folder: Path, *said: Row, ancestors: bool = True) -> list[str]:
    return reached(learned(folder, SAVES, told(*said)), ancestors=ancestors)


def test_names_are_followed_from_the_root_on(tmp_path: Path) -> None:
    chain = [
        claim("names", "alias", "version", "mlflow.alias"),
        claim("names", "version", "model"),
        claim("names", "model", "s3://lab/" + ONE),
    ]
    assert needed(tmp_path, *chain) == [ONE]
    assert needed(tmp_path, *chain[1:]) == []


def test_only_names_are_followed_where_a_policy_says_self(tmp_path: Path) -> None:
    root = claim("names", "alias", "s3://lab/" + ONE, "mlflow.alias")
    base = claim("needs", "s3://lab/" + ONE, "s3://lab/" + TWO)
    assert needed(tmp_path, root, base, ancestors=True) == [ONE, TWO]
    assert needed(tmp_path, root, base, ancestors=False) == [ONE]
    named = {**base, "relation": "names"}
    assert needed(tmp_path, root, named, ancestors=False) == [ONE, TWO]


def test_a_cycle_ends_where_it_began(tmp_path: Path) -> None:
    ring = [claim("needs", str(n), str((n + 1) % 5)) for n in range(5)]
    root = claim("names", "root", "3", "doi")
    out = claim("needs", "1", "s3://lab/" + ONE)
    assert needed(tmp_path, root, *ring, out) == [ONE]
    assert needed(tmp_path, root, *ring) == []


def test_what_needs_itself_is_no_root(tmp_path: Path) -> None:
    place = "s3://lab/" + ONE
    assert needed(tmp_path, claim("needs", place, place)) == []
    assert needed(tmp_path, claim("needs", place, place, "doi")) == [ONE]


def test_what_leads_to_nothing_is_nothing(tmp_path: Path) -> None:
    gone = claim("names", "alias", "s3://lab/gone/", "mlflow.alias")
    assert needed(tmp_path, gone, claim("names", "nobody", "s3://lab/" + ONE)) == []


@pytest.mark.parametrize(
    ("near", "length"), [(closure.NEAR, 3_000), (10**9, 300)], ids=["leaps", "steps"]
)
def test_a_long_chain_is_followed_to_its_end(
    tmp_path: Path, near: int, length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closure, "NEAR", near)
    chain = [claim("needs", f"g{n}", f"g{n + 1}") for n in range(length)]
    chain.append(claim("needs", f"g{length}", "s3://lab/" + ONE))
    chain.append(claim("needs", f"g{length}", "g0"))
    connection = learned(tmp_path, SAVES, told(claim("names", "root", "g0", "doi"), *chain))
    assert reached(connection) == [ONE]
    (deepest,) = rows(connection, "SELECT MAX(level) AS level, COUNT(*) AS count FROM reached")
    assert deepest["level"] >= length
    ways = (
        "SELECT COUNT(*) AS ways FROM reached r JOIN edges e ON e.rowid = r.edge AND e.t = r.node"
    )
    assert rows(connection, ways) == [{"ways": deepest["count"] - 1}]


def test_a_chain_that_is_too_long_is_said_to_be_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closure, "DEEPEST", 60)
    chain = [claim("needs", f"g{n}", f"g{n + 1}") for n in range(100)]
    found = needed(tmp_path, claim("names", "root", "g0", "doi"), *chain)
    assert found == ["*"]


def test_a_hundred_thousand_levels_take_no_minutes() -> None:
    connection = connect(memory="1GB")
    connection.execute(
        "CREATE TABLE edges AS SELECT hash(i) AS h, hash(i + 1) AS t, false AS names, i AS claim"
        " FROM range(99000) r(i) UNION ALL"
        " SELECT hash(-(i % 1000)), hash(-((i * 7) % 1000)), false, 1000000 + i"
        " FROM range(20000) r(i)"
    )
    start = time.monotonic()
    assert reach(connection, "reached", "SELECT 0 AS claim", ancestors=True)
    assert rows(connection, "SELECT COUNT(*) AS n FROM reached") == [{"n": 99000}]
    assert time.monotonic() - start < 60


def test_a_narrow_way_may_become_wide_and_narrow_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closure, "NEAR", 2)
    monkeypatch.setattr(closure, "NARROW", 3)
    said = [claim("names", "root", "g0", "doi")]
    said += [claim("needs", f"g{n}", f"g{n + 1}") for n in range(20)]
    said += [claim("needs", "g20", f"w{n}") for n in range(50)]
    said += [claim("needs", f"w{n}", f"v{n}") for n in range(50)]
    said += [claim("needs", f"v{n}", "h0") for n in range(50)]
    said += [claim("needs", f"h{n}", f"h{n + 1}") for n in range(20)]
    said += [claim("needs", "h20", "s3://lab/" + TWO), claim("needs", "h20", "g5")]
    connection = learned(tmp_path, SAVES, told(*said))
    assert reached(connection) == [TWO]
    (found,) = rows(connection, "SELECT COUNT(*) AS n, COUNT(DISTINCT node) AS nodes FROM reached")
    assert found["n"] == found["nodes"]
    (end,) = rows(connection, "SELECT level FROM reached JOIN placed USING (node)")
    assert end["level"] == 20 + 1 + 1 + 1 + 20 + 1


def test_the_shortest_way_and_its_last_claim_are_remembered(tmp_path: Path) -> None:
    said = [
        claim("names", "alias", "version", "mlflow.alias"),
        claim("names", "version", "s3://lab/runs/a"),
        claim("names", "alias", "far", "mlflow.alias"),
        claim("names", "far", "version"),
    ]
    connection = learned(tmp_path, SAVES, told(*said))
    assert reached(connection) == [ONE, TWO]
    found = rows(connection, "SELECT root, last FROM reached JOIN placed USING (node)")
    assert found == [{"root": 0, "last": 1}] * 2
