// What an assignment costs, beside an open position and a permanent manager over the same time. The
// formulas stand on the page content/seiten/werkzeuge/einsatzkosten.md.

const WEEKS = 52;
const MONTHS = 12;

// `expenses` per week.
export function assignment({ days, weeks, rate, expenses = 0 }) {
  const worked = days * weeks;
  const fee = worked * rate;
  const total = fee + weeks * expenses;
  return {
    worked,
    fee,
    expenses: weeks * expenses,
    total,
    perDay: total / worked,
    perWeek: total / weeks,
    perMonth: ((total / weeks) * WEEKS) / MONTHS,
  };
}

// `share`: the part of the losses, in per cent, that the assignment has to avoid to pay for itself.
export function vacancy({ total, weeks, loss }) {
  const lost = weeks * loss;
  return { lost, share: lost > 0 ? (100 * total) / lost : NaN };
}

// `salary` and `present` (days actually worked) per year, `extra` in per cent of the salary, `search`
// once. `even`: the number of weeks after which the permanent manager is the cheaper one; Infinity
// where that is never, 0 where it is so from the start.
export function permanent({ weeks, perWeek, salary, extra = 0, search = 0, present = NaN }) {
  const perYear = salary * (1 + extra / 100);
  const weekly = perYear / WEEKS;
  return {
    perYear,
    total: weekly * weeks + search,
    perDay: perYear / present,
    even: perWeek > weekly ? search / (perWeek - weekly) : Infinity,
  };
}
