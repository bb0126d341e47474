"""How a question is put to a model: the same words in training and in chat."""

from __future__ import annotations


def question_prompt(question: str) -> str:
    """The text that a model continues with its answer."""
    return f"Question: {question.strip()}\nAnswer:"


def answer_completion(answer: str) -> str:
    """The text that follows `question_prompt` in training; an end-of-text token follows it."""
    return f" {answer.strip()}"
