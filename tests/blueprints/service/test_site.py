from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from pydantic import ValidationError

from blueprints.service.site import Site
from tests.blueprints.service.services import sites
from tests.blueprints.service.test_profiles import SAID


def refused(**said: object) -> Mapping[tuple[int | str, ...], str]:
    with pytest.raises(ValidationError) as caught:
        Site.model_validate({**SAID, **said})
    return {one["loc"]: one["msg"] for one in caught.value.errors()}


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in SAID.items() if name != key}


@settings(max_examples=40)
@given(sites())
def test_any_site_is_read_back_from_what_it_says(site: Site) -> None:
    assert Site.model_validate(site.model_dump()) == site


def test_a_profile_that_there_is_not_is_named_with_the_nearest() -> None:
    assert refused(profile="alp") == {("profile",): "there is no profile alp; did you mean alps?"}


@pytest.mark.parametrize("profile", [3, None, ["alps"]])
def test_a_profile_that_is_no_name_is_refused(profile: object) -> None:
    assert refused(profile=profile)


def test_what_neither_site_nor_profile_says_is_missing() -> None:
    store = {"endpoint": "https://s3.example.org", "bucket": "models"}
    assert refused(profile="workstation", store=store) == {("store", "checksum"): "Field required"}
    assert Site.model_validate({**SAID, "profile": "hops", "store": store}).store.attempts == 10


@pytest.mark.parametrize(
    ("key", "said", "place", "text"),
    [
        (
            "folders",
            {"profile": "hops", "runtimes": ["apptainer"]},
            ("folders",),
            "apptainer starts containers on nodes of here",
        ),
        (
            "kubernetes",
            {"profile": "hops", "runtimes": ["podman", "vllm-chart"]},
            ("kubernetes",),
            "vllm-chart needs a cluster",
        ),
        (
            "",
            {"profile": "hops", "runtimes": ["flux"]},
            ("scheduler", "type"),
            "flux is a runtime of here, and its scheduler is slurm",
        ),
        (
            "",
            {"profile": "hops", "network": {"transport": "cxi"}},
            ("network", "sets"),
            "cxi without the variables",
        ),
    ],
)
def test_a_site_that_lacks_what_a_runtime_needs_is_told_where(
    key: str, said: dict[str, Any], place: tuple[str, ...], text: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        Site.model_validate({**without(key), **said})
    [problem] = caught.value.errors()
    assert problem["loc"] == place
    assert text in problem["msg"]


def test_alps_may_try_cxi() -> None:
    site = Site.model_validate({**SAID, "profile": "alps", "network": {"transport": "cxi"}})
    assert site.network.sets["cxi"]["NCCL_NET"] == "AWS Libfabric"


@pytest.mark.parametrize(
    "proxies",
    [
        {"http": "http://user:secret@proxy.example.org:3128"},
        {"https": "socks5://proxy.example.org"},
        {"https": "https://proxy.example.org:3128/path?x"},
    ],
)
def test_a_proxy_is_an_address_without_a_password(proxies: dict[str, str]) -> None:
    assert refused(profile="workstation", proxies=proxies)


def test_a_proxy_may_be_plain_http() -> None:
    site = Site.model_validate(
        {**SAID, "profile": "workstation", "proxies": {"https": "http://proxy.example.org:3128"}}
    )
    assert site.proxies.https == "http://proxy.example.org:3128"


@pytest.mark.parametrize("name", ["HF_HOME", "VLLM_HOST_IP", "HTTPS_PROXY", "HOME", "S3_TOKEN"])
@pytest.mark.parametrize("where", ["variables", "sets"])
def test_a_sites_network_sets_nothing_that_is_not_about_it(name: str, where: str) -> None:
    said = {"variables": {name: "x"}} if where == "variables" else {"sets": {"tcp": {name: "x"}}}
    place = (
        ("network", "variables", name) if where == "variables" else ("network", "sets", "tcp", name)
    )
    [(found, text)] = refused(profile="workstation", network=said).items()
    assert found == place
    assert text.startswith(f"{name} is not about a network")


@pytest.mark.parametrize("near", ["a,b", "a b", "", "$(id)"])
def test_what_is_near_is_one_name_to_an_entry(near: str) -> None:
    assert refused(profile="workstation", proxies={"no_proxy": [near]})


@pytest.mark.parametrize("prefix", ["/a", "a b", "$(id)", "..", ""])
def test_a_prefix_is_a_plain_path(prefix: str) -> None:
    assert refused(profile="workstation", store={**SAID["store"], "prefix": prefix})
