import dataclasses
import io
import json
import zipfile
from pathlib import Path

import pytest

from openledger_trainer.canonical import sha256_hex
from openledger_trainer.dataset import (
    PASSAGE_CHARACTERS,
    Dataset,
    Record,
    SourceFile,
    load_dataset,
    passages,
    records_of,
    split,
)
from openledger_trainer.documents import Unreadable, text_of
from openledger_trainer.errors import TrainerError

ANY = "0x" + "00" * 32


def _word_document(*paragraphs: str) -> bytes:
    return _word_body(*(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs))


def _word_body(*parts: str, name: str = "word/document.xml", more: dict[str, str] | None = None) -> bytes:
    spaces = (
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:v="urn:schemas-microsoft-com:vml" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="shapes"'
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        xml = f"<w:document {spaces}><w:body>{''.join(parts)}</w:body></w:document>"
        archive.writestr(name, xml)
        for other, text in (more or {}).items():
            archive.writestr(other, text)
    return stream.getvalue()


def _pdf(text: str) -> bytes:
    content = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    data, places = b"%PDF-1.4\n", []
    for number, value in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj%sendobj\n" % (number, value)
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + table + b"trailer<</Root 1 0 R/Size 6>>\nstartxref\n%d\n%%%%EOF" % len(data)


def _file(folder: Path, name: str, data: bytes, media_type: str = "text/plain") -> SourceFile:
    (folder / name).write_bytes(data)
    return SourceFile(folder / name, media_type, sha256_hex(data))


def test_pairs_are_read_under_both_names() -> None:
    lines = [{"question": "Why?", "answer": "So."}, {"prompt": "Who?", "response": "I."}]
    data = "\r\n".join(json.dumps(line) for line in lines).encode()
    assert records_of(data, "application/x-ndjson", ANY) == [
        Record(ANY, 0, "Why?", "So."),
        Record(ANY, 1, "Who?", "I."),
    ]


@pytest.mark.parametrize(
    "line",
    [
        '{"prompt":"a","response":"b","x":' + "[" * 32 + "]" * 32 + "}",
        '{"prompt":"a","response":"b","x":NaN}',
        '{"prompt":"a","response":"b","x":-Infinity}',
        '{"prompt":"a","response":1}',
        '{"prompt":"a","response":"\\ufeff\\u2028"}',
        '{"messages":[{"role":"system","content":1},{"role":"user","content":"a"},'
        '{"role":"assistant","content":"b"}]}',
        "{",
        "[1]",
        '{"question":"a"}',
        '{"question":"a","answer":" "}',
        '{"question":1,"answer":2}',
    ],
)
def test_a_line_that_is_no_pair_is_named(line: str) -> None:
    data = ('{"question":"a","answer":"b"}\n' + line).encode()
    with pytest.raises(Unreadable, match="line 2"):
        records_of(data, "application/jsonl", ANY)


@pytest.mark.parametrize(
    "value",
    [
        "[" * 31 + "]" * 31,
        "9" * 5000,
        "-1e999",
        r'"\u2028 \ud800"',
        '"' + "[" * 900 + r"\"" + "{" * 900 + '"',
    ],
)
def test_what_else_a_line_holds_changes_nothing(value: str) -> None:
    (record,) = records_of(f'{{"prompt":"a","response":"b","x":{value}}}'.encode(), "application/jsonl", ANY)
    assert (record.prompt, record.completion) == ("a", "b")


def test_of_two_pairs_the_one_that_validators_judge_is_learnt() -> None:
    line = b'{"question":"Never judged?","answer":"Learnt.","prompt":"Judged?","response":"Judged."}'
    (record,) = records_of(line, "application/jsonl", ANY)
    assert (record.prompt, record.completion) == ("Judged?", "Judged.")


def _said(*messages: tuple[str, str]) -> bytes:
    line = {"messages": [{"role": role, "content": content} for role, content in messages], "id": 7}
    return json.dumps(line).encode()


def test_every_answer_of_a_conversation_is_a_record_that_knows_what_was_said_before() -> None:
    talk = (
        ("system", "Be brief."),
        ("user", "Why? "),
        ("assistant", "So."),
        ("user", "And?"),
        ("assistant", "No."),
    )
    clean = tuple((role, content.strip()) for role, content in talk)
    assert records_of(_said(*talk), "application/jsonl", ANY) == [
        Record(ANY, 0, "Why?", "So.", clean[:1], clean[3:]),
        Record(ANY, 1, "And?", "No.", clean[:3], ()),
    ]
    # With nothing before or after it is the record of a pair; some programs write an empty system message.
    pair = records_of(b'{"prompt":"Why?","response":"So.","messages":[]}', "application/jsonl", ANY)
    assert records_of(_said(*talk[1:3]), "application/jsonl", ANY) == pair
    assert records_of(_said(("system", " "), *talk[1:3]), "application/jsonl", ANY) == pair


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ([], "has no list of 1 to 256 messages"),
        ({"role": "user"}, "has no list of 1 to 256 messages"),
        ([{"role": "user", "content": "a"}] * 257, "has no list of 1 to 256 messages"),
        ([{"role": "tool", "content": "a"}], "message 1 is not of the system, the user or the assistant"),
        (["a"], "message 1 is not of the system, the user or the assistant"),
        ([{"role": "user", "content": [{"type": "text", "text": "a"}]}], "message 1 has no text"),
        (
            [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}],
            "message 2 is not the assistant",
        ),
        ([{"role": "assistant", "content": "a"}], "message 1 is not the user"),
        ([{"role": "user", "content": "a"}], "does not end with an answer of the assistant"),
        ([{"role": "system", "content": "a"}], "does not end with an answer of the assistant"),
        (
            [{"role": "user", "content": "a"}, {"role": "assistant", "content": None, "tool_calls": []}],
            "message 2 has no text",
        ),
    ],
)
def test_a_line_that_is_no_conversation_is_named(messages: object, reason: str) -> None:
    data = b'{"question":"a","answer":"b"}\n' + json.dumps({"messages": messages}).encode()
    with pytest.raises(Unreadable, match=f"line 2.* {reason}"):
        records_of(data, "application/jsonl", ANY)


