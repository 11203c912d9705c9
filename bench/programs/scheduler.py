"""A task scheduler with classes that share a base: workers, devices and handlers.

Tasks pass packets through queues under a round-robin kernel with priorities;
measures polymorphic method calls, attribute traffic and small lists.
"""
# test-size: 600
import sys

DEFAULT = 50000

WORK, DEVICE = 0, 1
READY, WAITING, HELD = "ready", "waiting", "held"


class Packet:
    def __init__(self, kind, owner, size):
        self.kind = kind
        self.owner = owner
        self.data = [0] * size
        self.index = 0


class Task:
    def __init__(self, kernel, name, priority):
        self.kernel = kernel
        self.name = name
        self.priority = priority
        self.state = WAITING
        self.inbox = []
        self.runs = 0
        kernel.add(self)

    def accept(self, packet):
        self.inbox.append(packet)
        if self.state == WAITING:
            self.state = READY

    def take(self):
        return self.inbox.pop(0) if self.inbox else None

    def run(self):
        self.runs += 1
        packet = self.take()
        if packet is None:
            self.state = WAITING
        else:
            self.handle(packet)

    def handle(self, packet):
        raise NotImplementedError(self.name)


class Idle(Task):
    def __init__(self, kernel, name, priority, count):
        super().__init__(kernel, name, priority)
        self.state = READY
        self.left = count
        self.seed = 1

    def run(self):
        self.runs += 1
        self.left -= 1
        if self.left <= 0:
            self.state = HELD
            self.kernel.finished = True
            return
        if self.seed & 1:
            self.seed = (self.seed >> 1) ^ 0xD008
            self.kernel.release("disk")
        else:
            self.seed >>= 1
            self.kernel.release("net")


class Worker(Task):
    def __init__(self, kernel, name, priority, targets):
        super().__init__(kernel, name, priority)
        self.targets = targets
        self.turn = 0
        self.letter = 0

    def handle(self, packet):
        self.turn = (self.turn + 1) % len(self.targets)
        for i in range(len(packet.data)):
            self.letter = self.letter % 26 + 1
            packet.data[i] = self.letter
        packet.kind = WORK
        packet.index = 0
        self.kernel.send(self.targets[self.turn], packet)


class Handler(Task):
    def __init__(self, kernel, name, priority, device, worker):
        super().__init__(kernel, name, priority)
        self.device = device
        self.worker = worker
        self.sum = 0

    def handle(self, packet):
        if packet.index >= len(packet.data):
            self.kernel.send(self.worker, packet)
            return
        self.sum = (self.sum * 3 + packet.data[packet.index]) & 0xFFFFFF
        packet.index += 1
        if packet.index % 2:
            self.kernel.send(self.device, packet)
        else:
            self.accept(packet)


class Device(Task):
    def __init__(self, kernel, name, priority, back):
        super().__init__(kernel, name, priority)
        self.back = back
        self.served = 0

    def handle(self, packet):
        self.served += 1
        self.kernel.send(self.back, packet)
        self.state = HELD


class Kernel:
    def __init__(self):
        self.tasks = []
        self.names = {}
        self.finished = False
        self.switches = 0
        self.sent = 0

    def add(self, task):
        self.names[task.name] = task
        self.tasks.append(task)
        self.tasks.sort(key=lambda t: -t.priority)

    def send(self, name, packet):
        self.sent += 1
        self.names[name].accept(packet)

    def release(self, name):
        task = self.names[name]
        if task.state == HELD:
            task.state = READY if task.inbox else WAITING

    def loop(self):
        while not self.finished:
            for task in self.tasks:
                if task.state == READY:
                    self.switches += 1
                    task.run()
                    break


def main(n):
    kernel = Kernel()
    Idle(kernel, "idle", 1, n * 10)
    worker = Worker(kernel, "worker", 1000, ["disk handler", "net handler"])
    Handler(kernel, "disk handler", 2000, "disk", "worker")
    Handler(kernel, "net handler", 3000, "net", "worker")
    Device(kernel, "disk", 4000, "disk handler")
    Device(kernel, "net", 5000, "net handler")
    for size in (4, 4, 6):
        worker.accept(Packet(WORK, worker, size))
    kernel.loop()
    print(kernel.switches, kernel.sent)
    for task in kernel.tasks:
        extra = getattr(task, "sum", getattr(task, "served", None))
        print(type(task).__name__, task.name, task.state, task.runs, len(task.inbox), extra)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
