"""Who asks too often waits, whoever else asks; nobody is remembered by name."""

import gc
from collections.abc import Iterator
from itertools import pairwise

import pytest

from service.rates import KEPT_CLIENTS, Rates


class Clock:
    """Time that a test moves on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands still."""
    return Clock()


def test_a_client_may_ask_so_often_a_minute_and_is_told_when_again(clock: Clock) -> None:
    rates = Rates(each=3, in_all=100, clock=clock)
    assert [rates.wait_s("192.0.2.1") for _ in range(3)] == [0, 0, 0]
    # Three a minute are one every twenty seconds.
    assert rates.wait_s("192.0.2.1") == pytest.approx(20)
    clock.now += 19.9
    assert rates.wait_s("192.0.2.1") == pytest.approx(0.1, abs=1e-6)
    clock.now += 0.2
    assert rates.wait_s("192.0.2.1") == 0


def test_another_client_is_not_kept_waiting_until_all_together_ask_too_often(clock: Clock) -> None:
    rates = Rates(each=2, in_all=3, clock=clock)
    assert [rates.wait_s("192.0.2.1") > 0 for _ in range(3)] == [False, False, True]
    assert rates.wait_s("192.0.2.2") == 0
    assert rates.wait_s("192.0.2.3") == pytest.approx(20)


def test_who_is_refused_is_not_counted(clock: Clock) -> None:
    rates = Rates(each=1, in_all=10, clock=clock)
    waits = [rates.wait_s("192.0.2.1") for _ in range(50)]
    assert waits[0] == 0
    assert all(wait == pytest.approx(60) for wait in waits[1:])
    assert [rates.wait_s(f"192.0.2.{number}") for number in range(2, 11)] == [0] * 9


def test_a_house_is_one_client_whichever_of_its_addresses_it_uses(clock: Clock) -> None:
    rates = Rates(each=1, in_all=10, clock=clock)
    assert rates.wait_s("2001:db8:0:1::a") == 0
    assert rates.wait_s("2001:db8:0:1:ffff::b") > 0
    assert rates.wait_s("2001:db8:0:2::a") == 0


def test_a_clock_that_goes_back_gives_nobody_more(clock: Clock) -> None:
    rates = Rates(each=1, in_all=10, clock=clock)
    assert rates.wait_s("192.0.2.1") == 0
    clock.now -= 500
    assert rates.wait_s("192.0.2.1") == pytest.approx(60)
    assert all(one >= other for one, other in pairwise(waiting(rates, clock)))


def waiting(rates: Rates, clock: Clock) -> Iterator[float]:
    for _ in range(5):
        clock.now += 10
        yield rates.wait_s("192.0.2.1")


def test_addresses_of_any_form_are_counted(clock: Clock) -> None:
    rates = Rates(each=1, in_all=10, clock=clock)
    for address in ("", "unix:", "not an address", "\ud800"):
        assert rates.wait_s(address) == 0
        assert rates.wait_s(address) > 0


def test_no_address_is_kept_and_the_memory_of_clients_is_bounded(clock: Clock) -> None:
    rates = Rates(each=1, in_all=10**9, clock=clock)
    for number in range(KEPT_CLIENTS + 50):
        rates.wait_s(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert len(rates._clients) == KEPT_CLIENTS  # noqa: SLF001 - nothing outside tells
    kept = [thing for thing in gc.get_referents(rates._clients) if isinstance(thing, bytes)]  # noqa: SLF001
    assert kept
    assert {len(key) for key in kept} == {16}
    assert not any(bytes((10, 0, 0, 1)) == key[:4] for key in kept)
