"""Variants that the rule ci-steps finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "ci-steps"
CHECK = ".github/workflows/check.yaml"
JOB = "check:\n  script: [make out.xml]\n  artifacts: {}\n"
WRONG: dict[str, tuple[Edit, str]] = {
    "no Python": (
        (CHECK, "actions/setup-python@", "actions/setup-java@"),
        "runs Python without setup-python",
    ),
    "a report of an unknown kind": (
        (".gitlab-ci.yml", "", JOB.replace("{}", "{reports: {junitt: out.xml}}")),
        "no report is called junitt; did you mean junit?",
    ),
    "a report that nobody writes": (
        (".gitlab-ci.yml", "", JOB.replace("{}", "{reports: {junit: other.xml}}")),
        "reports other.xml, which it does not write",
    ),
    "a file that nobody writes": (
        (".gitlab-ci.yml", "", JOB.replace("{}", "{paths: [site/]}")),
        "keeps site/, which it does not write",
    ),
}
RIGHT: dict[str, Edit] = {
    "a job without Python": (CHECK, "python -m compileall .", "make all"),
    "a runner that brings what it needs": (
        CHECK,
        "jobs:\n",
        "jobs:\n  own: {runs-on: [self-hosted, tofu], steps: [{run: tofu version}]}\n",
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
