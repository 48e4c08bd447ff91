from blueprints.engine.drawing import Box, Drawing, Group, Words

WORDS = Words("Clusters", "cluster", "Components")


def test_boxes_come_group_by_group() -> None:
    first, second, third = (Box(name, "virtual") for name in "abc")
    groups = (Group("1", boxes=(first, second)), Group("2", boxes=(third,)))
    assert list(Drawing("site", WORDS, groups).boxes()) == [first, second, third]
