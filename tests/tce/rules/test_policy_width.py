"""Variants that the rule policy-width finds, and others that it has nothing to say of."""

from pathlib import Path

from blueprints.check.run import Asked, check
from tests.blueprints.check.rules.variants import TESTS, Edit, accepts, finds
from tests.blueprints.mutation.campaign import TODAY

RULE = "policy-width"
FILE = "keys/policies/tce-hospital-opener-genomes.hcl"
DECRYPT = "tce-hospital-transit/decrypt/bucket-genomes"
WRONG: dict[str, tuple[Edit, str]] = {
    "every key": (
        (FILE, DECRYPT, "tce-hospital-transit/decrypt/*"),
        'path "tce-hospital-transit/decrypt/*" covers every key',
    ),
    "another environment": ((FILE, DECRYPT, "tce-clinic-transit/decrypt/a"), "is in no engine"),
    "no policy at all": (
        (FILE, 'capabilities = ["update"]', "mode = []"),
        "capabilities is expected",
    ),
}
RIGHT: dict[str, Edit] = {
    "no environment": ("spec.yaml", "blueprint: tce", "blueprint: cluster"),
    "its own login": (FILE, DECRYPT, "auth/token/renew-self"),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)


def test_a_finding_names_the_line() -> None:
    invalid = TESTS / "tce" / "invalid" / RULE / "invalid"
    result = check(invalid, Asked(only=(RULE,), history=False), TODAY)
    assert [(one.file, one.line) for one in result.findings] == [(FILE, 7)]


def test_without_its_engines_nothing_is_judged(tmp_path: Path) -> None:
    for file in ("spec.yaml", FILE):
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((TESTS / "tce" / "invalid" / RULE / "valid" / file).read_bytes())
    result = check(tmp_path, Asked(only=(RULE,), history=False), TODAY)
    assert [one.rule for one in result.not_checked] == [RULE]
