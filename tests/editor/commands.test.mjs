import assert from "node:assert/strict";
import { test } from "node:test";

import * as commands from "../../static/editor/js/commands.js";

// „[“ and „]“ stand where the selection begins and ends; „‸“ where it is empty.
function parsed(text) {
  if (text.includes("‸")) return { value: text.replace("‸", ""), start: text.indexOf("‸"), end: text.indexOf("‸") };
  const value = text.replace("⟦", "").replace("⟧", "");
  return { value, start: text.indexOf("⟦"), end: text.indexOf("⟧") - 1 };
}

function after(command, text, ...more) {
  const state = parsed(text);
  const { from, to, text: put, select } = commands[command](state, ...more);
  const value = state.value.slice(0, from) + put + state.value.slice(to);
  const [start, end] = select;
  if (start === end) return `${value.slice(0, start)}‸${value.slice(start)}`;
  return `${value.slice(0, start)}⟦${value.slice(start, end)}⟧${value.slice(end)}`;
}

const CASES = [
  ["bold", "a ⟦b⟧ c", "a **⟦b⟧** c"],
  ["bold", "a **⟦b⟧** c", "a ⟦b⟧ c"],
  ["bold", "a ⟦b ⟧c", "a **⟦b⟧** c"],
  ["bold", "‸", "**⟦fetter Text⟧**"],
  ["italic", "a ⟦b⟧ c", "a *⟦b⟧* c"],
  ["italic", "a **⟦b⟧** c", "a ***⟦b⟧*** c"],
  ["italic", "a *⟦b⟧* c", "a ⟦b⟧ c"],
  ["heading", "x\na‸\ny", "x\n## ⟦a⟧\ny"],
  ["heading", "## a‸", "⟦a⟧"],
  ["subheading", "## a‸", "### ⟦a⟧"],
  ["heading", "‸", "## ⟦Überschrift⟧"],
  ["bullets", "⟦a\nb⟧", "⟦- a\n- b⟧"],
  ["bullets", "⟦- a\n- b⟧", "⟦a\nb⟧"],
  ["bullets", "1. a‸", "- a‸"],
  ["bullets", "‸", "- ‸"],
  ["numbers", "⟦a\n\nb⟧", "⟦1. a\n\n2. b⟧"],
  ["numbers", "⟦- a\n    - b⟧", "⟦1. a\n    2. b⟧"],
  ["indent", "- a\n- b‸", "- a\n    - b‸"],
  ["indent", "- a\n⟦- b\n\n- c⟧", "- a\n⟦    - b\n\n    - c⟧"],
  ["indent", "1. a\n2. b‸c\n3. d", "1. a\n    1. b‸c\n3. d"],
  ["indent", "1. a\n⟦9. b\n10. c⟧", "1. a\n⟦    1. b\n    2. c⟧"],
  ["indent", "- a\n    - b\n- c‸", "- a\n    - b\n    - c‸"],
  ["indent", "- a\n    - b‸", "- a\n    - b‸"],
  ["indent", "* a\n* b‸", "* a\n    * b‸"],
  ["indent", "- a‸", "- a‸"],
  ["indent", "a\n\nb‸", "a\n\nb‸"],
  ["outdent", "- a\n    - b‸", "- a\n- b‸"],
  ["outdent", "- a\n⟦    - b\n        - c⟧", "- a\n⟦- b\n    - c⟧"],
  ["outdent", "- a\n  - ‸b", "- a\n- ‸b"],
  ["outdent", "- ‸a", "- ‸a"],
  ["outdent", "    code‸", "    code‸"],
  ["quote", "⟦a\n\nb⟧", "⟦> a\n>\n> b⟧"],
  ["quote", "⟦> a\n> b⟧", "⟦a\nb⟧"],
];

for (const [command, before, expected] of CASES) {
  test(`${command}: ${JSON.stringify(before)}`, () => assert.equal(after(command, before), expected));
}

test("a link takes what is selected as its words", () => {
  assert.equal(after("link", "a ⟦b⟧ c", "", "x.md"), "a [b](x.md)‸ c");
  assert.equal(after("link", "‸", "b [1]", "x.md"), "[b \\[1\\]](x.md)‸");
});

test("boxes and tables stand between empty lines", () => {
  assert.equal(after("box", "a\n⟦b⟧\nc", "merksatz"), "a\n\n/// merksatz\n⟦b⟧\n///\n\nc");
  assert.equal(after("box", "‸", "wichtig", "Frist"), "/// wichtig | Frist\n⟦Text des Kastens⟧\n///\n");
  assert.equal(after("table", "a‸", 2, 1), "a\n\n⟦| Spalte 1 | Spalte 2 |\n|---|---|\n|    |    |⟧\n");
});

test("footnotes get the next number, and stand together at the end", () => {
  assert.equal(after("footnote", "a‸ b", "c"), "a[^1]‸ b\n\n[^1]: c\n");
  assert.equal(after("footnote", "a[^1] b‸\n\n[^1]: c\n", "d"), "a[^1] b[^2]‸\n\n[^1]: c\n[^2]: d\n");
});

test("Enter goes on with a list, and ends it after an empty item", () => {
  assert.equal(after("continued", "- a‸"), "- a\n- ‸");
  assert.equal(after("continued", "    9. a‸"), "    9. a\n    10. ‸");
  assert.equal(after("continued", "- [x] a‸"), "- [x] a\n- [ ] ‸");
  assert.equal(after("continued", "- a\n- ‸"), "- a\n‸");
  assert.equal(commands.continued(parsed("a‸")), null);
  assert.equal(commands.continued(parsed("- ⟦a⟧")), null);
});

test("the space that a double click selects stays outside a link and before the sign of a note", () => {
  assert.equal(after("link", "Siehe ⟦hier ⟧weiter", "", "x.md"), "Siehe [hier](x.md) ‸weiter");
  assert.equal(after("link", "Siehe ⟦hier ⟧weiter", "dort", "x.md"), "Siehe [dort](x.md) ‸weiter");
  assert.equal(after("footnote", "Siehe ⟦hier ⟧weiter", "Ja."), "Siehe hier[^1]‸ weiter\n\n[^1]: Ja.\n");
});
