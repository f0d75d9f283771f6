"""A plot of series on logarithmic axes as SVG, readable on light and dark pages."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 150, 16, 48
COLOURS = ("#d1495b", "#8f6fc1", "#1f7a8c", "#3a9d5d", "#b07d2b")
Series = Mapping[str, Sequence[tuple[float, float]]]


def svg(series: Series, *, across: str, up: str) -> str:
    """Return a plot of named series of (x, y), all above 0; a name stands at the end of its line."""
    points = [point for line in series.values() for point in line]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    x_span, y_span = (min(xs), max(xs)), (10 ** math.floor(math.log10(min(ys))), 10 ** math.ceil(math.log10(max(ys))))

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            LEFT + _part(x, *x_span) * (WIDTH - LEFT - RIGHT),
            HEIGHT - BOTTOM - _part(y, *y_span) * (HEIGHT - TOP - BOTTOM),
        )

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="13" role="img"><title>{escape(up)} by {escape(across)}</title>',
        "<style>text{fill:#333}.grid{stroke:#999;stroke-opacity:.35}@media(prefers-color-scheme:dark){text{fill:#ddd}}"
        "</style>",
    ]
    for y in decades(*y_span):
        at = place(x_span[0], y)[1]
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{y:,g}</text>')
    for x in sorted(set(xs)):
        at = place(x, y_span[0])[0]
        parts.append(f'<line class="grid" x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>')
        parts.append(f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{x:,g}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text x="{middle:.0f}" y="{HEIGHT - 10}" text-anchor="middle">{escape(across)}</text>')
    parts.append(
        f'<text transform="translate(14 {HEIGHT / 2:.0f}) rotate(-90)" text-anchor="middle">{escape(up)}</text>'
    )
    for (name, line), colour in zip(series.items(), COLOURS, strict=False):
        if not line:
            continue
        ends = [place(x, y) for x, y in line]
        track = " ".join(f"{x:.1f},{y:.1f}" for x, y in ends)
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{track}"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in ends]
        x, y = ends[-1]
        # Beside a line that ends early another may go on: its name stands above it.
        where = (
            f'x="{x + 8:.1f}" y="{y + 4:.1f}"'
            if line[-1][0] == x_span[1]
            else f'x="{x:.1f}" y="{y - 10:.1f}" text-anchor="end"'
        )
        parts.append(f'<text {where} style="fill:{colour}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def decades(low: float, high: float) -> list[float]:
    """Return the powers of ten from `low`, which is one, to `high`.

    >>> decades(0.1, 100)
    [0.1, 1.0, 10.0, 100.0]
    """
    steps = round(math.log10(high / low))
    first = round(math.log10(low))
    return [10.0 ** (first + step) for step in range(steps + 1)]


def _part(value: float, low: float, high: float) -> float:
    """Return where a value stands between two, by logarithms: 0 to 1; 0 where they are one."""
    return math.log(value / low) / math.log(high / low) if high > low else 0.0
