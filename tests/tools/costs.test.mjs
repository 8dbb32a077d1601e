// A reference case reckoned by hand, and what must hold for any numbers.

import assert from "node:assert/strict";
import test from "node:test";

import { assignment, permanent, vacancy } from "../../static/js/tools/costs.js";
import { always, whole } from "./generator.mjs";

const near = (found, expected, by = 5e-3) =>
  assert.ok(Math.abs(found - expected) <= by, `${found} is not ${expected}`);

const CASE = { days: 4, weeks: 26, rate: 1000, expenses: 400 };

test("an assignment costs its days and its expenses", () => {
  const found = assignment(CASE);
  assert.equal(found.worked, 104);
  assert.equal(found.fee, 104_000);
  assert.equal(found.expenses, 10_400);
  assert.equal(found.total, 114_400);
  near(found.perDay, 1100);
  near(found.perWeek, 4400);
  near(found.perMonth, 19_066.67);
});

test("without expenses only the fee counts", () => {
  assert.equal(assignment({ days: 2, weeks: 10, rate: 900 }).total, 18_000);
});

test("the gap tells how much of it the assignment has to avoid", () => {
  const found = vacancy({ total: 114_400, weeks: 26, loss: 6000 });
  assert.equal(found.lost, 156_000);
  near(found.share, 73.33);
  assert.ok(Number.isNaN(vacancy({ total: 1, weeks: 26, loss: 0 }).share));
});

test("a permanent manager costs salary, social charges and the search", () => {
  const hired = { salary: 110_000, extra: 22, search: 25_000, present: 210 };
  const found = permanent({ weeks: 26, perWeek: 4400, ...hired });
  near(found.perYear, 134_200);
  near(found.total, 92_100);
  near(found.perDay, 639.05);
  near(found.even, 13.74);
});

test("an assignment that costs less each week never gets dearer", () => {
  assert.equal(permanent({ weeks: 26, perWeek: 1000, salary: 104_000 }).even, Infinity);
});

const numbers = (draw) => ({
  days: whole(draw, 1, 14) / 2,
  weeks: whole(draw, 1, 104),
  rate: whole(draw, 1, 3000),
  expenses: whole(draw, 0, 2000),
  salary: whole(draw, 1, 400_000),
  extra: whole(draw, 0, 60),
  search: whole(draw, 0, 90_000),
});

test("at the break-even both cost the same", () => {
  always(numbers, (given) => {
    const { perWeek } = assignment(given);
    const { even } = permanent({ ...given, perWeek });
    if (even === Infinity) return;
    near(permanent({ ...given, perWeek, weeks: even }).total, perWeek * even, 1e-3);
  });
});

test("twice as long costs twice as much", () => {
  always(numbers, (given) => {
    const twice = { ...given, weeks: 2 * given.weeks };
    near(assignment(twice).total, 2 * assignment(given).total, 1e-6);
    near(assignment(twice).perDay, assignment(given).perDay, 1e-6);
  });
});
