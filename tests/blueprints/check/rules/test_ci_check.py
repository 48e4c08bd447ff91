"""Variants that the rule ci-check finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, finds

RULE = "ci-check"
WRONG: dict[str, tuple[Edit, str]] = {
    "no pull requests": (
        (".github/workflows/check.yaml", "  pull_request: {}\n", ""),
        "does not run on pull_request",
    ),
    "another branch": (
        (".github/workflows/check.yaml", "branches: [main]", "branches: [dev]"),
        "does not run on pushes to main",
    ),
    "any version": (
        (".github/workflows/check.yaml", "tutela==0.1.0", "tutela"),
        "in whatever version",
    ),
    "another command": (
        (".github/workflows/check.yaml", "tutela check .", "tutela status ."),
        "no job runs tutela check",
    ),
    "a step that may fail": (
        (
            ".github/workflows/check.yaml",
            "      - name: check\n",
            "      - name: check\n        continue-on-error: true\n",
        ),
        "without anybody noticing",
    ),
    "no history": (
        (".github/workflows/check.yaml", "          fetch-depth: 0\n", ""),
        "brings no history",
    ),
    "strangers with the rights of the repository": (
        (
            ".github/workflows/check.yaml",
            "  pull_request: {}\n",
            "  pull_request: {}\n  pull_request_target: {}\n",
        ),
        "for whoever opens a request",
    ),
    "a right to write": (
        (".github/workflows/check.yaml", "contents: read", "contents: write"),
        "every job may write contents",
    ),
    "no end": (
        (".github/workflows/check.yaml", "    timeout-minutes: 15\n", ""),
        "may run for six hours",
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
