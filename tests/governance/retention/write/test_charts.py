from governance.retention.growth import Point
from governance.retention.write.charts import growth_chart
from tests.governance.retention.places import NOW, days

POINTS = [Point(days(90), 10**12), Point(days(30), 2 * 10**12, 10**11, 5), Point(NOW, 4 * 10**12)]


def test_a_chart_has_round_marks_from_nothing_to_above_the_highest() -> None:
    chart = growth_chart(POINTS, 1000, 300)
    assert chart is not None
    assert [tick.label for tick in chart.y] == ["0 B", "1.0 TB", "2.0 TB", "3.0 TB", "4.0 TB"]
    assert [tick.label for tick in chart.x][::5] == ["24 Aug", "22 Nov"]
    assert chart.dots[0][1] > chart.dots[-1][1]
    assert chart.rest


def test_points_lie_on_the_canvas() -> None:
    chart = growth_chart(POINTS, 360, 240, quota=5 * 10**12)
    assert chart is not None
    assert all(0 <= x <= 360 and 0 <= y <= 240 for x, y in chart.dots)
    assert chart.quota is not None
    assert 0 < chart.quota < 240


def test_a_quota_far_above_is_not_drawn() -> None:
    chart = growth_chart(POINTS, 360, 240, quota=10**15)
    assert chart is not None
    assert chart.quota is None


def test_one_point_is_no_chart() -> None:
    assert growth_chart(POINTS[:1], 100, 100) is None
    assert growth_chart([POINTS[0], POINTS[0]], 100, 100) is None


def test_nothing_stored_is_a_flat_line() -> None:
    chart = growth_chart([Point(days(3), 0), Point(NOW, 0)], 400, 200)
    assert chart is not None
    assert chart.rest == ""
    assert chart.dots[0][1] == chart.bottom