def test_a_conversation_is_held_out_as_a_whole_and_named_by_the_datasets_digest(tmp_path: Path) -> None:
    lines = [
        _said(("user", f"{place}?"), ("assistant", "So."), ("user", "And?"), ("assistant", f"{place}."))
        for place in range(200)
    ]
    dataset = load_dataset([_file(tmp_path, "talk.jsonl", b"\n".join(lines), "application/jsonl")], 1000)
    assert len(dataset.training) + len(dataset.held_out) == 400
    assert 10 <= len(dataset.held_out) <= 70
    assert not {record.index // 2 for record in dataset.training} & {
        record.index // 2 for record in dataset.held_out
    }
    # Another first question changes what the second answer is learnt after.
    later = [record for record in dataset.training if record.before]
    changed = [dataclasses.replace(later[0], before=(("user", "x"), later[0].before[1])), *later[1:]]
    assert Dataset(tuple(later), (), ()).digest() != Dataset(tuple(changed), (), ()).digest()


def test_what_would_be_cut_away_is_left_out_before_it_is_tokenized() -> None:
    turns = tuple((role, role[0] * 30) for _ in range(3) for role in ("user", "assistant"))
    record = Record(ANY, 3, "q" * 20, "a", (("system", "s" * 20), *turns))
    roles = [[message["role"] for message in record.messages(cutoff)] for cutoff in (1, 5, 12, 13, 100)]
    assert roles[0] == ["user"]
    assert roles[1] == ["system", "user"]
    assert roles[2] == ["system", "user"]
    assert roles[3] == ["system", "user", "assistant", "user"]
    assert record.messages(100)[1:-1] == [{"role": role, "content": content} for role, content in turns]


def test_text_comes_out_of_pdf_word_and_text() -> None:
    assert text_of(_pdf("Hello from a page")).strip() == "Hello from a page"
    assert text_of(_word_document("First.", "Second.")) == "First.\n\nSecond."
    assert text_of(b"\xef\xbb\xbfone\r\ntwo") == "one\ntwo"


def test_a_word_document_gives_what_validators_read_of_it_once() -> None:
    def boxed(text: str) -> str:
        return f"<w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent>"

    both = (
        f"<mc:AlternateContent><mc:Choice><wps:txbx>{boxed('New box.')}</wps:txbx></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{boxed('A box.')}</v:textbox></v:shape></w:pict>"
        "</mc:Fallback></mc:AlternateContent>"
    )
    stops = '<w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr>'
    deleted = "<w:del><w:r><w:t>Gone.</w:t></w:r></w:del>"
    cells = "".join(
        f"<w:tr><w:tc><w:tcPr><w:vMerge{value}/></w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc></w:tr>"
        for value, text in ((' w:val="restart"', "Seen."), ("", "Covered."))
    )
    held = "<w:sdtContent><w:p><w:r><w:t>Held.</w:t></w:r></w:p></w:sdtContent>"
    document = _word_body(
        f"<w:p>{stops}<w:r><w:t>Before,</w:t><w:tab/>{both}<w:t>after.</w:t></w:r>{deleted}</w:p>",
        f"<w:tbl>{cells}</w:tbl>",
        f"<w:sdt><w:sdtPr><w:t>Name</w:t></w:sdtPr>{held}</w:sdt>",
    )
    assert text_of(document) == "Before,\tafter.\n\nA box.\n\nSeen.\n\nHeld."


