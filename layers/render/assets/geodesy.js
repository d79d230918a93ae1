/* Lengths and areas on the WGS 84 ellipsoid, for what a reader measures on the map. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});

  const A = 6378137, F = 1 / 298.257223563, B = A * (1 - F);
  const E2 = F * (2 - F), E = Math.sqrt(E2);
  const RAD = Math.PI / 180;
  /** Half the term of the surface area at the pole; the authalic latitude is measured against it. */
  const authalicQ = (s) => (1 - E2) * (s / (1 - E2 * s * s) + Math.atanh(E * s) / E);
  const Q_POLE = authalicQ(1);
  const AUTHALIC_RADIUS2 = (A * A * Q_POLE) / 2;

  const wrap = (lon) => lon - 360 * Math.round(lon / 360);

  /** Metres along a great circle of the mean sphere: the honest answer (within 0.6 %) for two points
   *  so nearly opposite that the series below does not settle. */
  function sphereM(lon1, lat1, lon2, lat2) {
    const p1 = lat1 * RAD, p2 = lat2 * RAD;
    const h = Math.sin((p2 - p1) / 2) ** 2 + Math.cos(p1) * Math.cos(p2) * Math.sin((wrap(lon2 - lon1) * RAD) / 2) ** 2;
    return 2 * 6371008.8 * Math.asin(Math.min(1, Math.sqrt(h)));
  }

  const seriesA = (u2) => 1 + (u2 / 16384) * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)));
  const seriesB = (u2) => (u2 / 1024) * (256 + u2 * (-128 + u2 * (74 - 47 * u2)));
  const deltaSigma = (b, sinS, cosS, cos2M) => b * sinS * (cos2M + (b / 4) * (cosS * (2 * cos2M * cos2M - 1)
    - (b / 6) * cos2M * (4 * sinS * sinS - 3) * (4 * cos2M * cos2M - 3)));
  const seriesC = (cos2A) => (F / 16) * cos2A * (4 + F * (4 - 3 * cos2A));

  /**
   * Metres between two places, by Vincenty's inverse formula (well under a millimetre where it settles).
   * Places that are no numbers give NaN.
   */
  function distanceM(lon1, lat1, lon2, lat2) {
    if (![lon1, lat1, lon2, lat2].every(Number.isFinite)) return NaN;
    const L = wrap(lon2 - lon1) * RAD;
    if (L === 0 && lat1 === lat2) return 0;
    const U1 = Math.atan((1 - F) * Math.tan(lat1 * RAD)), U2 = Math.atan((1 - F) * Math.tan(lat2 * RAD));
    const s1 = Math.sin(U1), c1 = Math.cos(U1), s2 = Math.sin(U2), c2 = Math.cos(U2);
    let lambda = L;
    for (let turn = 0; turn < 200; turn++) {
      const sinL = Math.sin(lambda), cosL = Math.cos(lambda);
      const sinS = Math.hypot(c2 * sinL, c1 * s2 - s1 * c2 * cosL);
      if (sinS === 0) return 0;
      const cosS = s1 * s2 + c1 * c2 * cosL, sigma = Math.atan2(sinS, cosS);
      const sinA = (c1 * c2 * sinL) / sinS, cos2A = 1 - sinA * sinA;
      const cos2M = cos2A > 1e-12 ? cosS - (2 * s1 * s2) / cos2A : 0; // 0 on the equator
      const c = seriesC(cos2A);
      const next = L + (1 - c) * F * sinA * (sigma + c * sinS * (cos2M + c * cosS * (2 * cos2M * cos2M - 1)));
      const isSettled = Math.abs(next - lambda) < 1e-13;
      lambda = next;
      if (isSettled && Math.abs(lambda) <= Math.PI) {
        const u2 = (cos2A * (A * A - B * B)) / (B * B);
        return B * seriesA(u2) * (sigma - deltaSigma(seriesB(u2), sinS, cosS, cos2M));
      }
    }
    return sphereM(lon1, lat1, lon2, lat2);
  }

  /** The place `distance` metres from a place in direction `bearing` (degrees from north): [lon, lat]. */
  function destination(lon, lat, bearing, distance) {
    const a1 = bearing * RAD, sinA1 = Math.sin(a1), cosA1 = Math.cos(a1);
    const tanU = (1 - F) * Math.tan(lat * RAD), cosU = 1 / Math.hypot(1, tanU), sinU = tanU * cosU;
    const sigma1 = Math.atan2(tanU, cosA1), sinA = cosU * sinA1, cos2A = 1 - sinA * sinA;
    const u2 = (cos2A * (A * A - B * B)) / (B * B), bigA = seriesA(u2), bigB = seriesB(u2);
    let sigma = distance / (B * bigA), cos2M = 1;
    for (let turn = 0; turn < 100; turn++) {
      cos2M = Math.cos(2 * sigma1 + sigma);
      const next = distance / (B * bigA) + deltaSigma(bigB, Math.sin(sigma), Math.cos(sigma), cos2M);
      const isSettled = Math.abs(next - sigma) < 1e-13;
      sigma = next;
      if (isSettled) break;
    }
    const sinS = Math.sin(sigma), cosS = Math.cos(sigma);
    const lat2 = Math.atan2(sinU * cosS + cosU * sinS * cosA1, (1 - F) * Math.hypot(sinA, sinU * sinS - cosU * cosS * cosA1));
    const lambda = Math.atan2(sinS * sinA1, cosU * cosS - sinU * sinS * cosA1);
    const c = seriesC(cos2A);
    const L = lambda - (1 - c) * F * sinA * (sigma + c * sinS * (cos2M + c * cosS * (2 * cos2M * cos2M - 1)));
    return [wrap(lon + L / RAD), lat2 / RAD];
  }

  /** Metres along a line of [lon, lat] places. */
  function lengthM(points) {
    let total = 0;
    for (let k = 1; k < points.length; k++) total += distanceM(points[k - 1][0], points[k - 1][1], points[k][0], points[k][1]);
    return total;
  }

  /** Tangent of half the authalic latitude: the sphere of equal area keeps every area of the ellipsoid. */
  const halfTangent = (lat) => {
    const s = Math.max(-1, Math.min(1, authalicQ(Math.sin(lat * RAD)) / Q_POLE));
    return s / (1 + Math.sqrt(1 - s * s)); // tan(β / 2) from sin β
  };

  /** Sum of the spherical areas below the edges of a ring, each edge a great circle of the authalic sphere. */
  function ringExcess(ring) {
    let sum = 0;
    for (let k = 0; k < ring.length; k++) {
      const [lon1, lat1] = ring[k], [lon2, lat2] = ring[(k + 1) % ring.length];
      const t1 = halfTangent(lat1), t2 = halfTangent(lat2), half = (wrap(lon2 - lon1) * RAD) / 2;
      sum += 2 * Math.atan2(Math.tan(half) * (t1 + t2), 1 + t1 * t2);
    }
    return sum;
  }

  /** A long edge's geodesic is followed in steps, for a great circle of the authalic sphere bends a little less. */
  function densified(ring, stepDegrees = 0.5) {
    const out = [];
    for (let k = 0; k < ring.length; k++) {
      const [lon1, lat1] = ring[k], [lon2, lat2] = ring[(k + 1) % ring.length];
      out.push([lon1, lat1]);
      const dLon = wrap(lon2 - lon1), steps = Math.min(64, Math.ceil(Math.hypot(dLon, lat2 - lat1) / stepDegrees));
      if (steps < 2) continue;
      // A plane through the centre, in geodetic directions, stays within metres of the geodesic here.
      const [ax, ay, az] = direction(lon1, lat1), [bx, by, bz] = direction(lon2, lat2);
      const angle = Math.acos(Math.max(-1, Math.min(1, ax * bx + ay * by + az * bz))), sin = Math.sin(angle);
      for (let s = 1; s < steps && sin > 0; s++) {
        const u = Math.sin(((steps - s) / steps) * angle) / sin, v = Math.sin((s / steps) * angle) / sin;
        const x = u * ax + v * bx, y = u * ay + v * by, z = u * az + v * bz;
        out.push([Math.atan2(y, x) / RAD, Math.atan2(z, Math.hypot(x, y)) / RAD]);
      }
    }
    return out;
  }
  const direction = (lon, lat) => [
    Math.cos(lat * RAD) * Math.cos(lon * RAD), Math.cos(lat * RAD) * Math.sin(lon * RAD), Math.sin(lat * RAD)];

  /** Square metres inside a ring of [lon, lat] places, closed or not, either way round. */
  function areaM2(points) {
    const ring = points.filter((p, k) => k === 0 || p[0] !== points[k - 1][0] || p[1] !== points[k - 1][1]);
    if (ring.length > 1 && ring[0][0] === ring.at(-1)[0] && ring[0][1] === ring.at(-1)[1]) ring.pop();
    return ring.length < 3 ? 0 : Math.abs(ringExcess(densified(ring))) * AUTHALIC_RADIUS2;
  }

  /** A closed ring of `n` places, each `radiusM` metres from the middle. */
  function circle(lon, lat, radiusM, n = 72) {
    const ring = [];
    for (let k = 0; k <= n; k++) ring.push(destination(lon, lat, (360 * (k % n)) / n, radiusM));
    return ring;
  }

  Atlas.geodesy = { distanceM, lengthM, areaM2, circle, destination };
})();
