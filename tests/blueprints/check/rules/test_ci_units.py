"""Variants that the rule ci-units finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "ci-units"
PLAN, APPLY = ".github/workflows/plan.yaml", ".github/workflows/apply.yaml"
LAB = ".gitlab-ci.yml"
PROTECTED = '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_COMMIT_REF_PROTECTED == "true"'
WRONG: dict[str, tuple[*tuple[Edit, ...], str]] = {
    "whoever asks": (
        (APPLY, "  workflow_dispatch: {}", "  pull_request: {}"),
        "units are applied on pull_request, which nobody reviewed",
    ),
    "every branch": ((APPLY, "push: {branches: [main]}", "push: {}"), "to other than main"),
    "another branch": ((APPLY, "[main]", "[main, dev]"), "to other than main"),
    "by hand alone": ((APPLY, "  push: {branches: [main]}\n", ""), "not applied on pushes to main"),
    "no protection": ((APPLY, "    environment: tds\n", ""), "in no environment"),
    "another protection": (
        (APPLY, "environment: production", "environment: tds"),
        "production is applied behind the protection of tds",
    ),
    "two at once": ((APPLY, "group: apply, ", ""), "two runs may apply at once"),
    "stopped halfway": (
        (APPLY, "cancel-in-progress: false", "cancel-in-progress: true"),
        "stops the other halfway",
    ),
    "production at once": (
        (APPLY, "    needs: [tds]\n", ""),
        "production does not wait for tds",
    ),
    "no token": (
        (PLAN, "          RANCHER_TOKEN_KEY: ${{ secrets.RANCHER_TOKEN_KEY }}\n", ""),
        "the units read RANCHER_TOKEN_KEY, and the job has none",
    ),
    "no login of the state": (
        ("tofu/backend.tf", "", 'terraform {\n  backend "s3" {\n  }\n}\n'),
        "the units read AWS_ACCESS_KEY_ID",
    ),
    "no plan for review": (
        (PLAN, "  pull_request: {}", "  push: {}"),
        "not planned when somebody asks for review",
    ),
    "no plan": (
        (PLAN, "tofu/units.sh plan", "echo"),
        (LAB, "tofu/units.sh plan", "echo"),
        "no job runs tofu/units.sh plan",
    ),
    "an environment that nobody applies": (
        ("clusters/development/a/cluster.yaml", "", "name: development-a\n"),
        "no job applies development",
    ),
    "any branch of GitLab": (
        (LAB, f"    - if: {PROTECTED}\n", "    - when: always\n"),
        "outside of the protected default branch",
    ),
    "no rule of GitLab": (
        (LAB, f"  rules:\n    - if: {PROTECTED}\n", ""),
        "outside of the protected default branch",
    ),
    "two at once in GitLab": ((LAB, "  resource_group: tds\n", ""), "resource_group"),
    "no protection in GitLab": ((LAB, "  environment: {name: tds}\n", ""), "in no environment"),
    "production first in GitLab": (
        (LAB, "[plan, apply-tds, apply-production]", "[plan, apply-production, apply-tds]"),
        "does not wait for what is promoted from",
    ),
    "no review in GitLab": ((LAB, "merge_request_event", "push"), "asks for review"),
}
RIGHT: dict[str, Edit] = {
    "all environments in one job": (
        PLAN,
        "jobs:\n",
        "jobs:\n  more: {runs-on: ubuntu-24.04, steps: [{run: echo tofu/units.sh}]}\n",
    ),
    "another branch, as the specification says": (
        "spec.yaml",
        "",
        "site: {git: {branch: main}}\n",
    ),
    "an environment by its fields": (
        APPLY,
        "    environment: tds\n",
        "    environment: {name: tds, url: https://rancher.example.org}\n",
    ),
    "a token for the whole job": (
        PLAN,
        "    timeout-minutes: 60\n",
        "    timeout-minutes: 60\n    env: {OTHER: a}\n",
    ),
    "events as a list": (PLAN, '"on":\n  pull_request: {}\n', "on: [pull_request]\n"),
    "one event": (PLAN, '"on":\n  pull_request: {}\n', "on: pull_request\n"),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
