from blueprints.engine.drawing import Box, Drawing, Group


def test_boxes_come_group_by_group() -> None:
    first, second, third = (Box(name, "cluster", name) for name in "abc")
    groups = (Group("1", "env", "1", boxes=(first, second)), Group("2", "env", "2", boxes=(third,)))
    assert list(Drawing("site", "Clusters", groups).boxes()) == [first, second, third]
