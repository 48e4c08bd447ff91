import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.evidence.errors import EvidenceError
from governance.evidence.mlflow import rows
from governance.evidence.mlflow.rows import Rows, cut, text_of, text_or_none, whole


def test_texts_are_texts_whatever_the_column_holds() -> None:
    assert [text_of(value) for value in ("a", b"a\xff", 7, None)] == ["a", "a�", "7", ""]
    assert [text_or_none(value) for value in ("", None, b"x")] == [None, None, "x"]


@given(st.none() | st.integers() | st.floats() | st.text() | st.binary() | st.lists(st.none()))
def test_a_whole_number_has_64_bits_or_is_none(value: object) -> None:
    number = whole(value)
    assert number is None or -(2**63) <= number < 2**63


def test_pages_and_lists_of_ids_are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlalchemy as sa

    monkeypatch.setattr(rows, "PAGE", 3)
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE experiments (id)")
        connection.exec_driver_sql("CREATE TABLE things (id TEXT, said TEXT)")
        for number in range(10):
            connection.exec_driver_sql(
                "INSERT INTO things VALUES (?, ?)", (f"{number}", "x" * 9_999)
            )
        asked = Rows(connection)
        pages = list(
            asked._pages("SELECT id FROM things WHERE id > :last ORDER BY id LIMIT :page", "id")
        )
        assert [len(page) for page in pages] == [3, 3, 3, 1]
        found = asked._of(f"SELECT {cut('said')} AS said FROM things WHERE id IN :ids", ["1", "7"])
        assert [len(row["said"]) for row in found] == [2_001, 2_001]
        assert asked._workspace == "'default' AS workspace"
        connection.exec_driver_sql("DROP TABLE experiments")
        with pytest.raises(EvidenceError, match="no table experiments"):
            Rows(connection)
    engine.dispose()
