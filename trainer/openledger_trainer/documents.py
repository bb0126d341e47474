"""Reads the text out of contributed files. The content decides what a file is, not its name."""

from __future__ import annotations

import io
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

from openledger_trainer.errors import TrainerError
from openledger_trainer.word_document import paragraphs_of

LARGEST_UNPACKED_BYTES = 64 * 1024 * 1024
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
"""What no written text holds; validators refuse it."""
_RELATIONSHIPS = "_rels/.rels"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"


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
    if _CONTROL.search(text):
        raise Unreadable("it holds control characters")
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
    # In a thread of its own: how deep a page may nest depends on how many calls are open already.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_pages_text, data).result()


def _pages_text(data: bytes) -> str:
    import pypdf

    try:
        pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]
    except MemoryError:
        raise
    except Exception as error:  # pypdf raises many kinds on damaged files, and none of them may end a job
        raise Unreadable(f"the PDF is damaged ({type(error).__name__})") from None
    return "\n\n".join(page.strip() for page in pages)


def _word_text(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            document = ElementTree.fromstring(_unpacked(archive, _main_part(archive)))
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # a damaged archive fails in many ways, and none of them may end a job
        raise Unreadable(f"it is no Word document ({type(error).__name__})") from None
    return "\n\n".join(paragraphs_of(document))


def _main_part(archive: zipfile.ZipFile) -> str:
    """The part that the package names as its document."""
    names = set(archive.namelist())
    if _RELATIONSHIPS in names:
        for each in ElementTree.fromstring(_unpacked(archive, _RELATIONSHIPS)):
            target = each.get("Target", "").removeprefix("/")
            if each.get("Type") == _DOCUMENT and target in names:
                return target
    return "word/document.xml"


def _unpacked(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as stream:
        xml = stream.read(LARGEST_UNPACKED_BYTES + 1)
    if len(xml) > LARGEST_UNPACKED_BYTES:
        raise Unreadable("the Word document unpacks to more than 64 MiB")
    return xml
