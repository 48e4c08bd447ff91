"""Changes that a hurried edit, a wrong merge or an attacker makes to documents.

Every operator says at which nodes it can act and gives the changed tree; chance decides among
those. What it did may leave the meaning as it was: the normal form judges that, not the operator.
"""

from __future__ import annotations

import random
from typing import Any

from tests.blueprints.mutation.elsewhere import another
from tests.blueprints.mutation.trees import Inside, Place, at, changed, inserted, renamed, without

Change = tuple[Any, str]
"""The changed tree, and what was done in words."""


def misspelt(name: str, chance: random.Random) -> str:
    """A name as one types it in a hurry: never the same one."""
    letters = [number for number, letter in enumerate(name) if letter.isalpha()]
    if len(letters) < 2:
        return f"{name}x"
    number = chance.choice(letters[1:])
    way = chance.randrange(4)
    if way == 0:
        return name[:number] + name[number + 1 :]
    if way == 1:
        return name[:number] + name[number] + name[number:]
    if way == 2 and name[number].swapcase() != name[number]:
        return name[:number] + name[number].swapcase() + name[number + 1 :]
    other = "e" if name[number] != "e" else "a"
    return name[:number] + other + name[number + 1 :]


def drop(tree: Any, place: Place, chance: random.Random) -> Change:
    """A key or an item is not there any more."""
    return without(tree, place), "gone"


def retype(tree: Any, place: Place, chance: random.Random) -> Change:
    """A value is of another type."""
    value = at(tree, place)
    options: list[Any]
    if isinstance(value, bool):
        options = [str(value).lower(), int(value), [value], "yes"]
    elif isinstance(value, int | float):
        options = [str(value), [value], {"value": value}, value + 0.5, True]
    elif isinstance(value, str):
        options = [[value], {"value": value}, 42, True, 1.5]
    elif isinstance(value, list):
        options = [value[0] if value else "", "text", {"items": value}, 1]
    elif isinstance(value, Inside):
        options = [value.data, 42, [1]]
    elif isinstance(value, dict):
        options = [list(value), "text", [value], 1]
    else:
        options = ["", 0, []]
    new = chance.choice(options)
    return changed(tree, place, new), f"{type(value).__name__} to {type(new).__name__}"


def rename(tree: Any, place: Place, chance: random.Random) -> Change:
    """A key, or a text that is a name, is misspelt."""
    value, key = at(tree, place), place[-1]
    if isinstance(key, str) and not (_is_name(value, key) and chance.random() < 0.5):
        new = misspelt(key, chance)
        return renamed(tree, place, new), f"{key} is now {new}"
    new = misspelt(str(value), chance)
    return changed(tree, place, new), f"{value} is now {new}"


def can_rename(place: Place, value: Any) -> bool:
    """Keys, and items of lists that are one word."""
    return isinstance(place[-1], str) or _is_word(value)


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and value != "" and len(value.split()) == 1


def _is_name(value: Any, key: str) -> bool:
    return _is_word(value) and key.lower().endswith(("name", "namespace", "kind", "group", "key"))


def duplicate(tree: Any, place: Place, chance: random.Random) -> Change:
    """An item of a list stands there twice, as it is or under another name."""
    item = at(tree, place)
    if isinstance(item, dict) and "name" in item and chance.random() < 0.5:
        return inserted(tree, place, {**item, "name": f"{item['name']}-2"}), "twice, as -2"
    return inserted(tree, place, item), "twice"


def elsewhere(tree: Any, place: Place, seen: list[Any], chance: random.Random) -> Change:
    """A reference leads somewhere else."""
    value = at(tree, place)
    new = another(value, seen, chance)
    return changed(tree, place, new), f"{value} is now {new}"
