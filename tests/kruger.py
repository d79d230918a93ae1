"""Gauss-Krüger coordinates by the printed series, to test against: no library of ours is in it."""

import math

# The ellipsoid of CGCS2000 (GB 22021-2008): semi-major axis in metres, and flattening.
A, F = 6_378_137.0, 1 / 298.257222101


def kruger(lon: float, lat: float, meridian: float) -> tuple[float, float]:
    """Return easting from the meridian and northing by the series of Krüger (1912), in metres."""
    n = F / (2 - F)
    radius = A / (1 + n) * (1 + n**2 / 4 + n**4 / 64 + n**6 / 256)
    alpha = (
        n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16 + 41 * n**4 / 180,
        13 * n**2 / 48 - 3 * n**3 / 5 + 557 * n**4 / 1440,
        61 * n**3 / 240 - 103 * n**4 / 140,
        49561 * n**4 / 161280,
    )
    phi, lam = math.radians(lat), math.radians(lon - meridian)
    e = math.sqrt(F * (2 - F))
    t = math.sinh(math.asinh(math.tan(phi)) - e * math.atanh(e * math.sin(phi)))
    xi, eta = math.atan2(t, math.cos(lam)), math.atanh(math.sin(lam) / math.hypot(1, t))
    north = xi + sum(
        a * math.sin(2 * j * xi) * math.cosh(2 * j * eta) for j, a in enumerate(alpha, start=1)
    )
    east = eta + sum(
        a * math.cos(2 * j * xi) * math.sinh(2 * j * eta) for j, a in enumerate(alpha, start=1)
    )
    return radius * east, radius * north
