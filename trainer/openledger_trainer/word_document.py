"""The paragraphs of a Word document: those that validators judge, in the order in which they read them.

Validators read with mammoth (`node/src/files/wordDocument.ts`), so the same elements are entered here and no
others: what nobody judged must not be learnt.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

_OFFICE = "http://schemas.openxmlformats.org"
_STRICT = "http://purl.oclc.org/ooxml"
_PREFIXES = {
    f"{_OFFICE}/wordprocessingml/2006/main": "w:",
    f"{_STRICT}/wordprocessingml/main": "w:",
    f"{_OFFICE}/markup-compatibility/2006": "mc:",
    "urn:schemas-microsoft-com:vml": "v:",
}
_HELD = {"mc:AlternateContent": "mc:Fallback", "w:sdt": "w:sdtContent"}
_WRITTEN = {"w:tab": "\t", "w:br": "\n", "w:noBreakHyphen": "\u2011", "w:softHyphen": "\u00ad"}
_ENTERED = frozenset(
    (
        *("w:r", "w:hyperlink", "w:tbl", "w:tr", "w:tc", "w:customXml", "w:ins", "w:moveTo", "w:smartTag"),
        *("w:object", "w:pict", "w:txbxContent", "v:roundrect", "v:shape", "v:textbox", "v:group", "v:rect"),
    )
)
"""Definitions of styles and tab stops, what was deleted or moved away, and all that is unknown stay out."""


def paragraphs_of(document: Element) -> list[str]:
    """The text of each paragraph of the document's body, in order.

    Text boxes come after the paragraph that holds them. Of alternatives, the one for every reader is taken
    (`mc:Fallback`): a text box is written once for new programs and once for old ones.
    """
    found: list[str] = []
    body = _child(document, "w:body")
    # A list in the place of calls: a stranger's document may nest deeper than calls can.
    waiting = [] if body is None else _entered(body)
    while waiting:
        node = waiting.pop()
        if _name(node) == "w:p":
            text, boxes = _paragraph(node)
            found.append(text)
            waiting.extend(boxes)
        else:
            waiting.extend(_entered(node))
    return found


def _paragraph(paragraph: Element) -> tuple[str, list[Element]]:
    """Its own text, and the paragraphs of the text boxes in it, the last first."""
    pieces: list[str] = []
    boxes: list[Element] = []
    waiting = _entered(paragraph)
    while waiting:
        node = waiting.pop()
        name = _name(node)
        if name == "w:p":
            boxes.append(node)
        elif name == "w:t":
            pieces.append(node.text or "")
        elif name in _WRITTEN:
            pieces.append(_WRITTEN[name])
        else:
            waiting.extend(_entered(node))
    return "".join(pieces), boxes[::-1]


def _entered(parent: Element) -> list[Element]:
    """The children that are read, the last first, with what is read of alternatives and content controls."""
    found: list[Element] = []
    for child in parent:
        name = _name(child)
        if name in ("w:p", "w:t") or name in _WRITTEN or (name in _ENTERED and not _is_hidden(child, name)):
            found.append(child)
        elif (held := _HELD.get(name)) is not None and (inner := _child(child, held)) is not None:
            found.append(inner)
    return found[::-1]


def _is_hidden(element: Element, name: str) -> bool:
    """Whether a row of a table was deleted, or a cell lies under the one above it."""
    if name == "w:tr":
        properties = _child(element, "w:trPr")
        return properties is not None and _child(properties, "w:del") is not None
    if name == "w:tc":
        properties = _child(element, "w:tcPr")
        merge = None if properties is None else _child(properties, "w:vMerge")
        return merge is not None and "restart" not in merge.attrib.values()
    return False


def _child(parent: Element, name: str) -> Element | None:
    return next((child for child in parent if _name(child) == name), None)


def _name(element: Element) -> str:
    # Comments and instructions have a function in the place of a name.
    space, _, local = str(element.tag).removeprefix("{").rpartition("}")
    return _PREFIXES.get(space, "?:") + local
