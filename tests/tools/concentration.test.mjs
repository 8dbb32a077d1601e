// The reference values of the field, and what must hold for any list of customers.

import assert from "node:assert/strict";
import test from "node:test";

import { analyse, gini, stress, whale } from "../../static/js/tools/concentration.js";
import { always, whole } from "./generator.mjs";

const REVENUES = [300, 200, 150, 100, 80, 60, 40, 30, 25, 15];

const named = (revenues) => revenues.map((revenue, at) => ({ name: `K${at + 1}`, revenue }));
const near = (found, expected, by = 5e-4) =>
  assert.ok(Math.abs(found - expected) <= by, `${found} is not ${expected}`);
const classes = (found) => found.rows.map((row) => row.class).join("");

test("the reference list has its figures", () => {
  const found = analyse(named(REVENUES));
  near(found.hhi, 1758.5);
  near(found.effective, 5.69, 0.005);
  near(found.gini, 0.459);
  near(found.largest(1), 30);
  near(found.largest(3), 65);
  near(found.largest(5), 83);
});

test("a customer belongs to the class in which his share begins", () => {
  // K8 begins at 93 % and so belongs to B.
  assert.equal(classes(analyse(named(REVENUES))), "AAAAABBBCC");
  assert.equal(classes(analyse(named([80, 15, 5]))), "ABC");
  assert.equal(classes(analyse(named([99, 1]))), "AC");
});

test("the reference firm does not bear the loss of its largest customer", () => {
  const found = stress({ total: 1000, lost: 300, margin: 35, fixed: 250, replacement: 50 });
  near(found.before, 100);
  near(found.after, -5);
  near(found.breakEven, 714.3, 0.05);
  near(found.tolerable, 285.7, 0.05);
  assert.equal(found.bears, false);
  assert.equal(found.replacements, 6);
  assert.ok(stress({ total: 1000, lost: 285, margin: 35, fixed: 250 }).bears);
  near(stress({ total: 1000, lost: 300, margin: 35, fixed: 250, cash: 10 }).months, 24);
});

test("the reference results make a whale", () => {
  const found = whale([120, 60, 40, 20, 10, 0, -10, -30, -50, -60]);
  assert.deepEqual(found.points, [120, 180, 220, 240, 250, 250, 240, 210, 160, 100]);
  assert.equal(found.peak, 250);
  assert.equal(found.hidden, 150);
});

test("results that sum to a loss are told as they are, not in per cent", () => {
  const found = whale([10, -30]);
  assert.equal(found.inPercent, false);
  assert.deepEqual(found.points, [10, -20]);
});

test("one customer is all there is", () => {
  const found = analyse(named([5]));
  assert.equal(found.hhi, 10_000);
  assert.equal(found.effective, 1);
  assert.equal(found.gini, 0);
  assert.equal(classes(found), "A");
});

test("who has no positive revenue is left out and told apart", () => {
  const found = analyse(named([10, 0, -5, 10]));
  assert.deepEqual(
    found.left.map(({ revenue }) => revenue),
    [0, -5],
  );
  assert.equal(found.total, 20);
  assert.deepEqual(analyse([]).rows, []);
});

test("a tie across a border is noticed", () => {
  assert.ok(analyse(named([40, 30, 10, 10, 10])).tied);
  assert.equal(analyse(named([40, 30, 20, 10])).tied, false);
});

const revenues = (draw) =>
  Array.from({ length: whole(draw, 1, 40) }, () => whole(draw, 1, 1e6) / 100);

test("every figure stays within its bounds", () => {
  always(revenues, (list) => {
    const { rows, hhi, effective, gini: unequal, largest } = analyse(named(list));
    const count = list.length;
    near(largest(count), 100, 1e-6);
    assert.ok(hhi >= 10_000 / count - 1e-6 && hhi <= 10_000 + 1e-6);
    assert.ok(effective >= 1 - 1e-9 && effective <= count + 1e-6);
    assert.ok(unequal >= -1e-9 && unequal <= (count - 1) / count + 1e-9);
    assert.ok(largest(1) <= largest(3) + 1e-9 && largest(3) <= largest(5) + 1e-9);
    assert.match(rows.map((row) => row.class).join(""), /^A+B*C*$/);
  });
});

test("neither the order nor the currency of the list matters", () => {
  always(revenues, (list) => {
    const one = analyse(named(list));
    const other = analyse(named(list.toReversed().map((revenue) => revenue * 7)));
    near(one.hhi, other.hhi, 1e-6);
    near(one.gini, other.gini, 1e-9);
    assert.equal(classes(one), classes(other));
  });
});

test("taking from the small and giving to the large concentrates", () => {
  always(revenues, (list) => {
    const sorted = list.toSorted((one, other) => other - one);
    const moved = [...sorted];
    const amount = moved.at(-1) / 2;
    moved[0] += amount;
    moved[moved.length - 1] -= amount;
    const [before, after] = [analyse(named(sorted)), analyse(named(moved))];
    if (list.length === 1) return;
    assert.ok(after.hhi >= before.hhi - 1e-9);
    assert.ok(after.effective <= before.effective + 1e-9);
    assert.ok(gini(moved) >= gini(sorted) - 1e-9);
  });
});

test("the more is lost, the less is left, and the loss borne is the one that can be", () => {
  const firm = (draw) => ({
    total: whole(draw, 1, 1e6),
    margin: whole(draw, 1, 100),
    fixed: whole(draw, 0, 1e6),
    part: draw(),
  });
  always(firm, ({ total, margin, fixed, part }) => {
    const some = stress({ total, lost: total * part, margin, fixed });
    const all = stress({ total, lost: total, margin, fixed });
    assert.ok(all.after <= some.after + 1e-6);
    assert.ok(some.after <= some.before + 1e-6);
    if (Math.abs(total * part - some.tolerable) > 1e-3) {
      assert.equal(some.bears, total * part < some.tolerable);
    }
  });
});

test("a whale's curve rises to its peak, falls after it, and ends at the total", () => {
  const results = (draw) =>
    Array.from({ length: whole(draw, 1, 30) }, () => whole(draw, -500, 1000));
  always(results, (list) => {
    const { points, peak, hidden, inPercent } = whale(list);
    const total = list.reduce((all, result) => all + result, 0);
    near(points.at(-1), inPercent ? 100 : total, 1e-6);
    assert.ok(points.every((point) => point <= peak + 1e-9));
    assert.ok(hidden >= -1e-9);
    const steps = points.map((point, at) => point - (points[at - 1] ?? 0));
    assert.ok(steps.every((step, at) => !at || step <= steps[at - 1] + 1e-9));
  });
});
