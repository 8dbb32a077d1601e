// What people type and paste, and what they are told about it.

import assert from "node:assert/strict";
import test from "node:test";

import { csv } from "../../static/js/tools/page.js";
import { fixed, percent, read, write } from "../../static/js/tools/numbers.js";
import { parse } from "../../static/js/tools/rows.js";
import { always, whole } from "./generator.mjs";

const NUMBERS = {
  1.234: 1234,
  "1.234.567,89": 1234567.89,
  "1,234,567.89": 1234567.89,
  "1234,5": 1234.5,
  12.5: 12.5,
  "300.000 €": 300000,
  "EUR 12": 12,
  "1 234": 1234,
  "1\u00a0234,50": 1234.5,
  "1'234": 1234,
  "-5": -5,
  "−5": -5,
  "5-": -5,
  "(5)": -5,
  "+5": 5,
  0: 0,
};
const NO_NUMBERS = [
  "",
  "abc",
  "1.23.4",
  "1,2,3",
  "12 %",
  "1e5",
  "--5",
  "12.345.6",
  "€",
  "1.2345,6",
];

test("numbers are read as Germans write them and Excel copies them", () => {
  for (const [text, number] of Object.entries(NUMBERS)) assert.equal(read(text), number, text);
  for (const text of NO_NUMBERS) assert.ok(Number.isNaN(read(text)), text);
});

test("a number written is read again", () => {
  always(
    (draw) => whole(draw, -1e9, 1e9) / 100,
    (number) => assert.equal(read(write(number)), number),
  );
});

test("numbers are written with comma, points and a real minus", () => {
  assert.equal(write(-1234.5), "−1.234,5");
  assert.equal(fixed(0.4594, 3), "0,459");
  assert.equal(fixed(-0.0001), "0,0");
  assert.equal(percent(30), "30,0\u00a0%");
});

const read_ = (text) => parse(text).customers.map(({ name, revenue }) => [name, revenue]);

test("lines come with tab, semicolon or space, with a heading or without", () => {
  const expected = [
    ["A", 300000],
    ["B & Söhne", 200.5],
  ];
  assert.deepEqual(read_("A;300.000\nB & Söhne;200,5"), expected);
  assert.deepEqual(read_("Kunde\tUmsatz\r\nA\t300.000 €\r\nB & Söhne\t200,5\r\n"), expected);
  assert.deepEqual(read_("Kunde;2025\nA;300.000\n\nB & Söhne;200,5"), expected);
  assert.deepEqual(read_("A 300.000 €\nB & Söhne: 200,5"), expected);
  assert.deepEqual(read_('10001;"A";300.000\n10002;"B & Söhne";200,5'), expected);
});

test("without names customers are numbered; numbers may be names", () => {
  assert.deepEqual(read_("5\n3"), [
    ["Kunde 1", 5],
    ["Kunde 2", 3],
  ]);
  assert.deepEqual(read_("10001;5\n10002;3"), [
    ["10001", 5],
    ["10002", 3],
  ]);
});

test("firms of one group and equal names are one customer, and that is said", () => {
  const { customers, notes } = parse("A;5;Nord\nB;3;Nord\nC;2\nc;1");
  assert.deepEqual(
    customers.map(({ name, revenue }) => [name, revenue]),
    [
      ["Nord", 8],
      ["C", 3],
    ],
  );
  assert.equal(notes.length, 2);
});

test("a sum at the end is not a customer", () => {
  const { customers, notes } = parse("A;5\nSumme;5");
  assert.equal(customers.length, 1);
  assert.match(notes[0], /Zeile 2 .*zählt nicht mit/);
});

test("a second column with numbers is the result only if it says so", () => {
  assert.deepEqual(parse("Kunde;Umsatz;Deckungsbeitrag\nA;5;-2").customers[0].result, -2);
  const { customers, notes } = parse("Kunde;2025;2024\nA;5;4");
  assert.ok(Number.isNaN(customers[0].result));
  assert.match(notes[0], /Gerechnet wird mit der ersten/);
});

test("a line that is no customer is named with what to do", () => {
  const { problems } = parse("A;5\nquatsch\nB;viel");
  assert.equal(problems.length, 2);
  assert.match(problems[0], /^Zeile 2: In „quatsch“ steht kein Umsatz\. Schreiben Sie/);
  assert.match(problems[1], /^Zeile 3: /);
});

test("nothing that is pasted breaks the reading", () => {
  const signs = "AÄß09;.,\t\n\r \"'€-()%=+";
  always(
    (draw) =>
      Array.from(
        { length: whole(draw, 0, 60) },
        () => signs[whole(draw, 0, signs.length - 1)],
      ).join(""),
    (text) => {
      for (const { name, revenue } of parse(text).customers) {
        assert.ok(name);
        assert.ok(Number.isFinite(revenue), `${revenue}`);
      }
    },
  );
});

test("a file for Excel keeps its cells apart and holds no formula", () => {
  assert.equal(
    csv([["A;B", 'sagt "ja"', "=1+1", "−5", "-5,5"]]),
    '\ufeff"A;B";"sagt ""ja""";\'=1+1;−5;-5,5\r\n',
  );
});

test("a customer on the first line is no heading, whatever he is called", () => {
  const { customers } = parse("Kunde A; 120.000\nKunde B; 80.000");
  assert.deepEqual(
    customers.map(({ name }) => name),
    ["Kunde A", "Kunde B"],
  );
  assert.equal(parse("Kunden-Nr.; 2025\n4711; 120.000").customers.length, 1);
});
