"""Lengths and labels of a chart, worked out here so that the template only writes them down."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from blueprints.display import size as shown
from governance.retention.growth import Point


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True)
class Chart:
    """A growth chart: paths and ticks in the units of a canvas of `width` by `height`."""

    width: int
    height: int
    left: float
    bottom: float
    live: str
    """Closed path under the live bytes."""
    rest: str
    """Closed path of old versions and uploads on top; empty where there are none."""
    line: str
    dots: tuple[tuple[float, float], ...]
    x: tuple[Tick, ...]
    y: tuple[Tick, ...]
    quota: float | None
    """Height of the quota's line; None where it is not known or far above."""


def growth_chart(
    points: Sequence[Point], width: int, height: int, quota: int | None = None
) -> Chart | None:
    """A chart of two or more points in order of time; None for fewer."""
    if len(points) < 2 or points[-1].at <= points[0].at:
        return None
    left, right, top, bottom = 62.0, width - 14.0, 14.0, height - 26.0
    most = max(point.stored for point in points)
    show_quota = quota is not None and quota <= 3 * max(most, 1)
    step, highest = _scale(max(most, quota if quota is not None and show_quota else 0, 1))
    span = (points[-1].at - points[0].at).total_seconds()

    def x(at: datetime) -> float:
        return round(left + (right - left) * (at - points[0].at).total_seconds() / span, 1)

    def y(size: int) -> float:
        return round(bottom - (bottom - top) * size / highest, 1)

    upper = [(x(point.at), y(point.stored)) for point in points]
    lower = [(x(point.at), y(point.live)) for point in points]
    ground = [(x(points[-1].at), bottom), (x(points[0].at), bottom)]
    return Chart(
        width=width,
        height=height,
        left=left,
        bottom=bottom,
        live=_path([*lower, *ground]) + "Z",
        rest=_path([*upper, *reversed(lower)]) + "Z" if upper != lower else "",
        line=_path(upper),
        dots=tuple(upper) if len(upper) <= 40 else (),
        x=_dates(points, x, 3 if width < 500 else 6),
        y=tuple(Tick(y(size), shown(size)) for size in range(0, highest + 1, step)),
        quota=y(quota) if quota is not None and show_quota else None,
    )


def _scale(most: int) -> tuple[int, int]:
    """A round step and the first multiple of it that is not below `most`: 3 to 6 steps."""
    power = 10 ** (len(str(most)) - 1)
    for tenths in (2, 5, 10, 20):
        step = max(power * tenths // 10, 1)
        if most / step <= 6:
            break
    return step, -(-most // step) * step


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)


def _dates(points: Sequence[Point], x: Callable[[datetime], float], most: int) -> tuple[Tick, ...]:
    span = points[-1].at - points[0].at
    form = "%d %b" if span.days < 300 else "%b %Y"
    times = [points[0].at + span * index / (most - 1) for index in range(most)]
    labels = [time.strftime(form) for time in times]
    if len(set(labels)) < len(labels):
        labels = [time.strftime("%d %b %H:%M") for time in times]
    return tuple(Tick(x(time), label) for time, label in zip(times, labels, strict=True))
