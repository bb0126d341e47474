import threading
from collections.abc import Callable

import pytest

from openledger_trainer.errors import TrainerError
from openledger_trainer.progress import Progress
from openledger_trainer.serving.desk import Asked, Desk
from openledger_trainer.serving.question import Question

PATIENCE_SECONDS = 60


class Thread:
    """Something done by another thread, that can be waited for."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._thread = threading.Thread(target=act, daemon=True)
        self._thread.start()

    def is_waiting(self) -> bool:
        self._thread.join(0.05)
        return self._thread.is_alive()

    def wait(self) -> None:
        self._thread.join(PATIENCE_SECONDS)
        assert not self._thread.is_alive()


def asked(finished: list[TrainerError | None]) -> Asked:
    return Asked(Question("base", None, "text"), Progress(), lambda _result, error: finished.append(error))


def job(desk: Desk, done: list[str], name: str, hold: threading.Event | None = None) -> Thread:
    def act() -> None:
        with desk.alone():
            done.append(name)
            if hold is not None:
                hold.wait(PATIENCE_SECONDS)

    return Thread(act)


def test_a_job_waits_for_open_answers_and_later_questions_for_the_job() -> None:
    desk, done, hold = Desk(), list[str](), threading.Event()
    first, second = asked([]), asked([])
    desk.ask(first)
    assert desk.begin_round() == [first]
    assert desk.take(first)
    desk.end_round(1)
    training = job(desk, done, "job", hold)
    assert training.is_waiting()
    desk.ask(second)
    assert desk.begin_round() == []
    assert done == []
    desk.end_round(0)
    found: list[list[Asked]] = []
    answering = Thread(lambda: found.append(desk.begin_round()))
    assert answering.is_waiting()
    assert done == ["job"]
    hold.set()
    answering.wait()
    assert found == [[second]]


def test_questions_get_their_turn_between_two_jobs() -> None:
    desk, done, hold = Desk(), list[str](), threading.Event()
    first = job(desk, done, "first", hold)
    question = asked([])
    desk.ask(question)
    hold.set()
    first.wait()
    second = job(desk, done, "second")
    assert second.is_waiting()
    assert desk.begin_round() == [question]
    assert desk.take(question)
    desk.end_round(0)
    second.wait()
    assert done == ["first", "second"]


def test_short_work_is_done_between_two_tokens() -> None:
    desk, done = Desk(), list[str]()
    desk.ask(asked([]))
    waiting = desk.begin_round()

    def act() -> None:
        with desk.beside():
            done.append("beside")

    guest = Thread(act)
    assert guest.is_waiting()
    assert desk.take(waiting[0])
    desk.end_round(1)
    guest.wait()
    assert desk.begin_round() == []
    assert done == ["beside"]


def test_a_question_is_dropped_when_its_asker_leaves_even_while_a_job_runs() -> None:
    desk, hold, finished = Desk(), threading.Event(), list[TrainerError | None]()
    done: list[str] = []
    training = job(desk, done, "job", hold)
    question = asked(finished)
    desk.ask(question)
    question.progress.cancel()
    question.progress.cancel()
    assert [error.code for error in finished if error is not None] == ["cancelled"]
    assert not desk.take(question)
    hold.set()
    training.wait()


def test_so_many_wait_and_no_more() -> None:
    desk = Desk(most_waiting=2)
    desk.ask(asked([]))
    desk.ask(asked([]))
    with pytest.raises(TrainerError) as caught:
        desk.ask(asked([]))
    assert caught.value.code == "busy"
