import assert from "node:assert/strict";
import { test } from "node:test";

import { differences } from "../../static/editor/js/differences.js";

const shown = (before, after) => differences(before, after).map(({ kind, text }) => kind + text);

test("equal texts do not differ", () => {
  assert.deepEqual(shown("a\nb", "a\nb"), []);
});

test("what changed is shown with two lines around it", () => {
  assert.deepEqual(shown("1\n2\n3\n4\n5\n6\n7", "1\n2\n3\nx\n5\n6\n7"), [" 2", " 3", "-4", "+x", " 5", " 6"]);
});

test("lines that came and went are told apart", () => {
  assert.deepEqual(shown("a\nb\nc", "b\nc\nd"), ["-a", " b", " c", "+d"]);
  assert.deepEqual(shown("", "a"), ["-", "+a"]);
});
