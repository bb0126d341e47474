"""From contributed files to records, in an order and a split that anyone can recompute."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openledger_trainer.canonical import canonical_bytes, digest_of, sha256_hex
from openledger_trainer.documents import Unreadable, plain_text, text_of
from openledger_trainer.errors import TrainerError
from openledger_trainer.json_lines import Said, Turn, turns_of
from openledger_trainer.template import Message, user_message

PASSAGE_CHARACTERS = 1000
_CHARACTERS_PER_TOKEN = 8
"""More of a conversation than this for each token of the cut-off would be cut away again."""
FOR_OTHER_TRAINERS = "Images and audio are for other trainers: a language model learns from text."
"""Why a job on such data is refused; the page says the same."""
_NOT_TEXT = ("image/", "audio/", "video/")


@dataclass(frozen=True)
class SourceFile:
    """A file of a dataset version, as the caller stored it."""

    path: Path
    media_type: str
    sha256: str


@dataclass(frozen=True)
class Record:
    """One unit of learning, and the contribution that it came from.

    Attributes:
        sha256: Digest of the file.
        index: Place in the file, from 0.
        prompt: The question, as it was written; empty for prose.
        completion: The answer, or the passage of prose.
        before: What was said before the question, in the same conversation.
        after: What was said after the answer.
    """

    sha256: str
    index: int
    prompt: str
    completion: str
    before: tuple[Said, ...] = ()
    after: tuple[Said, ...] = ()

    def messages(self, cutoff_tokens: int) -> list[Message]:
        """The conversation up to the question, as a model is asked.

        What would be cut away in any case is left out before it is tokenized: first the oldest turns, then
        the system message; never the question.
        """
        room = _CHARACTERS_PER_TOKEN * cutoff_tokens - len(self.prompt)
        asked: list[Message] = []
        system = self.before[: len(self.before) % 2]
        for role, content in system:
            if len(content) <= room:
                asked.append({"role": role, "content": content})
                room -= len(content)
        turns = self.before[len(system) :]
        first = len(turns)
        while first > 0:
            room -= sum(len(content) for _, content in turns[first - 2 : first])
            if room < 0:
                break
            first -= 2
        asked.extend({"role": role, "content": content} for role, content in turns[first:])
        return [*asked, *user_message(self.prompt)]


@dataclass(frozen=True)
class Dataset:
    """Records to train on, records held out, and the files that held none.

    `order` names the files as the dataset version does, the earlier contribution first.
    """

    training: tuple[Record, ...]
    held_out: tuple[Record, ...]
    skipped: tuple[tuple[str, str], ...]
    order: tuple[str, ...] = ()

    def digest(self) -> str:
        """Names the records in their order, what they say, and on which side of the split they stand."""
        return digest_of(
            [
                [
                    [record.sha256, record.index, record.prompt, record.completion, *_context(record)]
                    for record in records
                ]
                for records in (self.training, self.held_out)
            ]
        )

    def sources(self) -> list[dict[str, Any]]:
        """How many records each contribution gave, in the order of the files' digests."""
        counts: dict[str, list[int]] = {}
        for place, records in enumerate((self.training, self.held_out)):
            for record in records:
                counts.setdefault(record.sha256, [0, 0])[place] += 1
        return [
            {"sha256": sha256, "training": pair[0], "heldOut": pair[1]}
            for sha256, pair in sorted(counts.items())
        ]


def load_dataset(files: Sequence[SourceFile], held_out_bps: int) -> Dataset:
    """Read the files, verify their digests and split their records.

    A file without readable text is left out and named in `skipped`: what one contributor sent must not
    be able to stop everybody's job. A file whose bytes are not those of its digest does stop it.

    Raises:
        TrainerError: A missing or altered file, no file of text, or too few records.
    """
    if files and all(file.media_type.lower().startswith(_NOT_TEXT) for file in files):
        raise TrainerError("not-text", FOR_OTHER_TRAINERS, "Choose a Datanet of texts.")
    records: list[Record] = []
    skipped: list[tuple[str, str]] = []
    for file in sorted({file.sha256: file for file in files}.values(), key=lambda file: file.sha256):
        data = _verified_bytes(file)
        try:
            found = records_of(data, file.media_type, file.sha256)
        except Unreadable as error:
            skipped.append((file.sha256, error.reason))
            continue
        if not found:
            skipped.append((file.sha256, "it holds no text"))
        records.extend(found)
    training, held_out = split(records, held_out_bps)
    order = tuple(dict.fromkeys(file.sha256 for file in files))
    return Dataset(tuple(training), tuple(held_out), tuple(skipped), order)


