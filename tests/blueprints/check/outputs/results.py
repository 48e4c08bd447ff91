"""Results to be written in each form: an ordinary one, and one in which every text is hostile."""

import datetime as dt
from dataclasses import replace

from hypothesis import strategies as st

from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.result import CheckResult
from blueprints.check.settings import Suppression
from blueprints.check.suppressions import Suppressed

ORDINARY = CheckResult(
    repository="repo",
    findings=(
        Finding("", 0, "lock-drift", "no lock", Level.NOTE),
        Finding("a/b.yaml", 3, "image-digest", "no digest", Level.WARNING, "add @sha256:..."),
        Finding("a/b.yaml", 9, "secret", "a GitHub token"),
        Finding("c d.yaml", 0, "secret", "a GitHub token"),
    ),
    suppressed=(
        Suppressed(
            Finding("x.yaml", 1, "lock-in", "a node label"),
            Suppression(rule="lock-in", reason="moves next year", until=dt.date(2027, 1, 1)),
        ),
    ),
    not_checked=(NotChecked("helm-chart", "Helm is not installed", "charts/a"),),
    not_asked=(NotChecked("gitleaks", "runs only with --with gitleaks"),),
    rules={
        "helm-chart": "A chart that fails.",
        "image-digest": "An image without a digest.",
        "lock-drift": "A file that is not as it was rendered.",
        "lock-in": "What would not move.",
        "secret": "A secret.",
        "selector": "A selector that selects nothing.",
    },
    files=4,
    objects=12,
)
EMPTY = replace(ORDINARY, findings=(), suppressed=(), not_checked=(), not_asked=())

EVIL = (
    "a\n::error file=x::owned",
    "\r\n::set-env name=PATH::/evil",
    "%0A::warning::x,title=y:z",
    "  ::stop-commands::x",
    "##[error]owned ##[add-path]/evil",
    "<script>]]></testcase><failure/>&\"'",
    "\x1b[31mred\x07\x00\x9b",
    "\u202egnp.exe \u2066 \u200b",
    "\udcff \ud800 x",
    "{0} {1} [click](https://evil.example) [a](1)",
    "../../etc/passwd",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "x" * 500,
    "",
)
TEXTS = st.sampled_from(EVIL) | st.text(max_size=30)
FINDINGS = st.builds(
    Finding,
    TEXTS,
    st.integers(0, 10**6),
    st.sampled_from(["secret", "selector"]),
    TEXTS,
    st.sampled_from(Level),
    TEXTS,
)
RESULTS = st.builds(
    lambda findings, missed: replace(
        ORDINARY, findings=tuple(sorted(findings)), not_checked=tuple(missed)
    ),
    st.lists(FINDINGS, max_size=6),
    st.lists(st.builds(NotChecked, st.just("secret"), TEXTS, TEXTS), max_size=3),
)
EVERY_EVIL = replace(
    ORDINARY,
    findings=tuple(
        sorted(Finding(one, n, "secret", one, Level.ERROR, one) for n, one in enumerate(EVIL))
    ),
    not_checked=tuple(NotChecked("secret", one, one) for one in EVIL),
)
