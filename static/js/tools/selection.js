// Which customers become key accounts: points with weights, how much hangs on the weights, and how
// many the hours allow. Sources stand on the page content/seiten/werkzeuge/key-account-auswahl.md.

import { weighted } from "./scorecard.js";

const MOST_POINTS = 4;
const SHIFT = 5;

// Who goes on to the scoring: by revenue, by what it may become, or for a reason of strategy.
export function prefilter(customers, threshold) {
  return customers.filter(
    ({ revenue, potential, strategic }) =>
      revenue >= threshold || potential >= threshold || strategic,
  );
}

// From 0 to 100.
export function score(points, weights) {
  return (100 * weighted(points, weights)) / MOST_POINTS;
}

// Best first. Equal scores share a rank, and who stands first in the list stays first.
export function rank(candidates, weights) {
  const rated = candidates.map((candidate) => ({
    ...candidate,
    score: score(candidate.points, weights),
  }));
  rated.sort((one, other) => other.score - one.score);
  return rated.map((candidate) => ({
    ...candidate,
    rank: 1 + rated.filter((other) => other.score > candidate.score + 1e-9).length,
  }));
}

// How many a team can care for.
export function capacity(hours, each) {
  return each > 0 ? Math.floor(hours / each + 1e-9) : NaN;
}

// The names of those who cross the cut when one weight goes up or down by five points and the
// others make room in proportion.
export function sensitive(candidates, weights, cut) {
  const chosen = (given) =>
    new Set(
      rank(candidates, given)
        .slice(0, cut)
        .map(({ name }) => name),
    );
  const usual = chosen(weights);
  const crossing = new Set();
  for (const changed of variants(weights)) {
    const others = chosen(changed);
    for (const { name } of candidates) {
      if (usual.has(name) !== others.has(name)) crossing.add(name);
    }
  }
  return crossing;
}

// Weights in per cent; none falls below zero, and all sum to a hundred again.
export function* variants(weights) {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => (100 * weight) / all);
  for (const at of shares.keys()) {
    for (const shift of [-SHIFT, SHIFT]) {
      const moved = Math.min(100, Math.max(0, shares[at] + shift));
      const rest = 100 - shares[at];
      yield shares.map((share, other) =>
        other === at ? moved : rest ? (share * (100 - moved)) / rest : 0,
      );
    }
  }
}
