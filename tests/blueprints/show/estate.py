"""Drawings to write: one of texts that mean something to HTML and Mermaid, and one large."""

from blueprints.engine.drawing import Box, Drawing, Edge, Group, Lane, Node, Words

HOSTILE = (
    "<script>alert(1)</script>",
    '"]:::x; end %% subgraph',
    "```\n# out\n```",
    "<!-- tutela: map --> --> ]]>",
    "{{ 7 * 7 }} {% if %} ${a} `id`",
    "\u202egpj.exe \x1b[31mred\x00 \u200b",
    "#quot; #35; &lt;b&gt; click x call()",
    "é 名前 👍 " + "w" * 300,
    "1. list\n- list | a | b |",
    "javascript:alert(1) [x](y) <img src=x onerror=alert(1)>",
)
"""None may do more than be read."""
_WORDS = Words("Clusters", "cluster", "Components")


def hostile() -> Drawing:
    """Every text is hostile somewhere."""
    boxes = []
    for number, text in enumerate(HOSTILE):
        nodes = (
            Node(f"a{number}", text, 3, (text, "8 CPU"), "masters", "one"),
            Node(text, "kind", 1000, (text,), text, "four"),
        )
        lanes = (
            Lane("one", text, "VLAN 1", (text, "10.0.0.0/8"), nodes),
            Lane("two", "two", text, (), (), "four"),
        )
        box = Box(
            name=f"c{number}",
            kind=text,
            title=text,
            summary=text,
            facts=((text, text),),
            lanes=lanes,
            edges=(Edge("one", "two", text),),
            parts=((text, text),),
        )
        boxes.append(box)
    groups = (Group("production", (("Kubernetes", HOSTILE[0]),), tuple(boxes)), Group("tds"))
    legend = (("one", HOSTILE[0]), ("four", "HPC"))
    return Drawing(HOSTILE[0], _WORDS, groups, ((HOSTILE[0], HOSTILE[4]),), legend)  # type: ignore[arg-type]


def large(boxes: int) -> Drawing:
    """Many clusters."""
    node = Node("pool", "virtual machines", 100, ("8 CPU",), "", "one")
    lane = Lane("one", "net", "VLAN 1", ("management",), (node,))
    made = tuple(Box(f"c{number}", "virtual", "t", "s", (), (lane,)) for number in range(boxes))
    return Drawing("site", _WORDS, (Group("production", (), made),))
