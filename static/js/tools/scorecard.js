// Points with weights: what a customer is worth, what he costs, and what follows from it. Sources
// stand on the pages content/seiten/werkzeuge/trennen-oder-halten.md and key-account-auswahl.md.

export const PREPARE_BELOW = 25;

// The mean of points by their weights, which need not sum to anything.
export function weighted(points, weights) {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return points.reduce((sum, point, at) => sum + point * (weights[at] / all), 0);
}

// Value and effort in points from 0 to 10; the score, from 0 to 100, counts effort against.
export function score(value, effort) {
  const parts = [
    ...value,
    ...effort.map(({ points, weight }) => ({ points: 10 - points, weight })),
  ];
  return 10 * mean(parts);
}

export function mean(parts) {
  return weighted(
    parts.map(({ points }) => points),
    parts.map(({ weight }) => weight),
  );
}

export function field(value, effort, high) {
  if (value >= high) return effort >= high ? "renegotiate" : "care";
  return effort >= high ? "part" : "serve";
}

// How far to go, in steps: 1 talk, 2 conditions, 3 another channel, 4 an end by agreement.
// The last is open only where nothing else helps and every question before it is settled.
export function steps({ field: own, points, grows, against, open }) {
  if (own === "care") return { last: 0, blocked: false };
  if (own === "renegotiate") return { last: 2, blocked: false };
  if (own === "serve") return { last: 3, blocked: false };
  const ends = points < PREPARE_BELOW && !grows;
  const blocked = ends && (against > 0 || open > 0);
  return { last: ends && !blocked ? 4 : 3, blocked };
}

// Customer lifetime value with a constant margin (Gupta, Lehmann). Rates in per cent; NaN where
// retention and interest give no finite sum.
export function lifetimeValue(margin, retention, interest) {
  const [kept, discount] = [retention / 100, interest / 100];
  return kept >= 0 && kept < 1 + discount ? (margin * kept) / (1 + discount - kept) : NaN;
}
