"""What each part of a custody is in OpenBao's API: fields and their values.

One place for whoever brings OpenBao to it (`tutela tce keys apply`), compares it (`status`) or
renders it (OpenTofu): they would drift apart otherwise. Durations are seconds, lists are in order.
Source: openbao.org/api-docs; what 2.7.2 gives back of it, tried.
"""

from collections.abc import Mapping

from tce.custody.custody import AppRole, Engine, Issuer, ServiceAccount, TransitKey

Fields = Mapping[str, str | int | bool | list[str]]

_SECRET_ID_SECONDS = 90 * 24 * 3600
"""A person's or a program's secret id is handed out anew each quarter; one of a machine, whose
tokens live on, lasts with the machine and is bound to its address."""


def engine(one: Engine) -> Fields:
    """``sys/mounts/<path>``, without its options."""
    return {"type": one.type, "description": one.what}


def options(one: Engine) -> dict[str, str]:
    """Options of a mount."""
    return {"version": "2"} if one.type == "kv" else {}


def transit_config() -> Fields:
    """``<transit>/config/keys``: a name that is mistyped makes no new key."""
    return {"disable_upsert": True}


def key(one: TransitKey) -> Fields:
    """``<transit>/keys/<name>``."""
    return {
        "type": one.type,
        "exportable": False,
        "allow_plaintext_backup": False,
        "auto_rotate_period": one.rotate_hours * 3600,
        "deletion_allowed": False,
    }


def approle(one: AppRole) -> Fields:
    """``auth/<mount>/role/<name>``."""
    lives_on = one.period_seconds > 0
    return {
        "bind_secret_id": True,
        "secret_id_bound_cidrs": sorted(one.cidrs),
        "secret_id_num_uses": 0,
        "secret_id_ttl": 0 if lives_on else _SECRET_ID_SECONDS,
        # OpenBao gives back a single address without its length, here only.
        "token_bound_cidrs": sorted(
            cidr.removesuffix("/32" if "." in cidr else "/128") for cidr in one.cidrs
        ),
        "token_no_default_policy": True,
        "token_period": one.period_seconds,
        "token_policies": sorted(one.policies),
        "token_ttl": 0 if lives_on else one.ttl_seconds,
        "token_max_ttl": 0 if lives_on else one.ttl_seconds,
        "token_type": "service",
    }


def account(one: ServiceAccount) -> Fields:
    """``auth/<mount>/role/<name>`` of Kubernetes auth.

    With the policy that every token has by default: External Secrets and cert-manager look up, and
    revoke, their own tokens.
    """
    said: dict[str, str | int | bool | list[str]] = {
        "bound_service_account_names": sorted(one.accounts),
        "bound_service_account_namespaces": sorted(one.namespaces),
        "token_policies": sorted(one.policies),
        "token_ttl": one.ttl_seconds,
        "token_max_ttl": one.ttl_seconds,
    }
    if one.audience is not None:
        said["audience"] = one.audience
    return said


def issuer(one: Issuer) -> Fields:
    """``<pki>/roles/<name>``."""
    return {
        "allowed_domains": sorted(one.domains),
        "allow_bare_domains": True,
        "allow_subdomains": False,
        "allow_glob_domains": False,
        "allow_any_name": False,
        "allow_localhost": False,
        "allow_ip_sans": False,
        "server_flag": True,
        "client_flag": False,
        "key_type": "ec",
        "key_bits": 256,
        "ttl": one.ttl_hours * 3600,
        "max_ttl": one.ttl_hours * 3600,
    }
