"""Variants that the rule cron-job finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "cron-job"
WRONG: dict[str, tuple[Edit, str]] = {
    "a schedule that never comes": (
        ("web/nightly.yaml", "17 3 * * *", "17 3 30 2 *"),
        "day 30 of month 2 never comes",
    ),
    "no end": (("web/nightly.yaml", "      activeDeadlineSeconds: 3600\n", ""), "may run for ever"),
    "an end after the next run": (
        ("web/nightly.yaml", "activeDeadlineSeconds: 3600", "activeDeadlineSeconds: 100000"),
        "is due again after 86400 s",
    ),
    "no time zone": (
        ("web/nightly.yaml", "  timeZone: Etc/UTC\n", ""),
        "does not say in which timeZone",
    ),
    "suspended": (
        ("web/nightly.yaml", "  timeZone: Etc/UTC\n", "  timeZone: Etc/UTC\n  suspend: true\n"),
        "is suspended",
    ),
    "many tries": (
        ("web/nightly.yaml", "backoffLimit: 1", "backoffLimit: 50"),
        "needs a backoffLimit",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "replacing": (("web/nightly.yaml", "Forbid", "Replace"),),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
