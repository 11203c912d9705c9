"""A discrete event simulation: a queue of events with properties and operators.

Customers, servers and timers in a bank; events order themselves with __lt__, times
are instances with overloaded arithmetic, statistics are properties.
"""
# test-size: 400
import heapq
import sys

DEFAULT = 66000


class Time:
    __slots__ = ("ticks",)

    def __init__(self, ticks):
        self.ticks = ticks

    def __add__(self, other):
        if isinstance(other, Time):
            return Time(self.ticks + other.ticks)
        return Time(self.ticks + other)

    __radd__ = __add__

    def __sub__(self, other):
        return Time(self.ticks - other.ticks)

    def __eq__(self, other):
        return isinstance(other, Time) and self.ticks == other.ticks

    def __lt__(self, other):
        return self.ticks < other.ticks

    def __hash__(self):
        return hash(self.ticks)

    def __repr__(self):
        return f"{self.minutes}:{self.seconds:02d}"

    @property
    def minutes(self):
        return self.ticks // 60

    @property
    def seconds(self):
        return self.ticks % 60


class Event:
    count = 0

    def __init__(self, when, subject):
        self.when = when
        self.subject = subject
        self.serial = Event.count
        Event.count += 1

    def __lt__(self, other):
        if self.when == other.when:
            return self.serial < other.serial
        return self.when < other.when

    def fire(self, bank):
        raise NotImplementedError


class Arrival(Event):
    def fire(self, bank):
        bank.arrive(self.subject, self.when)
        if bank.expected > 0:
            bank.expected -= 1
            gap = bank.random(90) + 10
            bank.schedule(Arrival(self.when + gap, Customer(bank)))


class Departure(Event):
    def fire(self, bank):
        self.subject.finish(bank, self.when)


class Break(Event):
    def fire(self, bank):
        desk = self.subject
        desk.paused = not desk.paused
        if bank.busy or bank.expected:
            bank.schedule(Break(self.when + Time(1800 if not desk.paused else 300), desk))
        if not desk.paused:
            desk.next(bank, self.when)


class Customer:
    def __init__(self, bank):
        bank.serial += 1
        self.number = bank.serial
        self.need = 30 + bank.random(150)
        self.arrived = None
        self.served = None

    @property
    def waited(self):
        return self.served - self.arrived


class Desk:
    def __init__(self, name):
        self.name = name
        self.line = []
        self.current = None
        self._paused = False
        self.done = 0
        self.pauses = 0

    @property
    def paused(self):
        return self._paused

    @paused.setter
    def paused(self, value):
        if value:
            self.pauses += 1
        self._paused = value

    def __len__(self):
        return len(self.line) + (self.current is not None)

    def __contains__(self, customer):
        return customer is self.current or customer in self.line

    def __iadd__(self, customer):
        self.line.append(customer)
        return self

    def next(self, bank, now):
        if self.current is None and self.line and not self.paused:
            customer = self.line.pop(0)
            self.current = customer
            customer.served = now
            bank.waited += customer.waited
            bank.schedule(Departure(now + customer.need, self))

    def finish(self, bank, now):
        customer = self.current
        assert customer in self
        self.current = None
        self.done += 1
        bank.finished.append(customer.number)
        self.next(bank, now)


class Bank:
    def __init__(self, desks, expected):
        self.desks = [Desk(f"desk {i}") for i in range(desks)]
        self.expected = expected
        self.seed = 12345
        self.serial = 0
        self.events = []
        self.waited = Time(0)
        self.longest = 0
        self.finished = []
        self.now = Time(0)

    def random(self, limit):
        self.seed = (self.seed * 16807) % 2147483647
        return self.seed % limit

    def schedule(self, event):
        heapq.heappush(self.events, event)

    @property
    def busy(self):
        return any(len(desk) for desk in self.desks)

    @property
    def average(self):
        return self.waited.ticks / max(1, len(self.finished))

    def arrive(self, customer, now):
        customer.arrived = now
        desk = min(self.desks, key=len)
        desk += customer
        if len(desk) > self.longest:
            self.longest = len(desk)
        desk.next(self, now)

    def run(self):
        fired = 0
        while self.events:
            event = heapq.heappop(self.events)
            self.now = event.when
            event.fire(self)
            fired += 1
        return fired


def main(n):
    for desks in (1, 2, 3):
        bank = Bank(desks, n)
        bank.schedule(Arrival(Time(0), Customer(bank)))
        for i, desk in enumerate(bank.desks):
            bank.schedule(Break(Time(600 * (i + 1)), desk))
        fired = bank.run()
        check = 0
        for number in bank.finished:
            check = (check * 31 + number) % 1000000007
        print(desks, fired, bank.now, f"{bank.average:.3f}", bank.longest, check)
        print([(desk.name, desk.done, desk.pauses) for desk in bank.desks])
    print(Event.count)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
