// How much depends on few customers. Sources of the formulas stand on the page
// content/seiten/werkzeuge/kundenkonzentration.md, and so do the limits of what they say.

// Shares are in per cent. Customers without positive revenue have none: they come back apart.
export function analyse(customers, { aEnds = 80, bEnds = 95 } = {}) {
  const counted = customers.filter(({ revenue }) => revenue > 0);
  const left = customers.filter(({ revenue }) => !(revenue > 0));
  counted.sort((one, other) => other.revenue - one.revenue);
  const total = sum(counted.map(({ revenue }) => revenue));
  let before = 0;
  const rows = counted.map((customer) => {
    const begins = (100 * before) / total;
    before += customer.revenue;
    const share = (100 * customer.revenue) / total;
    return {
      ...customer,
      share,
      begins,
      ends: (100 * before) / total,
      class: classOf(begins, aEnds, bEnds),
    };
  });
  const shares = rows.map(({ share }) => share);
  const hhi = sum(shares.map((share) => share ** 2));
  return {
    total,
    rows,
    left,
    hhi,
    effective: rows.length ? 10_000 / hhi : 0,
    gini: gini(counted.map(({ revenue }) => revenue)),
    largest: (count) => sum(shares.slice(0, count)),
    tied: rows.some(
      ({ revenue, class: own }, at) =>
        at && rows[at - 1].revenue === revenue && rows[at - 1].class !== own,
    ),
  };
}

// A customer belongs to the class in which his share begins: so the largest is always A.
// Sums of fractions miss the border by a hair.
function classOf(begins, aEnds, bEnds) {
  if (begins < aEnds - 1e-9) return "A";
  return begins < bEnds - 1e-9 ? "B" : "C";
}

// 0 where all are equal, towards 1 where one has everything.
export function gini(amounts) {
  const ascending = [...amounts].sort((one, other) => one - other);
  const count = ascending.length;
  const weighted = sum(ascending.map((amount, index) => (2 * (index + 1) - count - 1) * amount));
  return count ? weighted / (count * sum(ascending)) : 0;
}

// What becomes of the result if a customer leaves and no fixed costs with him. Margin in per cent.
export function stress({ total, lost, margin, fixed, cash = NaN, replacement = NaN }) {
  const ratio = margin / 100;
  const after = ratio * (total - lost) - fixed;
  const breakEven = fixed / ratio;
  return {
    before: ratio * total - fixed,
    after,
    breakEven,
    tolerable: total - breakEven,
    bears: after >= -1e-9 * total,
    months: after < -1e-9 * total ? cash / (-after / 12) : NaN,
    replacements: replacement > 0 ? Math.ceil(lost / replacement) : NaN,
  };
}

// Kaplan's whale curve: results from best to worst, added up. In per cent of the total unless that
// is not above zero. `hidden` is what the customers behind the peak take away again.
export function whale(results) {
  const total = sum(results);
  const unit = total > 0 ? total / 100 : 1;
  let reached = 0;
  const points = [...results]
    .sort((one, other) => other - one)
    .map((result) => (reached += result) / unit);
  const peak = Math.max(0, ...points);
  return { points, peak, hidden: peak - total / unit, inPercent: total > 0 };
}

function sum(amounts) {
  return amounts.reduce((all, amount) => all + amount, 0);
}
