from pathlib import Path

import duckdb
import pytest

from governance.decide.engine import SMALL, connect, make_room, parquet, quote


def test_holds_the_limits_it_is_given(tmp_path: Path) -> None:
    connection = connect(tmp_path / "spill", memory="64MB", threads=1)
    limits = connection.execute(
        "SELECT current_setting('threads'), current_setting('memory_limit')"
    ).fetchone()
    assert limits == (1, "61.0 MiB")
    assert connection.execute("SELECT current_setting('TimeZone')").fetchone() == ("UTC",)


def test_spills_to_the_folder_that_is_named(tmp_path: Path) -> None:
    connection = connect(tmp_path / "spill", memory="32MB", threads=1)
    query = "SELECT count(DISTINCT md5(range::VARCHAR)) FROM range(600000)"
    assert connection.execute(query).fetchone() == (600_000,)


def test_fetches_no_extension() -> None:
    with pytest.raises(duckdb.Error):
        connect().execute("SELECT * FROM st_read('x')")


@pytest.mark.parametrize("name", ["a[b]", "a*b", "a?b", "plain", "ü'\"n"])
def test_names_one_file_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    connection = connect()
    (tmp_path / name).mkdir()
    (tmp_path / "ab").mkdir()
    for folder in (tmp_path / name, tmp_path / "ab"):
        file = quote(str(folder / "x.parquet"))
        text = quote(folder.name)
        connection.execute(f"COPY (SELECT {text} AS n) TO {file} (FORMAT parquet)")
    found = connection.execute(
        "SELECT n FROM read_parquet($1)", [parquet(tmp_path / name / "x.parquet")]
    ).fetchall()
    assert found == [(name,)]


@pytest.mark.parametrize("text", ["", "'", "''; DROP TABLE x; --", "\\", "a\nb", "💩", "$1 ? {}"])
def test_a_quoted_text_is_that_text(text: str) -> None:
    assert connect().execute(f"SELECT {quote(text)}").fetchone() == (text,)


@pytest.mark.parametrize(
    ("artifacts", "megabytes"), [(0, 320), (SMALL, 320), (1_200_000, 1520), (50_000_000, 2048)]
)
def test_makes_room_for_many_artifacts_up_to_a_limit(artifacts: int, megabytes: int) -> None:
    connection = connect()
    make_room(connection, artifacts)
    (limit,) = connection.execute("SELECT current_setting('memory_limit')").fetchone() or ("",)
    mebibytes = megabytes * 1_000_000 / 2**20
    number, unit = str(limit).split()
    assert float(number) * {"MiB": 1, "GiB": 1024}[unit] == pytest.approx(mebibytes, rel=0.1)