def records_of(data: bytes, media_type: str, sha256: str) -> list[Record]:
    """The records of one file, in the file's own order.

    Raises:
        Unreadable: When the file holds no text.
    """
    kind = media_type.lower()
    if kind.startswith(_NOT_TEXT):
        raise Unreadable(f"it is {kind}; {FOR_OTHER_TRAINERS[0].lower()}{FOR_OTHER_TRAINERS[1:-1]}")
    if "json" in kind:
        turns = turns_of(plain_text(data))
    else:
        turns = [Turn("", passage) for passage in passages(text_of(data))]
    return [
        Record(sha256, index, turn.question, turn.answer, turn.before, turn.after)
        for index, turn in enumerate(turns)
    ]


def passages(text: str) -> list[str]:
    """Cut prose into passages of whole paragraphs, each of at most `PASSAGE_CHARACTERS`."""
    found: list[str] = []
    current = ""
    for paragraph in text.split("\n\n"):
        for piece in _pieces(paragraph.strip()):
            joined = f"{current}\n\n{piece}" if current else piece
            if len(joined) <= PASSAGE_CHARACTERS:
                current = joined
            else:
                found.append(current)
                current = piece
    if current:
        found.append(current)
    return [passage for passage in found if passage]


def split(records: Sequence[Record], held_out_bps: int) -> tuple[list[Record], list[Record]]:
    """Hold out records by the hash of what they say, so that equal records fall on the same side.

    The answers of one conversation stay together: each is read in those that come after it.

    The hash leaves the job's seed out: a record held out once is held out by every job on this data, and a
    refined model is never measured on what its parent had learnt.

    Raises:
        TrainerError: When there are not two different records.
    """
    places = [_split_place(record) for record in records]
    if len(set(places)) < 2:
        raise TrainerError(
            "too-little-data",
            f"The files hold {len(set(places))} different records; at least 2 are needed.",
            "Choose a dataset version with more accepted text.",
        )
    limit = held_out_bps * 2**64 // 10_000
    # With few records the hash may put all on one side: then the lowest, or the highest, crosses over.
    limit = min(max(limit, min(places) + 1), max(places))
    training = [record for record, place in zip(records, places, strict=True) if place >= limit]
    held_out = [record for record, place in zip(records, places, strict=True) if place < limit]
    return training, held_out


def _split_place(record: Record) -> int:
    # Who speaks with the same words under another system message says the same.
    around = [
        [content for role, content in said if role != "system"] for said in (record.before, record.after)
    ]
    data = canonical_bytes([*around[0], record.prompt, record.completion, *around[1]])
    return int.from_bytes(hashlib.sha256(data).digest()[:8], "big")


def _context(record: Record) -> list[Any]:
    return [[list(said) for said in record.before]] if record.before else []


def _pieces(paragraph: str) -> list[str]:
    pieces = []
    while len(paragraph) > PASSAGE_CHARACTERS:
        end = max(paragraph.rfind(" ", 1, PASSAGE_CHARACTERS), paragraph.rfind("\n", 1, PASSAGE_CHARACTERS))
        end = end if end > 0 else PASSAGE_CHARACTERS
        pieces.append(paragraph[:end].rstrip())
        paragraph = paragraph[end:].lstrip()
    if paragraph:
        pieces.append(paragraph)
    return pieces


def _verified_bytes(file: SourceFile) -> bytes:
    try:
        data = file.path.read_bytes()
    except OSError as error:
        raise TrainerError(
            "missing-file",
            f"The file {file.path} cannot be read: {error.strerror}.",
            "Download the dataset version again.",
        ) from None
    if sha256_hex(data) != file.sha256:
        raise TrainerError(
            "wrong-data",
            f"The file {file.path} has the sha256 {sha256_hex(data)}, not {file.sha256}.",
            "Download the dataset version again.",
        )
    return data
