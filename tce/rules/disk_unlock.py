"""A disk that opens without the institution's consent, or trusts whoever answers first.

Looks at Clevis' policies, in files of `ansible/` and in commands (`clevis luks bind`): a Tang
server without `adv`, `adv` as a file beside `thp` (which is then not looked at), a policy that the
TPM opens alone, and a threshold of one.

Without `adv` Clevis trusts the first server that answers, on a network that the provider runs
(latchset/tang#161: a file makes `thp` without effect). A virtual TPM's state lies with the
provider, so that a copy of the machine opens the copy of the disk.

Pin the advertisement of each server, ask for two, and let the TPM be one part at most.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from tce.check.environment import environment

ID = "disk-unlock"
LEVEL = Level.ERROR

_POLICY = re.compile(r"""['"]?(\{\s*"(?:t|pins|url|adv|thp|pcr_ids|hash|key)"\s*:.*\})""")
_ALONE = re.compile(r"clevis luks bind\b.*\btpm2\b")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every policy that stands in a file of the machines."""
    if environment(repo) is None:
        return
    for file in repo.under("ansible"):
        if repo.size(file) > 1 << 20:
            continue
        for number, line in enumerate(repo.text(file).splitlines(), 1):
            if line.lstrip().startswith("#"):
                continue
            if _ALONE.search(line):
                yield Finding(file, number, ID, "the TPM alone opens the disk", LEVEL)
                continue
            stands = _POLICY.search(line)
            for message in _judged(_read(stands[1])) if stands else ():
                yield Finding(file, number, ID, message, LEVEL)


def _read(text: str) -> Any:
    for end in range(len(text), 1, -1):
        if text[end - 1] == "}":
            try:
                return json.loads(text[:end])
            except (ValueError, RecursionError):
                continue
    return None


def _judged(policy: Any) -> Iterator[str]:
    if not isinstance(policy, Mapping):
        return
    if "url" in policy:
        yield from _tang(policy)
    pins = policy.get("pins")
    if not isinstance(pins, Mapping):
        return
    if policy.get("t") == 1 and "tpm2" in pins:
        yield "the TPM alone opens the disk"
    elif policy.get("t", 1) == 1:
        yield "one server alone opens the disk"
    if set(pins) == {"tpm2"}:
        yield "only TPMs open the disk"
    for kind, entries in pins.items():
        for one in entries if isinstance(entries, list) else [entries]:
            if isinstance(one, Mapping):
                yield from _tang(one) if kind == "tang" else _judged(one)


def _tang(pin: Mapping[str, Any]) -> Iterator[str]:
    url = pin.get("url")
    if "adv" not in pin:
        yield f"{url} is trusted at first sight: without adv anybody may answer"
    elif isinstance(pin["adv"], str) and "thp" in pin:
        yield f"{url}: thp is not looked at where adv is a file"
