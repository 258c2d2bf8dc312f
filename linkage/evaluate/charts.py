"""The charts of the report as inline SVG. Colours and type come from the page's style sheet, light and dark."""

from collections.abc import Callable, Iterable, Sequence
from math import floor, log2

from markupsafe import Markup, escape

from linkage.evaluate.intervals import Range
from linkage.evaluate.scores import BITS, Calibration, ScoreBin, Threshold
from linkage.evaluate.trial import Marks

WIDTH, HEIGHT = 420, 300  # of a chart, in its own units: a telephone shows about one pixel a unit
LEFT, RIGHT, TOP, BOTTOM = 44, 24, 22, 42
BAR = 120  # width of an interval in a table
TICKS = (0.05, 0.2, 0.5, 0.8, 0.95, 0.99, 0.999)
SCORE_TICKS = (0.05, 0.5, 0.95, 0.999, 0.99999)

Point = tuple[float, float]


def interval(share: float, bounds: Range, least: float, overall: float) -> Markup:
    """A dot with its interval on a line from `least` to 1, and a stroke where all pairs together stand."""

    def x(value: float) -> float:
        return 4 + (BAR - 8) * (max(value, least) - least) / (1 - least)

    parts = [
        _tag("line", cls="grid", x1=4, y1=9, x2=BAR - 4, y2=9),
        _tag("line", cls="overall", x1=x(overall), y1=2, x2=x(overall), y2=16),
        _tag("line", cls="whisker", x1=x(bounds.low), y1=9, x2=x(bounds.high), y2=9),
        _tag("circle", cls="dot", cx=x(share), cy=9, r=3.5),
    ]
    return _svg(parts, BAR, 18, "")


def floor_of(bounds: Iterable[Range]) -> float:
    """Where the lines of a table of intervals begin: a round tenth below all of them, 0.9 at most."""
    return min([0.9, *(floor(one.low * 10) / 10 for one in bounds)])


def reliability(found: Calibration) -> Markup:
    """What was said against what is true; on the dashed line both agree."""
    plot = _Plot(lambda value: value, (0, 1), (0, 1))
    parts = plot.frame([(tick, _percent(tick)) for tick in (0, 0.25, 0.5, 0.75, 1)], (0, 0.25, 0.5, 0.75, 1))
    parts.append(plot.line([(0, 0), (1, 1)], "ideal"))
    for one in found.bins:
        parts.append(plot.line([(one.said, one.range.low), (one.said, one.range.high)], "whisker"))
        parts.append(_tag("circle", cls="dot", cx=plot.x(one.said), cy=plot.y(one.share), r=4))
    parts += plot.titles("what the system said", "what was true")
    return _svg(parts, WIDTH, HEIGHT, "Said against true")


def threshold_chart(curve: Sequence[Threshold], marks: Marks) -> Markup:
    """Precision, recall and F1 against the probability from which pairs are joined; stretched towards 1."""
    lowest = min([0.9, *(min(one.precision, one.recall) for one in curve)])
    least = floor(lowest * 10) / 10
    plot = _Plot(_bits, (curve[0].probability, curve[-1].probability), (least, 1))
    ticks = [(tick, _percent(tick)) for tick in TICKS if curve[0].probability <= tick <= curve[-1].probability]
    parts = plot.frame(ticks, [least + (1 - least) * part / 4 for part in range(5)])
    for name, at in (("near", marks.near), ("link", marks.link), ("auto", marks.auto)):
        parts.append(plot.line([(at, least), (at, 1)], "mark"))
        parts.append(_text(name, plot.x(at), TOP - 6, "middle"))
    lines: Sequence[tuple[str, Callable[[Threshold], float]]] = (
        ("precision", lambda one: one.precision),
        ("recall", lambda one: one.recall),
        ("f1", lambda one: one.f1),
    )
    for cls, measure in lines:
        parts.append(plot.line([(one.probability, measure(one)) for one in curve], f"curve {cls}"))
    parts += plot.titles("join pairs from this probability on", "")
    return _svg(parts, WIDTH, HEIGHT, "Precision, recall and F1 by threshold")


