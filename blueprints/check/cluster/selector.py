"""Label selectors of Kubernetes (`matchLabels`, `matchExpressions`) and plain label maps.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
"""

from collections.abc import Mapping

from blueprints.check.cluster.shape import labels, mapping, mappings, sequence, text


def selects(selector: object, carried: Mapping[str, str]) -> bool:
    """Whether a `LabelSelector` matches the labels; an empty one matches everything.

    What cannot be understood matches nothing.
    """
    if not isinstance(selector, dict):
        return False
    wanted = mapping(selector, "matchLabels")
    if any(carried.get(key) != value for key, value in wanted.items()):
        return False
    return all(_holds(item, carried) for _, item in mappings(selector, "matchExpressions"))


def _holds(expression: dict[str, object], carried: Mapping[str, str]) -> bool:
    key = text(expression, "key")
    values = sequence(expression, "values")
    match text(expression, "operator"):
        case "In":
            return carried.get(key) in values
        case "NotIn":
            return carried.get(key) not in values
        case "Exists":
            return key in carried
        case "DoesNotExist":
            return key not in carried
        case _:
            return False


def is_empty(selector: object) -> bool:
    """Whether it selects everything in reach."""
    return isinstance(selector, dict) and not (
        selector.get("matchLabels") or selector.get("matchExpressions")
    )


def contains(wanted: Mapping[str, object], carried: Mapping[str, str]) -> bool:
    """Whether a plain map of labels (a Service's selector, a node selector) is among them."""
    return all(carried.get(key) == value for key, value in wanted.items())


def match_labels(selector: object) -> dict[str, str]:
    """The equalities that a `LabelSelector` asks for."""
    found = labels(selector, "matchLabels")
    for _, item in mappings(selector, "matchExpressions"):
        values = sequence(item, "values")
        if text(item, "operator") == "In" and len(values) == 1 and isinstance(values[0], str):
            found[text(item, "key")] = values[0]
    return found
