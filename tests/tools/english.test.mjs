// What the tools of an English page read and write.

import assert from "node:assert/strict";
import test from "node:test";

globalThis.document = {
  documentElement: { lang: "en-GB" },
  getElementById: () => ({
    // Keys as content/languages.py makes them: of „Zeile %(number)s („%(name)s“) ist eine Summe und
    // zählt nicht mit.“, „%(num)s Kunde“ and „über 10 %%“.
    textContent: JSON.stringify({
      "ad6b3": ["Line %(number)s (“%(name)s”) is a total and is not counted."],
      "1f870": ["%(num)s customer", "%(num)s customers"],
      "8cda0": ["over 10%%"],
    }),
  }),
};
const { csv } = await import("../../static/js/tools/page.js");
const { euros, fixed, percent, plain, read, write } = await import(
  "../../static/js/tools/numbers.js"
);
const { parse } = await import("../../static/js/tools/rows.js");
const { _, listed, ngettext } = await import("../../static/js/tools/words.js");

test("an English page reads both ways of writing numbers", () => {
  const numbers = {
    "1,234": 1234,
    "1,234,567.89": 1234567.89,
    "1.234.567,89": 1234567.89,
    "1.234": 1.234,
    "1234.5": 1234.5,
    "12,5": 12.5,
    "€300,000": 300000,
    "£1,000": 1000,
    "(5)": -5,
  };
  for (const [text, number] of Object.entries(numbers)) assert.equal(read(text), number, text);
  assert.ok(Number.isNaN(read("1,2.3,4")));
});

test("an English page writes numbers in English", () => {
  assert.equal(write(1234567.891), "1,234,567.89");
  assert.equal(fixed(-1234.56), "−1,234.6");
  assert.equal(percent(12.34), "12.3%");
  assert.equal(euros(-14000), "−€14,000");
  assert.equal(plain(1234.567), "1234.57");
});

test("a file has the separators that Excel expects", () => {
  const rows = [
    ["Customer", "Share"],
    ["A, B", "12.5"],
    ["=1+1", "-3.5"],
  ];
  assert.equal(csv(rows), '\ufeffCustomer,Share\r\n"A, B",12.5\r\n\'=1+1,-3.5\r\n');
});

test("English lists are understood", () => {
  const { customers, notes, problems } = parse(
    "Customer\tRevenue\tProfit\nCustomer A\t120,000\t6,000\nSmith Ltd\t80,000\t-1,000\nTotal\t200,000\t5,000",
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(customers, [
    { name: "Customer A", revenue: 120000, result: 6000 },
    { name: "Smith Ltd", revenue: 80000, result: -1000 },
  ]);
  assert.deepEqual(notes, ["Line 4 (“Total”) is a total and is not counted."]);
  assert.equal(parse("Smith Ltd €300,000").customers[0].revenue, 300000);
});

test("words come from the page, and stay German where it has none", () => {
  assert.equal(_("über 10 %%"), "over 10%");
  assert.equal(_("Neu: %(name)s", { name: "x" }), "Neu: x");
  assert.equal(ngettext("%(num)s Kunde", "%(num)s Kunden", 1), "1 customer");
  assert.equal(ngettext("%(num)s Kunde", "%(num)s Kunden", 2), "2 customers");
  assert.equal(ngettext("%(num)s Tag", "%(num)s Tage", 2), "2 Tage");
  assert.equal(listed(["a", "b"]), "a and b");
});
