// What the self-test makes of the answers.

import assert from "node:assert/strict";
import test from "node:test";

import { assess } from "../../static/js/tools/complaints.js";
import { always, whole } from "./generator.mjs";

const all = (points) => Array.from({ length: 8 }, () => [points, points]);

test("the two weakest tasks are named, and of equal ones the earlier", () => {
  const answers = all(4);
  answers[5] = [0, 1];
  answers[2] = [1, 1];
  const found = assess(answers);
  assert.deepEqual(found.weakest, [5, 2]);
  assert.equal(found.tied, false);
  assert.equal(found.results[5], 12.5);
  assert.equal(found.direct, 81.25);
  assert.equal(found.indirect, 78.125);
  assert.deepEqual(assess(all(2)).weakest, [0, 1]);
  assert.ok(assess(all(2)).tied);
});

test("who does everything has no weakest task, who lacks one has one", () => {
  assert.deepEqual(assess(all(4)).weakest, []);
  assert.equal(assess(all(4)).total, 100);
  assert.equal(assess(all(0)).total, 0);
  const answers = all(4);
  answers[7] = [4, 3];
  assert.deepEqual(assess(answers).weakest, [7]);
  assert.equal(assess(answers).tied, false);
});

const answered = (draw) => Array.from({ length: 8 }, () => [whole(draw, 0, 4), whole(draw, 0, 4)]);

test("results stay between 0 and 100, and a better answer never lowers one", () => {
  always(answered, (answers) => {
    const { results, total, weakest } = assess(answers);
    assert.ok([...results, total].every((result) => result >= 0 && result <= 100));
    for (const at of weakest) {
      const stronger = results.filter((_, other) => !weakest.includes(other));
      assert.ok(stronger.every((result) => result >= results[at]));
    }
    const better = answers.map((points, at) => (at ? points : [4, points[1]]));
    assert.ok(assess(better).total >= total - 1e-9);
  });
});
