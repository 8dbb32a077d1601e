// What points come to, and that nobody is parted from before every question is settled.

import assert from "node:assert/strict";
import test from "node:test";

import {
  field,
  lifetimeValue,
  mean,
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

const bad = { field: "part", grows: false, attacks: false, against: 0, open: 0 };

test("an end stands last, and only where nothing speaks against it", () => {
  assert.deepEqual(steps(bad), { protects: false, last: 4, blocked: false });
  assert.deepEqual(steps({ ...bad, open: 1 }), { protects: false, last: 3, blocked: true });
  assert.deepEqual(steps({ ...bad, against: 1 }), { protects: false, last: 3, blocked: true });
  assert.deepEqual(steps({ ...bad, grows: true }), { protects: false, last: 3, blocked: false });
  for (const other of ["care", "renegotiate", "serve"])
    assert.ok(steps({ ...bad, field: other }).last < 4);
});

test("a customer of value 4 and effort 7 can be parted from", () => {
  const own = field(mean(rated(4, 4)), mean(rated(7, 7)), 6);
  assert.equal(steps({ ...bad, field: own }).last, 4);
});

test("the protection of staff comes before every field", () => {
  for (const own of ["care", "renegotiate", "serve", "part"]) {
    const attacked = { ...bad, field: own, attacks: true };
    assert.deepEqual(steps(attacked), { protects: true, last: 0, blocked: false });
    assert.ok(steps({ ...attacked, open: 1 }).blocked);
  }
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
