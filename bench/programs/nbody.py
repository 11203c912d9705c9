"""Float arithmetic on object attributes: gravitation among a star and its planets.

A leap-frog integrator over bodies that are plain instances; measures attribute
loads and stores of floats, float arithmetic and nested loops with small trip counts.
"""
# test-size: 2500
import sys

DEFAULT = 330000
G = 4.0 * 3.141592653589793 ** 2
DAYS = 365.25


class Body:
    def __init__(self, name, position, velocity, mass):
        self.name = name
        self.x, self.y, self.z = position
        self.vx, self.vy, self.vz = (component * DAYS for component in velocity)
        self.mass = mass


def solar_system():
    return [
        Body("sun", (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 1.0),
        Body("jupiter", (4.84, -1.16, -0.103), (0.00166, 0.0077, -0.000069), 0.000954),
        Body("saturn", (8.34, 4.12, -0.403), (-0.00277, 0.00499, 0.000023), 0.000286),
        Body("uranus", (12.9, -15.1, -0.223), (0.00296, 0.00238, -0.0000297), 0.0000437),
        Body("neptune", (15.4, -25.9, 0.179), (0.00268, 0.00163, -0.0000952), 0.0000515),
    ]


def settle(bodies):
    """Give the sun the momentum that makes the total momentum zero."""
    px = py = pz = 0.0
    for body in bodies:
        px += body.vx * body.mass
        py += body.vy * body.mass
        pz += body.vz * body.mass
    sun = bodies[0]
    sun.vx, sun.vy, sun.vz = -px / sun.mass, -py / sun.mass, -pz / sun.mass


def energy(bodies):
    total = 0.0
    for i, a in enumerate(bodies):
        total += 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz)
        for b in bodies[i + 1:]:
            dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
            total -= G * a.mass * b.mass / (dx * dx + dy * dy + dz * dz) ** 0.5
    return total


def advance(bodies, pairs, dt):
    for a, b in pairs:
        dx = a.x - b.x
        dy = a.y - b.y
        dz = a.z - b.z
        square = dx * dx + dy * dy + dz * dz
        force = G * dt / (square * square ** 0.5)
        fa = b.mass * force
        fb = a.mass * force
        a.vx -= dx * fa
        a.vy -= dy * fa
        a.vz -= dz * fa
        b.vx += dx * fb
        b.vy += dy * fb
        b.vz += dz * fb
    for body in bodies:
        body.x += dt * body.vx
        body.y += dt * body.vy
        body.z += dt * body.vz


def main(n):
    bodies = solar_system()
    settle(bodies)
    pairs = [(a, b) for i, a in enumerate(bodies) for b in bodies[i + 1:]]
    print(f"{energy(bodies):.9f}")
    for _ in range(n):
        advance(bodies, pairs, 0.01)
    print(f"{energy(bodies):.9f}")
    for body in bodies:
        print(body.name, repr(body.x), repr(body.y), repr(body.z))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
