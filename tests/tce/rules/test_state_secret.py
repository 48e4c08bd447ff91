"""Variants that the rule state-secret finds, and others that it has nothing to say of."""

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "state-secret"
MAIN = "iac/bao/main.tf"
WRONG: dict[str, tuple[Edit, str]] = {
    "a secret id": (
        (MAIN, "", 'resource "vault_approle_auth_backend_role_secret_id" "a" {\n}\n'),
        "vault_approle_auth_backend_role_secret_id: a secret id would lie in the state",
    ),
    "a secret that is read": (
        (MAIN, "", 'data "vault_kv_secret_v2" "a" {\n}\n'),
        "vault_kv_secret_v2: what the engine holds would lie in the state",
    ),
    "a passphrase of another provider": (
        ("iac/other/main.tf", "", 'resource "random_password" "a" {\n  length = 32\n}\n'),
        "random_password: a passphrase would lie in the state",
    ),
    "the OpenBao that it builds": (
        (MAIN, 'key_provider "pbkdf2"', 'key_provider "openbao"'),
        "the state is encrypted by an OpenBao, and builds one",
    ),
    "a plan in clear": (
        (MAIN, "    plan {", "    remote_state_data_sources {"),
        "nothing encrypts the plan",
    ),
    "a state that may be in clear": (
        (MAIN, "      enforced = true\n    }\n\n    plan", "    }\n\n    plan"),
        "state: without enforced = true",
    ),
    "no encryption": (
        (MAIN, "  encryption {", "  provider_meta {"),
        "nothing encrypts the state of iac/bao",
    ),
}
RIGHT: dict[str, Edit] = {
    "no environment": ("spec.yaml", "blueprint: tce", "blueprint: cluster"),
    "another key service": (MAIN, 'key_provider "pbkdf2"', 'key_provider "aws_kms"'),
    "a module without resources": ("iac/other/main.tf", "", 'output "a" {\n  value = 1\n}\n'),
    "an attribute that only sounds so": (
        MAIN,
        'name   = "tce-hospital-sender"',
        'name   = "vault_token"',
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
