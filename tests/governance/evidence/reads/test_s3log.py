import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.evidence.reads.s3log import request_of

NOON = 1772366400.0


def line(
    operation: str = "REST.GET.OBJECT",
    key: str = "run/model.safetensors",
    status: str = "200",
    agent: str = "vllm/0.20",
    by: str = "arn:aws:iam::1:user/alice",
) -> str:
    return (
        f"79a5 ckpt [01/Mar/2026:12:00:00 +0000] 192.0.2.3 {by} 3E57427F33A59F07 {operation} {key} "
        f'"GET /ckpt/{key}?versionId=x HTTP/1.1" {status} - 113 113 7 6 "-" "{agent}" - x= SigV4 '
        "ECDHE-RSA-AES128-GCM-SHA256 AuthHeader host TLSv1.2 - -\n"
    )


def places(text: str) -> tuple[str, ...]:
    request = request_of(text)
    assert request is not None
    assert request.seconds == NOON
    return request.places


@pytest.mark.parametrize(
    "operation",
    [
        *("REST.GET.OBJECT", "WEBSITE.GET.OBJECT", "REST.COPY.OBJECT_GET", "REST.COPY.PART_GET"),
        "REST.SELECT.OBJECT_CONTENT",
    ],
)
def test_a_request_that_reads_names_what_it_read(operation: str) -> None:
    assert places(line(operation)) == ("s3://ckpt/run/model.safetensors",)


@pytest.mark.parametrize("status", ["200", "206", "304", "-"])
def test_an_answer_with_contents_is_a_read(status: str) -> None:
    assert places(line(status=status))


@pytest.mark.parametrize(
    "text",
    [
        *(line("REST.PUT.OBJECT"), line("REST.HEAD.OBJECT"), line("REST.GET.BUCKET", key="-")),
        *(line("REST.GET.ACL"), line(status="403"), line(status="404"), line(key="-")),
        *(line("S3.EXPIRE.OBJECT"), line("REST.GET.OBJECT_TAGGING")),
    ],
)
def test_other_requests_read_nothing(text: str) -> None:
    assert places(text) == ()


def test_a_key_in_percent_code_is_read_in_every_way_that_it_can_be_meant() -> None:
    assert places(line(key="a%2520b/c")) == (
        "s3://ckpt/a%2520b/c",
        "s3://ckpt/a%20b/c",
        "s3://ckpt/a b/c",
    )


def test_tutelas_own_looks_are_no_use() -> None:
    assert places(line(agent="Boto3/1.43 md/Botocore tutela/0.1.0")) == ()
    assert places(line(key="tutela/model"))


def test_who_read_is_known_or_where_from() -> None:
    request = request_of(line(by="-"))
    assert request is not None
    assert request.by == "192.0.2.3"


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", line()[:60], line().replace("[01/Mar", "[41/Mar"), line().replace("Mar", "Mrz")),
        *(line().replace('"GET', "GET"), "\0" * 100, line(status="2x0")),
    ],
)
def test_what_is_no_request_is_none(text: str) -> None:
    assert request_of(text) is None


def test_a_quote_that_a_client_sends_hides_nothing() -> None:
    assert places(line(agent='x" "y')) == ("s3://ckpt/run/model.safetensors",)


def test_a_key_that_leads_up_is_no_place() -> None:
    assert places(line(key="../../etc/passwd")) == ()


@given(st.text(max_size=200) | st.text('- []"/:+0129ABGET.', max_size=150))
def test_any_line_is_read(text: str) -> None:
    request_of(text)
