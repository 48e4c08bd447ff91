"""YAML that stands as text in a value of another document: chart values, CNI and cloud-init."""

from typing import Any

import yaml


def inner(text: object) -> Any:
    """What such a text holds; None where it is no text or no plain YAML."""
    if not isinstance(text, str):
        return None
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
