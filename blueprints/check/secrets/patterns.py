"""Texts that are secrets by their form: keys and tokens of clouds, forges, clusters and tools.

Each pattern starts with one of a few words, and a file is searched for those words first: that
takes a hundredth of the time of searching for the patterns. Forms are those that issuers publish.
"""

import base64
import binascii
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Pattern:
    """One kind of secret."""

    what: str
    """With its article: "a private key"."""
    words: tuple[bytes, ...]
    """Every match starts with one of these."""
    regex: re.Pattern[bytes]
    """The secret is its first group that is there, or the whole match."""
    random: float = 0.0
    """Bits for each character below which it is no secret but a name or an example."""
    fold: bool = False
    """The words are small letters, and stand for any."""


def _pattern(
    what: str, words: str, regex: str, random: float = 0.0, *, fold: bool = False
) -> Pattern:
    compiled = re.compile(regex.encode(), re.IGNORECASE if fold else 0)
    return Pattern(what, tuple(words.encode().split(b"|")), compiled, random, fold)


_END = r"(?![A-Za-z0-9_-])"
_START = r"(?<![A-Za-z0-9_-])"
_IS = r"[\"']?\s{0,4}[:=]\s{0,4}[\"']?"
_PEM = r"(?:\\[nr]|[\s\"'|>\\-]|Proc-Type[^\n]*\n|DEK-Info[^\n]*\n)*[A-Za-z0-9+/=]{16}"

PATTERNS: tuple[Pattern, ...] = (
    _pattern(
        "a private key",
        "-----BEGIN ",
        rf"-----BEGIN (?:[A-Z0-9]+ ){{0,3}}PRIVATE KEY-----{_PEM}",
    ),
    _pattern(
        "a private PGP key",
        "-----BEGIN PGP PRIVATE",
        r"-----BEGIN PGP PRIVATE KEY BLOCK-----\s[\s\S]{0,200}?=",
    ),
    _pattern("an age identity", "AGE-SECRET-KEY-", r"AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]{40,}"),
    _pattern(
        "an AWS access key",
        "AKIA|ASIA|ABIA|ACCA",
        rf"{_START}A(?:KI|SI|BI|CC)A[A-Z2-7]{{16}}{_END}",
        2.5,
    ),
    _pattern(
        "an S3 secret key",
        "secret",
        rf"secret_?-?(?:access)?_?-?key(?:_?-?id)?{_IS}([A-Za-z0-9/+]{{40}})(?![A-Za-z0-9/+=])",
        3.5,
        fold=True,
    ),
    _pattern("a Google API key", "AIza", rf"{_START}AIza[0-9A-Za-z_-]{{35}}{_END}", 3.0),
    _pattern("a Google OAuth secret", "GOCSPX-", r"GOCSPX-[0-9A-Za-z_-]{28}", 3.0),
    _pattern("an Azure storage key", "AccountKey=", r"AccountKey=([A-Za-z0-9+/]{86}==)", 3.5),
    _pattern(
        "a GitHub token",
        "ghp_|gho_|ghu_|ghs_|ghr_",
        rf"{_START}gh[pousr]_[A-Za-z0-9]{{36,255}}{_END}",
        3.0,
    ),
    _pattern(
        "a GitHub token", "github_pat_", rf"{_START}github_pat_[A-Za-z0-9_]{{40,255}}{_END}", 3.0
    ),
    _pattern(
        "a GitLab token",
        "glpat-|gldt-|glrt-|glptt-|glcbt-|glsoat-|glagent-|glft-",
        rf"{_START}gl[a-z]{{2,5}}-[A-Za-z0-9_=.-]{{20,255}}",
        2.5,
    ),
    _pattern("a Slack token", "xox", r"\bxox[abeoprs]-(?:[A-Za-z0-9]{1,200}-?){10,}", 2.5),
    _pattern(
        "a Slack webhook",
        "hooks.slack.com",
        r"hooks\.slack\.com/(?:services|workflows)/T[A-Za-z0-9]+/B?[A-Za-z0-9]+/([A-Za-z0-9]{16,})",
        3.0,
    ),
    _pattern("a Hugging Face token", "hf_", rf"{_START}hf_[A-Za-z]{{34}}{_END}", 3.0),
    _pattern(
        "an API key of a model gateway", "sk-", rf"{_START}sk-[A-Za-z0-9_-]{{20,200}}{_END}", 3.2
    ),
    _pattern("an npm token", "npm_", rf"{_START}npm_[A-Za-z0-9]{{36}}{_END}", 3.0),
    _pattern("a PyPI token", "pypi-AgE", r"pypi-AgE[A-Za-z0-9_-]{50,}", 3.0),
    _pattern("a Docker Hub token", "dckr_", rf"{_START}dckr_(?:pat|oat)_[A-Za-z0-9_-]{{24,}}", 3.0),
    _pattern(
        "a Vault token",
        "hvs.|hvb.|hvr.",
        rf"{_START}hv[sbr]\.[A-Za-z0-9_-]{{20,300}}{_END}",
        3.0,
    ),
    _pattern(
        "a Vault token",
        "token|vault|bao",
        r"[^\n]{3,45}?[\s\"'=:]([sbr]\.[A-Za-z0-9]{24})(?![A-Za-z0-9_.-])",
        3.5,
        fold=True,
    ),
    _pattern(
        "a token in hexadecimal digits",
        "token",
        rf"token{_IS}([0-9a-f]{{40}})(?![0-9a-f])",
        3.0,
        fold=True,
    ),
    _pattern(
        "a JSON web token",
        "eyJ",
        rf"{_START}eyJ[A-Za-z0-9_-]{{10,}}\.eyJ[A-Za-z0-9_-]{{10,}}\.[A-Za-z0-9_-]{{20,}}",
        3.5,
    ),
    _pattern(
        "the client key of a kubeconfig",
        "client-key-data",
        rf"client-key-data{_IS}([A-Za-z0-9+/=]{{64,}})",
        3.5,
    ),
    _pattern(
        "the password of a registry",
        '"auth"',
        r"\"auth\"\s*:\s*\"([A-Za-z0-9+/]{8,}={0,2})\"",
        2.5,
    ),
    _pattern(
        "a password in a URL",
        "://",
        r"://[^\s:/@\"'<>${}()]{1,80}:([^\s/@\"'<>${}()*]{6,200})@[A-Za-z0-9[]",
        2.3,
    ),
    _pattern(
        "a password",
        "password|passwd|passphrase|secret|token|api|private|access",
        r"(?:password|passwd|passphrase|secret|token|(?:api|private|access)_?-?key)"
        r"[\"']?\s{0,4}(?::|=|:=|=>)\s{0,4}(?:[\"']([^\s\"'${}<>()\\]{16,200})[\"']"
        r"|([A-Za-z0-9+/=_.~!@#%^&*-]{16,200})(?=[\s\"',;`]|$))",
        3.9,
        fold=True,
    ),
)

