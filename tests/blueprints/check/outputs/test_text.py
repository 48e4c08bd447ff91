from dataclasses import replace

from hypothesis import given

from blueprints.check.finding import Finding, Level
from blueprints.check.outputs.text import text
from blueprints.check.result import CheckResult
from blueprints.display import visible, width
from tests.blueprints.check.outputs.results import EMPTY, EVERY_EVIL, ORDINARY, RESULTS

WHOLE = """\
2 errors, 1 warning, 1 note in 3 files (4 files, 12 objects, 6 rules)

the repository as a whole
     -  note     no lock [lock-drift]

a/b.yaml
     3  warning  no digest [image-digest]
                 -> add @sha256:...
     9  error    a GitHub token [secret]

c d.yaml
     -  error    a GitHub token [secret]

3 findings to mend before this passes:
     2  secret: A secret.
     1  image-digest: An image without a digest.

suppressed:
     1  lock-in until 2027-01-01: moves next year

could not be checked:
  helm-chart: charts/a: Helm is not installed

was not asked for:
  external tools: --with gitleaks"""


def test_it_reads_as_a_list_of_what_to_do() -> None:
    assert text(ORDINARY) == WHOLE
    assert str(ORDINARY) == WHOLE


def test_nothing_found_is_one_line() -> None:
    assert text(EMPTY) == "nothing found (4 files, 12 objects, 6 rules)"


def test_what_fails_nothing_says_so() -> None:
    only_note = replace(EMPTY, findings=ORDINARY.findings[:1])
    assert "nothing fails: all of it is below warning (--fail-on)" in text(only_note)


def test_many_of_a_rule_in_a_file_are_counted() -> None:
    many = tuple(Finding("a", n, "secret", f"number {n}", Level.ERROR) for n in range(1, 101))
    lines = text(replace(EMPTY, findings=many)).splitlines()
    assert "        and 80 more of secret" in lines
    assert sum("number" in line for line in lines) == 20
    assert "   100  secret: A secret." in lines


@given(RESULTS)
def test_no_line_is_too_wide_or_acts_on_a_terminal(result: CheckResult) -> None:
    for line in text(result).split("\n"):
        assert visible(line) == line
        # The name of a file stands whole on a line of its own, to be copied.
        assert width(line) <= 100 or not line.startswith(" "), line


def test_every_evil_is_shown_harmless() -> None:
    shown = text(EVERY_EVIL)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "\\u202egnp.exe" in shown