def score_chart(bins: Sequence[ScoreBin]) -> Markup:
    """Pairs of one child upwards, pairs of different children downwards, by score."""
    up, down = (max([1, *counts]) for counts in ([one.same for one in bins], [one.different for one in bins]))
    plot = _Plot(lambda bits: bits, (BITS[0], BITS[-1] + 1), (-down, up))
    parts = plot.frame([(_bits(tick), _percent(tick)) for tick in SCORE_TICKS], (-down, 0, up), whole=True)
    width = plot.x(1) - plot.x(0) - 1.5
    for one in bins:
        top, bottom = plot.y(one.same), plot.y(-one.different)
        parts.append(_tag("rect", cls="same", x=plot.x(one.low), y=top, width=width, height=plot.y(0) - top))
        parts.append(_tag("rect", cls="other", x=plot.x(one.low), y=plot.y(0), width=width, height=bottom - plot.y(0)))
    parts.append(_text("one child", WIDTH - RIGHT, TOP - 6, "end"))
    parts.append(_text("different children", WIDTH - RIGHT, HEIGHT - BOTTOM - 6, "end"))
    parts += plot.titles("probability that was said", "")
    return _svg(parts, WIDTH, HEIGHT, "Scores of pairs of one child and of different children")


class _Plot:
    """Places values on the paper of a chart; `stretch` is applied to what runs along the bottom."""

    def __init__(self, stretch: Callable[[float], float], across: Point, up: Point) -> None:
        self._stretch, self._across, self._up = stretch, (stretch(across[0]), stretch(across[1])), up

    def x(self, value: float) -> float:
        first, last = self._across
        return LEFT + (WIDTH - LEFT - RIGHT) * (self._stretch(value) - first) / (last - first)

    def y(self, value: float) -> float:
        first, last = self._up
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - first) / (last - first)

    def line(self, points: Iterable[Point], cls: str) -> Markup:
        path = " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in points)
        return _tag("polyline", cls=cls, points=path)

    def frame(self, across: Iterable[tuple[float, str]], up: Iterable[float], *, whole: bool = False) -> list[Markup]:
        """Grid lines and their numbers; `whole`: the numbers upwards are counts."""
        parts = []
        for value in up:
            y = self.y(value)
            parts.append(_tag("line", cls="grid", x1=LEFT, y1=y, x2=WIDTH - RIGHT, y2=y))
            parts.append(_text(f"{abs(value):,.0f}" if whole else _percent(value), LEFT - 5, y + 4, "end"))
        for value, label in across:
            parts.append(_text(label, self.x(value), HEIGHT - BOTTOM + 16, "middle"))
        return parts

    def titles(self, across: str, up: str) -> list[Markup]:
        parts = [_text(across, (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, "middle")]
        return [*parts, _text(up, 2, TOP - 8, "start")] if up else parts


def _bits(probability: float) -> float:
    inside = min(max(probability, 1e-6), 1 - 1e-6)
    return log2(inside / (1 - inside))


def _percent(share: float) -> str:
    return f"{100 * share:.5g} %"


def _text(text: str, x: float, y: float, anchor: str) -> Markup:
    return _tag("text", text, x=x, y=y, text_anchor=anchor)


def _tag(name: str, text: str = "", *, cls: str = "", **attributes: float | str) -> Markup:
    """One element; numbers are rounded, text and names are escaped."""
    given = {"class": cls, **attributes} if cls else attributes
    said = " ".join(
        f'{key.replace("_", "-")}="{escape(value if isinstance(value, str) else f"{value:.4g}")}"'
        for key, value in given.items()
    )
    return Markup("<{} {}>{}</{}>").format(Markup(name), Markup(said), text, Markup(name))  # noqa: S704 - escaped above


def _svg(parts: Iterable[Markup], width: int, height: int, title: str) -> Markup:
    """A drawing; one without a title is decoration, and readers of the page are spared it."""
    role = Markup('role="img" aria-label="{}"').format(title) if title else Markup('aria-hidden="true"')
    return Markup('<svg viewBox="0 0 {} {}" {}>{}</svg>').format(width, height, role, Markup("").join(parts))
