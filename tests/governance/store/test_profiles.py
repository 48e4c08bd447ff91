from governance.store.profiles import GENERIC, PROFILES, profile_of


def test_a_configured_type_has_its_profile_whatever_the_server_says() -> None:
    assert profile_of("vast", "SeaweedFS 4.48") is PROFILES["vast"]


def test_a_generic_store_is_known_by_what_it_calls_itself() -> None:
    assert profile_of("generic", "SeaweedFS 8000GB 4.48") is PROFILES["seaweedfs"]
    assert profile_of("generic", "nginx") is GENERIC
    assert profile_of("generic") is GENERIC


def test_of_a_generic_store_nothing_is_known() -> None:
    assert GENERIC.versioning is None
    assert GENERIC.conditional_delete is None


def test_every_profile_says_where_its_facts_are_from() -> None:
    for profile in PROFILES.values():
        assert profile.source in {"A", "C", "S", "V"}


def test_vast_is_what_its_documents_say() -> None:
    vast = PROFILES["vast"]
    assert vast.suspend_versioning is False
    assert vast.tags_per_object == 40
    assert vast.lifecycle_noncurrent is None
    assert vast.conditional_delete is None
