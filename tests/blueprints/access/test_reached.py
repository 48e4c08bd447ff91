from tests.blueprints.access.case import KEYED, OPEN


def test_a_key_is_asked_for_where_the_service_has_one() -> None:
    assert (KEYED.key, OPEN.key) == (True, False)
    assert KEYED.name == "mutable"
