"""Reads the text out of contributed files. The content decides what a file is, not its name."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree

from openledger_trainer.errors import TrainerError

LARGEST_UNPACKED_BYTES = 64 * 1024 * 1024
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Unreadable(TrainerError):
    """A file without text that can be trained on."""

    def __init__(self, reason: str) -> None:
        super().__init__("unreadable-file", f"The file cannot be read: {reason}.", "Leave the file out.")
        self.reason = reason


def text_of(data: bytes) -> str:
    """The text of a PDF, a Word document, or a text in UTF-8 or UTF-16.

    Raises:
        Unreadable: When the bytes are none of these or are damaged.
    """
    if data.startswith(b"%PDF-"):
        return _pdf_text(data)
    if data.startswith(b"PK\x03\x04"):
        return _word_text(data)
    return plain_text(data)


def plain_text(data: bytes) -> str:
    """Bytes in UTF-8 or UTF-16 as text with one kind of line end; a byte order mark is left out.

    Raises:
        Unreadable: When the bytes are not such a text.
    """
    try:
        text = data.decode(_encoding(data)).removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise Unreadable("it is not UTF-8 or UTF-16 text") from None
    if "\x00" in text:
        raise Unreadable("it holds zero bytes")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _encoding(data: bytes) -> str:
    """By the mark, else by where Latin letters have zeros, as validators do (node/src/files/text.ts)."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16-le" if data[0] == 0xFF else "utf-16-be"
    even, odd = data[::2].count(0), data[1::2].count(0)
    if len(data) % 2 or (even > 0) == (odd > 0) or 8 * (even + odd) < len(data):
        return "utf-8"
    return "utf-16-be" if even else "utf-16-le"


def _pdf_text(data: bytes) -> str:
    import pypdf

    try:
        pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]
    except Exception as error:  # pypdf raises many kinds on damaged files, and none of them may end a job
        raise Unreadable(f"the PDF is damaged ({type(error).__name__})") from None
    return "\n\n".join(page.strip() for page in pages)


def _word_text(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if archive.getinfo("word/document.xml").file_size > LARGEST_UNPACKED_BYTES:
                raise Unreadable("the Word document unpacks to more than 64 MiB")
            with archive.open("word/document.xml") as stream:
                xml = stream.read(LARGEST_UNPACKED_BYTES + 1)
        if len(xml) > LARGEST_UNPACKED_BYTES:
            raise Unreadable("the Word document unpacks to more than 64 MiB")
        root = ElementTree.fromstring(xml)
    except Unreadable:
        raise
    except Exception as error:  # a damaged archive fails in many ways, and none of them may end a job
        raise Unreadable(f"it is no Word document ({type(error).__name__})") from None
    return "\n\n".join(_paragraph_text(paragraph) for paragraph in root.iter(f"{_WORD}p"))


def _paragraph_text(paragraph: ElementTree.Element) -> str:
    pieces: list[str] = []
    for node in paragraph.iter():
        if node.tag == f"{_WORD}t":
            pieces.append(node.text or "")
        elif node.tag == f"{_WORD}tab":
            pieces.append("\t")
        elif node.tag == f"{_WORD}br":
            pieces.append("\n")
    return "".join(pieces)