def test_the_part_of_a_word_document_is_the_one_that_its_package_names() -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    relations = f'<Relationships><Relationship Type="{kind}" Target="/word/document2.xml"/></Relationships>'
    document = _word_body(
        "<w:p><w:t>Judged.</w:t></w:p>",
        name="word/document2.xml",
        more={"word/document.xml": "<never/>", "_rels/.rels": relations},
    )
    assert text_of(document) == "Judged."


def test_a_document_that_nests_deep_is_read_alike_however_many_calls_are_open() -> None:
    depth = 20_000
    nested = "<w:ins>" * depth + "<w:r><w:t>Deep.</w:t></w:r>" + "</w:ins>" * depth
    assert text_of(_word_body(f"<w:p>{nested}</w:p>")) == "Deep."

    def below(calls: int, data: bytes) -> str:
        if calls > 0:
            return below(calls - 1, data)
        try:
            return text_of(data)
        except Unreadable as error:
            return error.reason

    for nesting in range(400, 504, 4):
        data = _pdf("Hello").replace(b"/MediaBox", b"/X" + b"[" * nesting + b"]" * nesting + b"/MediaBox")
        assert below(0, data) == below(9, data)


def test_too_little_memory_is_no_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    def short(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("pypdf.PdfReader", short)
    monkeypatch.setattr("xml.etree.ElementTree.fromstring", short)
    for data in (_pdf("Hello"), _word_document("Hello")):
        with pytest.raises(MemoryError):
            text_of(data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_that_validators_accept_is_read(encoding: str) -> None:
    tale = "Once upon a time there lived a miller — Müller — by a stream.\n"
    assert text_of(tale.encode(encoding)) == tale
    pair = '{"prompt":"Why — say?","response":"So."}'
    (record,) = records_of(pair.encode(encoding), "application/jsonl", ANY)
    assert record.prompt == "Why — say?"


@pytest.mark.parametrize("data", [b"%PDF-1.4 nothing", b"PK\x03\x04nothing", b"\xff\xfe\x00", b"a\x00b"])
def test_damaged_files_are_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        text_of(data)


def test_passages_keep_all_words_and_stay_short() -> None:
    text = "\n\n".join(["word " * 90, "x" * (2 * PASSAGE_CHARACTERS + 1), "end " * 600, ""])
    found = passages(text)
    assert all(0 < len(passage) <= PASSAGE_CHARACTERS for passage in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_order_comes_from_the_files_digests_and_equal_files_count_once(tmp_path: Path) -> None:
    files = [_file(tmp_path, f"{name}.txt", f"about {name}".encode()) for name in "abcdef"]
    copy = _file(tmp_path, "copy.txt", b"about a")
    one, other = load_dataset(files, 3000), load_dataset([copy, *reversed(files)], 3000)
    assert (one.training, one.held_out, one.digest()) == (other.training, other.held_out, other.digest())
    # Who told it first is another matter: that is the order of the chain, in which the files are given.
    assert one.order == tuple(file.sha256 for file in files)
    assert other.order[0] == copy.sha256 and len(other.order) == 6
    assert len(one.training) + len(one.held_out) == 6
    assert [source["sha256"] for source in one.sources()] == sorted(file.sha256 for file in files)


def test_the_split_holds_out_the_asked_share_and_equal_records_together() -> None:
    records = [Record(ANY, index, "", f"text {index % 2000}") for index in range(4000)]
    training, held_out = split(records, 1000)
    assert 320 <= len(held_out) <= 480
    assert not {record.completion for record in training} & {record.completion for record in held_out}


def test_the_split_never_leaves_a_side_empty() -> None:
    for count in (2, 3, 5):
        records = [Record(ANY, index, "", f"text {index}") for index in range(count)]
        for bps in (1, 5000):
            assert all(split(records, bps))
    with pytest.raises(TrainerError, match="at least 2 are needed"):
        split([Record(ANY, 0, "", "same"), Record(ANY, 1, "", "same")], 1000)


def test_unreadable_files_are_skipped_with_a_reason_and_altered_ones_stop_the_job(tmp_path: Path) -> None:
    good = _file(tmp_path, "good.txt", ("one\n\n" + "y " * 700).encode())
    broken = _file(tmp_path, "broken.jsonl", b"{", "application/jsonl")
    picture = _file(tmp_path, "picture.png", b"\x89PNG", "image/png")
    dataset = load_dataset([good, broken, picture], 1000)
    reasons = dict(dataset.skipped)
    assert reasons[broken.sha256] == "line 1 is not JSON"
    assert reasons[picture.sha256].startswith("it is image/png; images and audio are for other trainers")
    with pytest.raises(TrainerError, match="Images and audio are for other trainers") as caught:
        load_dataset([picture], 1000)
    assert caught.value.code == "not-text"
    good.path.write_bytes(b"something else")
    with pytest.raises(TrainerError, match="has the sha256") as caught:
        load_dataset([good], 1000)
    assert caught.value.code == "wrong-data"
    good.path.unlink()
    with pytest.raises(TrainerError, match="cannot be read"):
        load_dataset([good], 1000)
