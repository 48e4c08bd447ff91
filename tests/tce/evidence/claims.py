"""Words that only an external assessment may say, in the languages of those who would read them."""

from __future__ import annotations

import re

CLAIMS = re.compile(
    r"""
    \b(?:
      (?:non-?)?compliant(?:ly)? | compl(?:y|ies|ied|ying) | compliance\ with
      | certif(?:y|ies|ied|ying) | accredit\w*
      | \w*konform\w* | \w*zertifizier\w* | \w*zertifikat\w* | \w*akkreditier\w*
      | (?:non-?)?conformes? | conformité | certifiée?s? | certifions | homologu\w+ | accrédit\w*
    )\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def claims(text: str) -> list[str]:
    """Every such word in a text, the name of the program that validates OSCAL left out."""
    return [one.group() for one in CLAIMS.finditer(text.replace("compliance-trestle", ""))]
