"""Graph algorithms on dicts of lists: breadth first, Dijkstra, components, topological order.

Measures dict lookups with int and tuple keys, deque and heapq use, and sets of
visited nodes.
"""
# test-size: 1000
import heapq
import sys
from collections import deque

DEFAULT = 60000


def build(n):
    graph = {}
    state = 5
    for node in range(n):
        edges = []
        for _ in range(4):
            state = (state * 1103515245 + 12345) & 0x7FFFFFFF
            target = (node + (state >> 8) % (n // 3 + 1) + 1) % n
            edges.append((target, (state >> 4) % 97 + 1))
        graph[node] = edges
    return graph


def breadth_first(graph, start):
    depth = {start: 0}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for target, _ in graph[node]:
            if target not in depth:
                depth[target] = depth[node] + 1
                queue.append(target)
    return depth


def dijkstra(graph, start):
    distance = {start: 0}
    done = set()
    heap = [(0, start)]
    while heap:
        d, node = heapq.heappop(heap)
        if node in done:
            continue
        done.add(node)
        for target, weight in graph[node]:
            candidate = d + weight
            if candidate < distance.get(target, 1 << 60):
                distance[target] = candidate
                heapq.heappush(heap, (candidate, target))
    return distance


def topological(graph):
    """Kahn's algorithm over the edges that go forwards."""
    incoming = dict.fromkeys(graph, 0)
    for node, edges in graph.items():
        for target, _ in edges:
            if target > node:
                incoming[target] += 1
    ready = [node for node, count in incoming.items() if count == 0]
    order = []
    while ready:
        node = ready.pop()
        order.append(node)
        for target, _ in graph[node]:
            if target > node:
                incoming[target] -= 1
                if incoming[target] == 0:
                    ready.append(target)
    return order


def grid_paths(width, height):
    """Shortest path on a grid keyed by tuples, with walls."""
    walls = {(x, y) for x in range(width) for y in range(height) if (x * 7 + y * 13) % 5 == 0}
    start = (1, 1) if (1, 1) not in walls else (2, 1)
    seen = {start: 0}
    queue = deque([start])
    while queue:
        x, y = queue.popleft()
        for cell in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
            if (0 <= cell[0] < width and 0 <= cell[1] < height
                    and cell not in walls and cell not in seen):
                seen[cell] = seen[x, y] + 1
                queue.append(cell)
    return len(seen), sum(seen.values())


def main(n):
    graph = build(n)
    for start in (0, n // 2, n - 1):
        depth = breadth_first(graph, start)
        print(len(depth), max(depth.values()), sum(depth.values()))
        distance = dijkstra(graph, start)
        print(len(distance), max(distance.values()), sum(distance.values()))
    order = topological(graph)
    check = 0
    for node in order:
        check = (check * 17 + node) % 1000000007
    print(len(order), check)
    side = int(n ** 0.5)
    print(*grid_paths(2 * side, side))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
