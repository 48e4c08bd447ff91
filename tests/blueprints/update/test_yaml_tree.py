"""What parts of YAML say."""

from blueprints.update.yaml_tree import says_block

A, B = ("text", "a", "", ""), ("text", "b", "", "")


def test_the_order_of_keys_does_not_count_that_of_items_does() -> None:
    none = ("", "")
    assert says_block(True, none, [(A, B), (B, A)]) == says_block(True, none, [(B, A), (A, B)])
    assert says_block(False, none, [((), A), ((), B)]) != says_block(
        False, none, [((), B), ((), A)]
    )
    assert says_block(True, none, []) != says_block(False, none, [])


def test_an_anchor_counts() -> None:
    assert says_block(True, ("x", ""), []) != says_block(True, ("", ""), [])
