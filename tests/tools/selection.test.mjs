// Who becomes a key account, and how much of that hangs on the weights.

import assert from "node:assert/strict";
import test from "node:test";

import { parse } from "../../static/js/tools/candidates.js";
import {
  capacity,
  prefilter,
  rank,
  score,
  sensitive,
  variants,
} from "../../static/js/tools/selection.js";
import { always, whole } from "./generator.mjs";

const WEIGHTS = [25, 20, 15, 15, 15, 10];
const sum = (numbers) => numbers.reduce((all, number) => all + number, 0);

test("the two customers of the reference have their scores", () => {
  assert.equal(score([1, 2, 3, 1, 2, 3], WEIGHTS), 46.25);
  assert.equal(score([4, 3, 1, 4, 3, 2], WEIGHTS), 75);
  assert.equal(score([4, 4, 4, 4, 4, 4], WEIGHTS), 100);
});

test("1,600 hours at 160 each are ten key accounts", () => {
  assert.equal(capacity(1600, 160), 10);
  assert.equal(capacity(1599, 160), 9);
  assert.equal(capacity(0.3, 0.1), 3);
  assert.ok(Number.isNaN(capacity(100, 0)));
});

test("revenue, what it may become, or a reason of strategy lets pass", () => {
  const { customers } = parse(
    "Kunde;Umsatz;möglich;Grund\nA;100;0;nein\nB;1;100\nC;1;1;Referenz\nD;99;99;-",
  );
  assert.deepEqual(
    prefilter(customers, 100).map(({ name }) => name),
    ["A", "B", "C"],
  );
});

test("lines that are no customers are named with what to do", () => {
  const { customers, problems } = parse("A;1\nA;2\n;5\nB;viel");
  assert.equal(customers.length, 1);
  assert.match(
    problems.join("|"),
    /^Zeile 2: „A“ steht zweimal.*\|Zeile 3: Es fehlt der Name.*\|Zeile 4: „B“ braucht/,
  );
});

test("equal scores share a rank", () => {
  const ranked = rank(
    [
      { name: "A", points: [1] },
      { name: "B", points: [3] },
      { name: "C", points: [3] },
    ],
    [1],
  );
  assert.deepEqual(
    ranked.map(({ name, rank: place }) => [name, place]),
    [
      ["B", 1],
      ["C", 1],
      ["A", 3],
    ],
  );
});

test("who crosses the cut when a weight moves by five points is named", () => {
  const candidates = [
    { name: "A", points: [4, 0] },
    { name: "B", points: [0, 4] },
  ];
  assert.deepEqual([...sensitive(candidates, [52, 48], 1)].sort(), ["A", "B"]);
  assert.deepEqual([...sensitive(candidates, [60, 40], 1)], []);
  assert.deepEqual([...sensitive(candidates, [52, 48], 2)], []);
});

const selection = (draw) => {
  const count = whole(draw, 1, 8);
  const points = () => Array.from({ length: count }, () => whole(draw, 0, 4));
  return {
    weights: Array.from({ length: count }, () => whole(draw, 1, 50)),
    candidates: Array.from({ length: whole(draw, 1, 12) }, (_, at) => ({
      name: `K${at}`,
      points: points(),
    })),
    cut: whole(draw, 0, 12),
  };
};

test("scores stay within their bounds and never fall for a point more", () => {
  always(selection, ({ weights, candidates }) => {
    for (const { points } of candidates) {
      const own = score(points, weights);
      assert.ok(own >= 0 && own <= 100 + 1e-9);
      const more = points.map((point, at) => (at ? point : 4));
      assert.ok(score(more, weights) >= own - 1e-9);
    }
  });
});

test("weights that move sum to a hundred again, and none falls below zero", () => {
  always(selection, ({ weights }) => {
    for (const changed of variants(weights)) {
      assert.ok(changed.every((weight) => weight >= 0));
      if (weights.length > 1) assert.ok(Math.abs(sum(changed) - 100) < 1e-6);
    }
  });
});

test("nothing hangs on the weights where everybody is chosen, or nobody", () => {
  always(selection, ({ weights, candidates }) => {
    assert.equal(sensitive(candidates, weights, candidates.length).size, 0);
    assert.equal(sensitive(candidates, weights, 0).size, 0);
  });
});
