// What points come to, and that nobody is parted from before every question is settled.

import assert from "node:assert/strict";
import test from "node:test";

import {
  field,
  lifetimeValue,
  mean,
  score,
  steps,
  weighted,
} from "../../static/js/tools/scorecard.js";
import { always, whole } from "./generator.mjs";

const near = (found, expected, by = 5e-4) =>
  assert.ok(Math.abs(found - expected) <= by, `${found} is not ${expected}`);
const rated = (...points) => points.map((point) => ({ points: point, weight: 20 }));

test("the lifetime value of the reference is 2.667 and 4.5 margins", () => {
  near(lifetimeValue(1, 80, 10), 2.667);
  near(lifetimeValue(1, 90, 10), 4.5);
  near(lifetimeValue(18_000, 80, 10), 48_000, 1e-6);
  assert.equal(lifetimeValue(1, 0, 10), 0);
});

test("a retention that gives no finite sum has no value", () => {
  assert.ok(Number.isNaN(lifetimeValue(1, 110, 10)));
  assert.ok(Number.isNaN(lifetimeValue(1, 100, 0)));
  assert.ok(Number.isNaN(lifetimeValue(1, -1, 10)));
  assert.ok(Number.isNaN(lifetimeValue(NaN, 80, 10)) && Number.isNaN(lifetimeValue(1, NaN, 10)));
});

test("the score runs from 0 to 100, and effort counts against", () => {
  assert.equal(score(rated(10, 10), rated(0, 0)), 100);
  assert.equal(score(rated(0, 0), rated(10, 10)), 0);
  near(score(rated(5), rated(5)), 50);
  near(score(rated(2, 3, 1, 4, 1), rated(9, 8, 9, 7, 6)), 22);
});

test("weights count by their proportion", () => {
  assert.equal(weighted([0, 10], [1, 3]), weighted([0, 10], [25, 75]));
  assert.equal(
    mean([
      { points: 4, weight: 0 },
      { points: 8, weight: 1 },
    ]),
    8,
  );
});

test("two scales give four fields, and the border is high", () => {
  assert.equal(field(6, 5.9, 6), "care");
  assert.equal(field(6, 6, 6), "renegotiate");
  assert.equal(field(5.9, 5.9, 6), "serve");
  assert.equal(field(5.9, 6, 6), "part");
});

test("an end stands last, and only where nothing speaks against it", () => {
  const bad = { field: "part", points: 20, grows: false, against: 0, open: 0 };
  assert.deepEqual(steps(bad), { last: 4, blocked: false });
  assert.deepEqual(steps({ ...bad, open: 1 }), { last: 3, blocked: true });
  assert.deepEqual(steps({ ...bad, against: 1 }), { last: 3, blocked: true });
  assert.deepEqual(steps({ ...bad, grows: true }), { last: 3, blocked: false });
  assert.deepEqual(steps({ ...bad, points: 25 }), { last: 3, blocked: false });
  for (const other of ["care", "renegotiate", "serve"])
    assert.ok(steps({ ...bad, field: other }).last < 4);
});

const customer = (draw) => {
  const parts = () =>
    Array.from({ length: whole(draw, 1, 6) }, () => ({
      points: whole(draw, 0, 10),
      weight: whole(draw, 1, 50),
    }));
  return { value: parts(), effort: parts() };
};

test("more value never lowers the score, more effort never raises it", () => {
  always(customer, ({ value, effort }) => {
    const points = score(value, effort);
    assert.ok(points >= -1e-9 && points <= 100 + 1e-9);
    const more = (parts) => parts.map((part, at) => (at ? part : { ...part, points: 10 }));
    assert.ok(score(more(value), effort) >= points - 1e-9);
    assert.ok(score(value, more(effort)) <= points + 1e-9);
  });
});

test("who stays longer is worth more, and interest takes from it", () => {
  const rates = (draw) => [whole(draw, 0, 98), whole(draw, 1, 30)];
  always(rates, ([retention, interest]) => {
    const worth = lifetimeValue(100, retention, interest);
    assert.ok(worth >= 0);
    assert.ok(lifetimeValue(100, retention + 1, interest) > worth);
    assert.ok(lifetimeValue(100, retention, interest + 1) <= worth);
  });
});
