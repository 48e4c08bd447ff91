from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from governance.retention.write.treemap import Node, gather, layout


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=30))
def test_areas_are_the_weights_and_fill_the_canvas_without_overlap(weights: list[int]) -> None:
    nodes = [Node(str(number), weight) for number, weight in enumerate(weights)]
    tiles = layout(nodes, 1000, 400)
    scale = 400_000 / sum(weights)
    for tile in tiles:
        assert abs(tile.width * tile.height - tile.node.weight * scale) < 1
        assert -1e-6 <= tile.x <= tile.x + tile.width <= 1000 + 1e-6
        assert -1e-6 <= tile.y <= tile.y + tile.height <= 400 + 1e-6
    for one, other in combinations(tiles, 2):
        beside = _before(one.x, one.width, other.x) or _before(other.x, other.width, one.x)
        above = _before(one.y, one.height, other.y) or _before(other.y, other.height, one.y)
        assert beside or above


def _before(start: float, length: float, other: float) -> bool:
    return start + length <= other + 1e-6


def test_children_lie_inside_their_parent() -> None:
    children = (Node("a", 3), Node("b", 1))
    parent, *inner = layout([Node("p", 4, children=children)], 400, 300)
    assert [tile.path for tile in (parent, *inner)] == [("p",), ("p", "a"), ("p", "b")]
    for tile in inner:
        assert parent.x <= tile.x
        assert tile.y + tile.height <= parent.y + parent.height


def test_what_weighs_nothing_is_not_drawn() -> None:
    assert layout([Node("a", 0)], 100, 100) == ()
    assert layout([], 100, 100) == ()


def test_the_small_ones_are_gathered_into_one() -> None:
    nodes = [Node(str(weight), weight, expire=1) for weight in range(1, 11)]
    found = gather(nodes, 3, "{} more")
    assert [node.name for node in found] == ["10", "9", "8", "7 more"]
    assert (found[-1].weight, found[-1].expire) == (28, 7)
    assert len(gather(nodes[:4], 3, "{} more")) == 4
