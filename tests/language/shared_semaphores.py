"""Processes that share locks and queues."""
import multiprocessing


def square(x):
    return x * x


def put(queue, lock):
    with lock:
        queue.put("from the child")


if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    with context.Pool(2) as pool:
        print(pool.map(square, range(6)))
    queue, lock = context.Queue(), context.Lock()
    child = context.Process(target=put, args=(queue, lock))
    child.start()
    print(queue.get())
    child.join()
    print(child.exitcode)
    lock = context.RLock()
    with lock, lock:
        print(lock._semlock._count(), lock._semlock._is_mine())
    semaphore = context.Semaphore(2)
    print(semaphore.acquire(), semaphore.acquire(), semaphore.acquire(timeout=0.01), semaphore.acquire(False))
    for bad in (context.Lock().release, context.RLock().release):
        try:
            bad()
        except (ValueError, AssertionError) as e:
            print(type(e).__name__, e)
