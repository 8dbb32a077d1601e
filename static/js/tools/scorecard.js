// Points with weights: what a customer is worth, what he costs, and what follows from it. Sources
// stand on the pages content/seiten/werkzeuge/trennen-oder-halten.md and key-account-auswahl.md.

// The mean of points by their weights, which need not sum to anything.
export function weighted(points, weights) {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return points.reduce((sum, point, at) => sum + point * (weights[at] / all), 0);
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
// The last is open only where nothing else helps and every question before it is settled. Attacks on
// staff come before all points: the employer has to protect them (§ 12 (4) AGG, § 618 BGB).
export function steps({ field: own, grows, attacks, against, open }) {
  const unsettled = against > 0 || open > 0;
  if (attacks) return { protects: true, last: 0, blocked: unsettled };
  if (own !== "part")
    return { protects: false, last: { care: 0, renegotiate: 2, serve: 3 }[own], blocked: false };
  const ends = !grows;
  return { protects: false, last: ends && !unsettled ? 4 : 3, blocked: ends && unsettled };
}

// Customer lifetime value with a constant margin (Gupta, Lehmann). Rates in per cent; NaN where
// retention and interest give no finite sum.
export function lifetimeValue(margin, retention, interest) {
  const [kept, discount] = [retention / 100, interest / 100];
  return kept >= 0 && kept < 1 + discount ? (margin * kept) / (1 + discount - kept) : NaN;
}
