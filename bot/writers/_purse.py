"""What one draft may still cost: requests, tokens, money. It is asked before each request."""

import time
from collections.abc import Callable, Sequence

from pydantic import BaseModel, ConfigDict, Field

from bot.story import Bill
from bot.writers._ear import Reply

__all__ = ["CALLS", "Empty", "Price", "Purse"]

CALLS = 4  # requests for one draft, whatever happens
_LETTERS_A_TOKEN = 4.0  # about, where a server does not count
_BYTES_A_TOKEN = 2.0  # at worst: half of what English needs, and more than Chinese does


class Price(BaseModel):
    """What a million tokens cost."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: float = Field(ge=0)
    output: float = Field(ge=0)


class Empty(Exception):
    """The next request may not be made; the message says why and what to set."""


class Purse:
    """The purse of one draft. `clock` counts seconds; `bill` is what has been spent."""

    def __init__(
        self,
        price: Price | None,
        budget: float,
        currency: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._price = price
        self._budget = budget
        self._clock = clock
        self._began = clock()
        self._spent = Bill(cost=0.0 if price else None, currency=currency if price else "")

    @property
    def left(self) -> int:
        """How many requests may still be made."""
        return CALLS - self._spent.calls

    @property
    def bill(self) -> Bill:
        """What has been spent until now."""
        seconds = round(self._clock() - self._began, 2)
        return Bill(seconds=seconds).plus(self._spent)

    def draw(self, texts: Sequence[str], most: int) -> None:
        """Take a request out that sends these texts for `most` tokens at most. Raises Empty."""
        if not self.left:
            raise Empty(f"no script after {CALLS} requests")
        if self._price and self._budget:
            sent = sum(len(text.encode()) for text in texts) / _BYTES_A_TOKEN
            worst = (self._spent.cost or 0.0) + self._cost(sent, most)
            if worst > self._budget:
                told = f"could bring this draft to {worst:.4f} of {self._budget:g}"
                raise Empty(f"the next request {told}: raise writer.budget or lower max_tokens")
        self._spent = self._spent.plus(Bill(calls=1))

    def pay(self, texts: Sequence[str], reply: Reply | None) -> None:
        """Note what a request took, by letters where its server did not count."""
        tokens_in = reply.tokens_in if reply else None
        tokens_out = reply.tokens_out if reply else None
        guessed = tokens_in is None or tokens_out is None
        if tokens_in is None:
            tokens_in = round(sum(map(len, texts)) / _LETTERS_A_TOKEN)
        if tokens_out is None:
            tokens_out = round(len(reply.text) / _LETTERS_A_TOKEN) if reply else 0
        cost = self._cost(tokens_in, tokens_out) if self._price else None
        took = Bill(0, tokens_in, tokens_out, 0.0, cost, "", guessed)
        self._spent = self._spent.plus(took)

    def _cost(self, tokens_in: float, tokens_out: float) -> float:
        assert self._price
        return (tokens_in * self._price.input + tokens_out * self._price.output) / 1e6
