"""A lineage as an SVG that loads nothing: light and dark, with titles for those who listen.

Everything foreign passes `visible` and is escaped for XML; what XML cannot hold is not left.
"""

from xml.sax.saxutils import escape, quoteattr

from blueprints.display import shorten, visible
from governance.lineage.graph import Edge, Graph, Node
from governance.lineage.write import words
from governance.lineage.write.layout import Line, Placed, Sizes, draw

_STYLE = """
.ground{fill:#f6f7f9}.ink{fill:#17202b}.soft{fill:#52606f}.box{fill:#fff;stroke:#8895a3}
.dataset{fill:#f6dca4;stroke:#8a6a16}.run,.job{fill:#dadfe5;stroke:#5a6673}
.checkpoint{fill:#b9d7ee;stroke:#2f6f9f}.model{fill:#b5e0cd;stroke:#2c7a5c}
.adapter{fill:#d3e6a9;stroke:#66802a}.missing{fill:#fff;stroke:#c4660f;stroke-dasharray:5 4}
.start{stroke-width:3}.edge{fill:none;stroke:#52606f;stroke-width:1.5}.tip{fill:#52606f}
.unsure{stroke-dasharray:6 4}.circle{stroke:#c4660f}
text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif}
.small{font-size:11px}
@media (prefers-color-scheme:dark){.ground{fill:#11161c}.ink{fill:#e6ebf0}.soft{fill:#c0cad4}
.box{fill:#19212a;stroke:#7c8a98}.dataset{fill:#6b4f12;stroke:#d8b45a}
.run,.job{fill:#414c58;stroke:#9fb0c0}.checkpoint{fill:#24537a;stroke:#6aaede}
.model{fill:#1d5c47;stroke:#62c49c}.adapter{fill:#4c5f1c;stroke:#a8c85a}
.missing{fill:#19212a;stroke:#f0a04b}.edge{stroke:#a3b0bd}.tip{fill:#a3b0bd}
.circle{stroke:#f0a04b}}
"""
_CHARACTERS = 29
_FACTS = 36


def text(graph: Graph, *, inside: bool = False) -> str:
    """Return the picture of a graph; `inside` of an HTML page it has no style of its own."""
    sizes = Sizes()
    drawing = draw(graph, sizes)
    shown = {node.id: node for node in graph.nodes}
    title = f"Lineage of {words.name(graph.first)}" if graph.start else "Lineage"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawing.width:.0f}'
        f' {drawing.height:.0f}" width="{drawing.width:.0f}" height="{drawing.height:.0f}"'
        f' role="img" class="lineage" aria-label={_attribute(title)}>',
        f"<title>{_text(title)}</title>",
        f"<desc>{_text(_described(graph))}</desc>",
    ]
    if not inside:
        parts += [
            f"<style>{_STYLE}</style>",
            '<rect class="ground" width="100%" height="100%"/>',
        ]
    parts.append(
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7"'
        ' markerHeight="7" orient="auto-start-reverse"><path class="tip" d="M0 0L8 4L0 8z"/>'
        "</marker></defs>"
    )
    parts += [_line(line, shown) for line in drawing.lines]
    parts += [_box(placed, shown[placed.id], graph, sizes) for placed in drawing.nodes]
    return "\n".join([*parts, "</svg>"])


def style() -> str:
    """Return the style of the picture, for a page that holds it."""
    return _STYLE


def _described(graph: Graph) -> str:
    return (
        f"{len(graph.nodes)} nodes and {len(graph.edges)} edges, from what came first on the left"
        " to what was made of it on the right. The same is in the text."
    )


def _line(line: Line, shown: dict[str, Node]) -> str:
    style = ["edge"]
    if not line.edge.trusted:
        style.append("unsure")
    if line.edge.cycle:
        style.append("circle")
    return (
        f"<g><title>{_text(_says(line.edge, shown))}</title>"
        f'<path class="{" ".join(style)}" marker-end="url(#tip)" d="{_way(line)}"/></g>'
    )


def _says(edge: Edge, shown: dict[str, Node]) -> str:
    said = edge.said[0].words if edge.said else ""
    return (
        f"{words.name(shown[edge.product])} {words.verb(edge, 'up')}"
        f" {words.name(shown[edge.origin])}: {visible(said)} ({words.sources(edge)})"
    )


def _way(line: Line) -> str:
    (x, y), *rest = line.points
    way = [f"M{x:.1f} {y:.1f}"]
    if line.edge.holder == line.edge.target:
        (last, low) = rest[0]
        way.append(
            f"C{x + 46:.1f} {y - 14:.1f} {last + 46:.1f} {low + 14:.1f} {last:.1f} {low:.1f}"
        )
        return "".join(way)
    for across, down in rest:
        if abs(down - y) < 0.5:
            way.append(f"L{across:.1f} {down:.1f}")
        else:
            half = (x + across) / 2
            way.append(f"C{half:.1f} {y:.1f} {half:.1f} {down:.1f} {across:.1f} {down:.1f}")
        x, y = across, down
    return "".join(way)


def _box(placed: Placed, node: Node, graph: Graph, sizes: Sizes) -> str:
    kind = node.type if node.there else "missing"
    style = f"box {kind}" + (" start" if node.id == graph.start else "")
    round_ = sizes.height // 2 if node.is_activity else 6
    full = ", ".join([words.name(node), node.type, *words.facts(node)])
    lines = [
        ("soft small", node.type, 17),
        ("ink", shorten(words.name(node), _CHARACTERS), 34),
        ("soft small", shorten(", ".join(words.facts(node)), _FACTS), 50),
    ]
    inner = "".join(
        f'<text class="{style_}" x="14" y="{down}">{_text(said)}</text>'
        for style_, said, down in lines
        if said
    )
    return (
        f"<g><title>{_text(full)}</title>"
        f'<rect class="{style}" x="{placed.x:.1f}" y="{placed.y:.1f}" width="{sizes.width}"'
        f' height="{sizes.height}" rx="{round_}"/>'
        # A part of the picture of its own cuts off what is wider than the box.
        f'<svg x="{placed.x:.1f}" y="{placed.y:.1f}" width="{sizes.width - 4}"'
        f' height="{sizes.height}">{inner}</svg></g>'
    )


def _text(said: str) -> str:
    return escape(said)


def _attribute(said: str) -> str:
    return quoteattr(said)
