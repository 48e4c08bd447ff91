import pytest

from governance.evidence.mlflow.answers import AnswerError, judge, object_of


def test_all_is_well_with_200() -> None:
    judge("host", 200, "", b"")


def test_mlflows_own_word_is_repeated_and_nothing_else() -> None:
    body = b'{"error_code": "INVALID_PARAMETER_VALUE", "message": "\\u001b[31m secret"}'
    with pytest.raises(AnswerError, match=r"^host answers with an error \(400 INVALID_P") as raised:
        judge("host", 400, "", body)
    assert raised.value.code == "INVALID_PARAMETER_VALUE"
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"error_code": "a b"}', b'{"error_code": 1}'])
def test_other_words_are_not(body: bytes) -> None:
    with pytest.raises(AnswerError, match=r"^host answers with an error \(404\)$") as raised:
        judge("host", 404, "", body)
    assert raised.value.code is None


def test_a_redirect_to_nowhere_is_one_too() -> None:
    with pytest.raises(AnswerError, match=r"^host redirects instead"):
        judge("host", 301, "", b"")
    with pytest.raises(AnswerError, match=r"^host redirects instead"):
        judge("host", 301, "/relative", b"")


def test_an_object_is_an_object() -> None:
    assert object_of(b'{"a": NaN}', "host").keys() == {"a"}
    with pytest.raises(AnswerError, match="no JSON"):
        object_of(b"}", "host")
    with pytest.raises(AnswerError, match="not MLflow's"):
        object_of(b'"text"', "host")
