"""A ray tracer with vectors, spheres, planes and a chequered floor.

Vectors are instances with operator methods; measures allocation of small objects that
do not escape, method calls through operators and float arithmetic.
"""
# test-size: 32
import math
import sys

DEFAULT = 380


class Vector:
    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y, self.z - other.z)

    def __mul__(self, scale):
        return Vector(self.x * scale, self.y * scale, self.z * scale)

    __rmul__ = __mul__

    def __neg__(self):
        return Vector(-self.x, -self.y, -self.z)

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z

    def length(self):
        return math.sqrt(self.dot(self))

    def unit(self):
        return self * (1.0 / self.length())

    def reflect(self, normal):
        return self - normal * (2.0 * self.dot(normal))


class Ray:
    def __init__(self, origin, direction):
        self.origin = origin
        self.direction = direction

    def at(self, t):
        return self.origin + self.direction * t


class Surface:
    def __init__(self, colour, mirror):
        self.colour = colour
        self.mirror = mirror

    def colour_at(self, point):
        return self.colour


class Sphere(Surface):
    def __init__(self, centre, radius, colour, mirror=0.3):
        super().__init__(colour, mirror)
        self.centre = centre
        self.radius = radius

    def hit(self, ray):
        to = self.centre - ray.origin
        along = to.dot(ray.direction)
        inside = self.radius * self.radius - (to.dot(to) - along * along)
        if inside < 0.0:
            return None
        t = along - math.sqrt(inside)
        return t if t > 1e-6 else None

    def normal(self, point):
        return (point - self.centre).unit()


class Floor(Surface):
    def __init__(self, height, colour, other):
        super().__init__(colour, 0.1)
        self.height = height
        self.other = other

    def hit(self, ray):
        if abs(ray.direction.y) < 1e-9:
            return None
        t = (self.height - ray.origin.y) / ray.direction.y
        return t if 1e-6 < t < 200.0 else None

    def normal(self, point):
        return Vector(0.0, 1.0, 0.0)

    def colour_at(self, point):
        even = (math.floor(point.x) + math.floor(point.z)) % 2 == 0
        return self.colour if even else self.other


class Scene:
    def __init__(self):
        self.surfaces = []
        self.light = Vector(-6.0, 9.0, -5.0)
        self.rays = 0

    def add(self, surface):
        self.surfaces.append(surface)
        return self

    def nearest(self, ray):
        self.rays += 1
        best = None
        best_t = 1e30
        for surface in self.surfaces:
            t = surface.hit(ray)
            if t is not None and t < best_t:
                best, best_t = surface, t
        return best, best_t

    def trace(self, ray, depth):
        surface, t = self.nearest(ray)
        if surface is None:
            return Vector(0.2, 0.3, 0.5) * (0.5 + 0.5 * max(ray.direction.y, 0.0))
        point = ray.at(t)
        normal = surface.normal(point)
        to_light = (self.light - point).unit()
        bright = 0.1
        blocker, _ = self.nearest(Ray(point, to_light))
        if blocker is None:
            bright += 0.9 * max(normal.dot(to_light), 0.0)
        colour = surface.colour_at(point) * bright
        if depth < 3 and surface.mirror > 0.0:
            bounced = Ray(point, ray.direction.reflect(normal))
            colour = colour * (1.0 - surface.mirror) + self.trace(bounced, depth + 1) * surface.mirror
        return colour


def main(n):
    scene = Scene()
    scene.add(Floor(-1.0, Vector(0.9, 0.9, 0.9), Vector(0.1, 0.1, 0.1)))
    for i in range(5):
        angle = i * 1.256
        scene.add(Sphere(Vector(2.0 * math.cos(angle), 0.1 * i, 6.0 + 2.0 * math.sin(angle)),
                         0.7 + 0.1 * i, Vector(0.9 - 0.15 * i, 0.2 * i, 0.5)))
    eye = Vector(0.0, 0.8, -3.0)
    check = 0
    picture = []
    for row in range(n):
        line = []
        for column in range(n):
            direction = Vector((column - n / 2) / n, (n / 2 - row) / n, 1.0).unit()
            colour = scene.trace(Ray(eye, direction), 0)
            grey = int(255.0 * min(1.0, (colour.x + colour.y + colour.z) / 3.0))
            line.append(" .:-=+*#%@"[grey * 10 // 256])
            check = (check * 257 + grey) % 1000000007
        picture.append("".join(line))
    for line in picture[:: max(1, n // 12)]:
        print(line[:64])
    print(scene.rays, check)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