_PLACEHOLDER = re.compile(
    rb"(?i)example|placeholder|change-?_?me|replace-?_?me|your[-_]|dummy|redacted|xxxx|0000000|"
    rb"1234567|abcdef|not-?a-?secret|\*\*\*|\.\.\.|^<.*>$|^\$|^%|^enc\[|^vault:|^ref\+|^op://"
)
_BLANK = re.compile(rb"(?i)xxxx|\*\*\*|0000000")
_ASSIGNED = {"a password", "a password in a URL", "the password of a registry"}
"""What has no form of its own, so that an example is known by its words only."""
_BASE64_PEM = re.compile(rb"LS0tLS1CRUdJTi[A-Za-z0-9+/\n\r ]{60,}={0,2}")
_WORDS = re.compile(rb"[a-z]{3,}([-_./:@][a-z0-9]+)*$|[A-Z]{3,}(_[A-Z0-9]+)*$")
_DIGIT = re.compile(rb"[0-9]")


@dataclass(frozen=True, order=True)
class Hit:
    """Where something secret stands in some bytes."""

    start: int
    what: str


def search(data: bytes) -> Iterator[Hit]:
    """Yield what is secret by its form, each once. The value is not part of it."""
    small = data.lower()
    told: set[int] = set()
    for pattern in PATTERNS:
        for word in pattern.words:
            for match in _matches(pattern, word, data, small if pattern.fold else data):
                group = next((n for n in range(1, (match.lastindex or 0) + 1) if match[n]), 0)
                blank = _PLACEHOLDER if pattern.what in _ASSIGNED else _BLANK
                if match.start(group) in told or blank.search(match[group]):
                    continue
                if is_random(match[group], pattern.random):
                    told.add(match.start(group))
                    yield Hit(match.start(group), pattern.what)
    for match in _BASE64_PEM.finditer(data) if b"LS0tLS1CRUdJTi" in data else ():
        if b"PRIVATE KEY" in decoded(match[0][:120]):
            yield Hit(match.start(), "a private key in base64")


def _matches(
    pattern: Pattern, word: bytes, data: bytes, searched: bytes
) -> Iterator[re.Match[bytes]]:
    start = searched.find(word)
    while start >= 0:
        match = pattern.regex.match(data, start)
        if match is not None:
            yield match
        start = searched.find(word, max(start + 1, match.end() if match else 0))


def is_example(value: bytes) -> bool:
    """Whether a value says itself that it is none, or refers to one elsewhere."""
    return _PLACEHOLDER.search(value) is not None


def is_random(value: bytes, least: float) -> bool:
    """Whether a value can be a secret: no name, and not too regular."""
    if least == 0.0:
        return True
    if least >= 3.5 and (_WORDS.match(value) or not _DIGIT.search(value)):
        return False
    return entropy(value) >= least


def entropy(value: bytes) -> float:
    """Bits for each character, by how often each one comes (Shannon); at most log2(length)."""
    if not value:
        return 0.0
    return -sum(n / len(value) * math.log2(n / len(value)) for n in Counter(value).values())


def decoded(text: bytes) -> bytes:
    """What base64 text holds, a cut end left out; b"" for what is none."""
    packed = b"".join(text.split()).rstrip(b"=")
    packed = packed[: len(packed) - (len(packed) % 4 == 1)]
    try:
        return base64.b64decode(packed + b"=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""
