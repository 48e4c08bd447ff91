from tce.custody import api
from tce.custody.custody import AppRole, Engine, Issuer, ServiceAccount, TransitKey


def test_a_machine_s_tokens_live_on_and_a_person_s_do_not() -> None:
    machine = AppRole(mount="m", name="kms", policies=["a"], period_seconds=3600)
    person = AppRole(mount="m", name="anna", policies=["a"], ttl_seconds=600)
    assert (api.approle(machine)["token_period"], api.approle(machine)["token_max_ttl"]) == (
        3600,
        0,
    )
    assert (api.approle(person)["token_period"], api.approle(person)["token_max_ttl"]) == (0, 600)
    assert api.approle(machine)["secret_id_ttl"] == 0
    assert api.approle(person)["secret_id_ttl"] == 90 * 24 * 3600


def test_a_login_has_its_own_policies_and_no_others() -> None:
    fields = api.approle(AppRole(mount="m", name="a", policies=["b", "a"]))
    assert (fields["token_policies"], fields["token_no_default_policy"]) == (["a", "b"], True)


def test_a_single_address_is_written_as_openbao_gives_it_back() -> None:
    cidrs = ["192.0.2.1/32", "2001:db8::1/128", "198.51.100.0/24"]
    fields = api.approle(AppRole(mount="m", name="a", policies=[], cidrs=cidrs))
    assert fields["token_bound_cidrs"] == ["192.0.2.1", "198.51.100.0/24", "2001:db8::1"]
    assert fields["secret_id_bound_cidrs"] == sorted(cidrs)


def test_no_key_leaves_and_none_is_deleted_by_mistake() -> None:
    key = TransitKey(engine="t", name="a", type="ed25519", rotate_hours=1, what="")
    fields = api.key(key)
    assert [name for name, value in fields.items() if value is True] == []
    assert fields["auto_rotate_period"] == 3600
    assert api.transit_config() == {"disable_upsert": True}


def test_an_audience_is_asked_for_where_one_is_declared() -> None:
    account = ServiceAccount(
        mount="k", name="a", accounts=["b", "a"], namespaces=["n"], policies=["p"]
    )
    assert "audience" not in api.account(account)
    assert api.account(account)["bound_service_account_names"] == ["a", "b"]
    asked = account.model_copy(update={"audience": "x"})
    assert api.account(asked)["audience"] == "x"


def test_an_issuer_signs_no_other_names() -> None:
    fields = api.issuer(Issuer(engine="p", name="a", domains=["a.example.org"], ttl_hours=2))
    allowed = [name for name, value in fields.items() if value is True]
    assert (allowed, fields["max_ttl"]) == (["allow_bare_domains", "server_flag"], 7200)


def test_only_kv_has_versions() -> None:
    assert api.options(Engine(path="a", type="kv", what="")) == {"version": "2"}
    assert api.options(Engine(path="a", type="transit", what="")) == {}
    assert api.engine(Engine(path="a", type="pki", what="b")) == {"type": "pki", "description": "b"}
