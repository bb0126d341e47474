import pytest
import torch

from openledger_trainer.serving.sampling import Sampler, choose_tokens

CHANCES = torch.tensor([0.05, 0.5, 0.15, 0.3])
LOGITS = CHANCES.log()


def drawn(sampler: Sampler, count: int = 2000) -> torch.Tensor:
    """How often each token is chosen."""
    tokens = torch.tensor([sampler.choose(LOGITS) for _ in range(count)])
    return torch.bincount(tokens, minlength=4) / count


def test_tokens_are_drawn_by_their_chances() -> None:
    assert (drawn(Sampler(1, 1, 7)) - CHANCES).abs().max() < 0.04
    sharpened = CHANCES**2 / (CHANCES**2).sum()
    assert (drawn(Sampler(0.5, 1, 7)) - sharpened).abs().max() < 0.04


@pytest.mark.parametrize(("top_p", "kept"), [(0.4, [1]), (0.6, [1, 3]), (0.9, [1, 2, 3])])
def test_only_the_likeliest_that_together_have_the_chance_are_drawn(top_p: float, kept: list[int]) -> None:
    assert drawn(Sampler(1, top_p, 7)).nonzero().flatten().tolist() == kept


def test_a_wide_choice_is_not_cut_off_before_its_chance_is_reached() -> None:
    flat = torch.zeros(5000)
    sampler = Sampler(1, 0.9, 1)
    tokens = {sampler.choose(flat) for _ in range(4000)}
    assert len(tokens) > 2000
    assert max(tokens) <= 4501


def test_a_row_draws_the_same_in_any_company() -> None:
    alone, together = Sampler(1, 1, 5), Sampler(1, 1, 5)
    others = [Sampler(0, 1, 0), Sampler(2, 0.5, 6)]
    for _ in range(20):
        (one,) = choose_tokens(LOGITS[None], [alone])
        found = choose_tokens(LOGITS.expand(3, 4), [others[0], together, others[1]])
        assert found[:2] == [1, one]


@pytest.mark.parametrize(("temperature", "top_p"), [(0, 1), (1e-300, 1), (1, 0)])
def test_no_warmth_takes_the_likeliest(temperature: float, top_p: float) -> None:
    assert choose_tokens(LOGITS[None], [Sampler(temperature, top_p, 1)]) == [1]
