"""Names that mean themselves in Kubernetes, HCL, shell, YAML, URLs and file names alike.

Every field that is not free text has one of these types; what a type lets through needs no
quoting anywhere that a sandbox's repository is read. Sources: RFC 1123 and the API's own
checks (``k8s.io/apimachinery/pkg/util/validation``), the OCI distribution specification for
images, GitHub's and Gitea's limits for organisations and repositories.
"""

import ipaddress
import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

NOT_NAMES = frozenset(
    [
        "y",
        "n",
        "yes",
        "no",
        "on",
        "off",
        "true",
        "false",
        "null",
        "nil",
        "nan",
        "inf",
        "none",
        "self",
        "each",
    ]
)
"""Words that are a value to YAML 1.1 or HCL."""
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_QUANTITY = re.compile(r"(?P<number>[0-9]+)(?P<unit>m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?")
_UNITS = {
    "": 1000,
    "m": 1,
    **{unit: 1000 * 1000**power for power, unit in enumerate("kMGTP", 1)},
    **{f"{unit}i": 1000 * 1024**power for power, unit in enumerate("KMGTP", 1)},
}


class Strict(BaseModel):
    """A part of a specification: nothing unknown, nothing changed after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=False)


def whole(pattern: str, longest: int, said: str) -> AfterValidator:
    """A check that a text is all of a pattern and no longer; `said` is what people read."""
    compiled = re.compile(pattern)

    def check(text: str) -> str:
        if len(text) > longest or compiled.fullmatch(text) is None:
            raise ValueError(f"has to be {said}, at most {longest} characters")
        return text

    return AfterValidator(check)


def _no_word(text: str) -> str:
    if text in NOT_NAMES:
        raise ValueError(f"{text} is a word of YAML or HCL, not a name")
    return text


_LABEL = r"[a-z]([a-z0-9-]*[a-z0-9])?"
_LABEL_SAID = "lower-case letters, digits and -, from a letter to a letter or digit"

Name = Annotated[str, whole(_LABEL, 63, _LABEL_SAID), AfterValidator(_no_word)]
"""A DNS label that starts with a letter (RFC 1035), as Services need it."""
ShortName = Annotated[str, whole(_LABEL, 30, _LABEL_SAID), AfterValidator(_no_word)]
"""A name that others are made from by putting something behind it."""
ProjectName = Annotated[str, whole(_LABEL, 40, _LABEL_SAID), AfterValidator(_no_word)]
"""A project: its namespace, its repository, its AppProject."""
Group = Annotated[
    str,
    whole(
        r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?",
        80,
        "lower-case letters, digits, - _ and ., from a letter or digit to one",
    ),
]
"""A group of the identity provider, and the team of the same name in Git."""
Account = Annotated[
    str,
    whole(
        r"[A-Za-z0-9]([A-Za-z0-9._@+-]*[A-Za-z0-9])?",
        128,
        "letters, digits and . _ @ + -, from a letter or digit to one",
    ),
]
"""A person's user name at the identity provider."""
Host = Annotated[
    str,
    whole(
        r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?",
        190,
        "a domain name in lower case",
    ),
]
Fqdn = Annotated[
    str,
    whole(
        r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?",
        190,
        "a domain name in lower case, perhaps *. and one",
    ),
]
Url = Annotated[
    str,
    whole(
        r"https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?",
        300,
        "a https:// address without user, query or fragment",
    ),
]
StoreKey = Annotated[
    str,
    whole(
        r"[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)*",
        200,
        "a path of letters, digits, _ . and - in the secret store",
    ),
]
"""Where a secret lies in the secret store; never the secret."""
Folder = Annotated[
    str,
    whole(
        r"/[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)*",
        200,
        "an absolute path of letters, digits, _ . and -, without . and ..",
    ),
]
SubPath = Annotated[
    str,
    whole(
        r"[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)*",
        200,
        "a relative path of letters, digits, _ . and -, without . and ..",
    ),
]
Bucket = Annotated[
    str,
    whole(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", 63, "a bucket name, from 3 characters"),
]
LabelValue = Annotated[
    str,
    whole(r"[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?", 63, "the value of a Kubernetes label"),
]
LabelKey = Annotated[
    str,
    whole(
        r"([a-z0-9]([a-z0-9.-]*[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?",
        120,
        "the key of a Kubernetes label",
    ),
]
Registry = Annotated[
    str,
    whole(
        r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9]([a-z0-9._-]*[a-z0-9])?)*",
        200,
        "a registry and perhaps a path in it, such as registry.example.org/team",
    ),
]
Image = Annotated[
    str,
    whole(
        r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9]([a-z0-9._-]*[a-z0-9])?)+"
        r"(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?@sha256:[0-9a-f]{64}",
        400,
        "registry/path:tag@sha256:digest",
    ),
]
"""An image that cannot change under its name."""
Schedule = Annotated[
    str,
    whole(
        r"[0-5]?[0-9] ([01]?[0-9]|2[0-3]) (\*|[1-9]|[12][0-9]|3[01]) (\*|[1-9]|1[0-2]) (\*|[0-6])",
        40,
        'five fields of cron with plain numbers or *, such as "17 3 * * *"',
    ),
]
Day = Annotated[
    str,
    whole(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", 10, "a date such as 2027-01-31"),
]
Uuid = Annotated[
    str,
    whole(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", 36, "a UUID in lower-case hexadecimal"),
]
KubernetesVersion = Annotated[
    str, whole(r"1\.(2[5-9]|3[0-9])", 4, 'a minor version such as "1.33"')
]
_REF_PART = r"[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*"
GitRef = Annotated[str, whole(rf"{_REF_PART}(/{_REF_PART})*", 100, "the name of a branch or tag")]


def _quantity(text: str) -> str:
    found = _QUANTITY.fullmatch(text)
    if found is None or not int(found["number"]) or len(text) > 18:
        raise ValueError("has to be a quantity above 0 such as 500m, 4, 16Gi or 2T")
    return text


Quantity = Annotated[str, AfterValidator(_quantity)]
"""An amount as Kubernetes writes it, whole numbers only."""
Count = Annotated[int, Field(strict=True, ge=0, le=100_000)]
Port = Annotated[int, Field(strict=True, ge=1, le=65_535)]


def thousandths(quantity: str) -> int:
    """A :data:`Quantity` as a number to compare: thousandths of a core, byte or piece."""
    found = _QUANTITY.fullmatch(quantity)
    if found is None:
        raise ValueError(f"{quantity} is not a quantity")
    factor: int = _UNITS[found["unit"] or ""]
    return int(found["number"]) * factor


def _network(text: str) -> str:
    try:
        if "%" in text:
            raise ValueError("the zone of an address means something on one host only")
        network = ipaddress.ip_network(text)
    except ValueError:
        raise ValueError("has to be a network such as 192.0.2.0/24 or 2001:db8::/32") from None
    if not network.prefixlen:
        raise ValueError("would be the whole world; name the networks that are needed")
    return str(network)


Cidr = Annotated[str, AfterValidator(_network)]


def free(text: str) -> str:
    """A text as it is stored; raises ValueError for what hides something from who reads it."""
    if _HIDDEN.search(text):
        raise ValueError("may not hold control or direction characters")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("may not hold half a character") from None
    return unicodedata.normalize("NFC", text)


FreeText = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(free)]
"""What people call things: any text, also in several lines; arrives as data, never as code."""
