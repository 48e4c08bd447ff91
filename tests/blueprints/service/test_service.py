from blueprints.service.service import Image, secret_file, secret_name
from tests.blueprints.service.models import composed


def test_an_image_is_named_by_its_digest_and_by_no_tag() -> None:
    digest = "sha256:" + "ab" * 32
    assert Image("registry.example.org/a", digest, "amd64").reference == (
        f"registry.example.org/a@{digest}"
    )


def test_secrets_lie_under_the_services_name() -> None:
    service = composed()
    assert (secret_file(service), secret_name(service)) == ("scout.env", "scout-secrets")
