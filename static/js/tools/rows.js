// Customers and amounts from lines that somebody typed, or copied from a spreadsheet.

import { read, write } from "./numbers.js";
import { _ } from "./words.js";

const SUM =
  /^((end|zwischen|gesamt)?(summe|gesamt|insgesamt|gesamtergebnis)|(sub|grand )?total|sum)\b/i;
const HEADING =
  /^(kunden?-?(name|nummer|nr)?|name|firma|unternehmen|debitor|nr|customer|client|company|account|no)[\s.:]*$/i;
const RESULT = /ergebnis|beitrag|\bdb\b|gewinn|marge|result|contribution|profit|margin/i;

// Gives customers, each once, and what to tell about the lines: what was done with them, and what
// is wrong. Equal names are one customer; a text behind the amounts names the group of a customer,
// which then counts as one (IFRS 8.34).
export function parse(text) {
  const notes = [];
  const problems = [];
  const lines = text
    .split(/\r\n|\r|\n/)
    .map((line, index) => ({ cells: split(line), number: index + 1 }));
  const filled = lines.filter(({ cells }) => cells.some(Boolean));
  const heading = isHeading(filled[0]?.cells) ? filled.shift().cells : [];
  const found = [];
  for (const { cells, number } of filled) {
    const row = understand(cells, heading, found.length + 1);
    if (SUM.test(row.name))
      notes.push(
        _("Zeile %(number)s („%(name)s“) ist eine Summe und zählt nicht mit.", {
          number,
          name: row.name,
        }),
      );
    else if (Number.isNaN(row.revenue)) problems.push(complaint(cells, number));
    else found.push(row);
  }
  if (found.some(({ ignored }) => ignored)) {
    notes.push(_("Mehrere Spalten enthalten Zahlen: Gerechnet wird mit der ersten."));
  }
  return { customers: merge(found, notes), notes, problems };
}

function split(line) {
  const mark = line.includes("\t") ? "\t" : ";";
  if (line.includes(mark)) return line.split(mark).map(unquote);
  // „Müller GmbH 300.000 €“: what is a number at the end is the amount.
  const parts = /^(.*?[^\s:,])[\s:,]+([-−–(+]?[€£$]?\s?\d[\d.,’']*[-)]?\s*(?:€|EUR)?)\s*$/.exec(
    line,
  );
  return parts ? [parts[1].trim(), parts[2]] : [unquote(line)];
}

function unquote(cell) {
  return cell
    .trim()
    .replace(/^"(.*)"$/, "$1")
    .replaceAll('""', '"')
    .trim();
}

function isNumber(cell) {
  return !Number.isNaN(read(cell));
}

function isHeading(cells) {
  if (!cells || cells.length < 2) return false;
  return cells.every((cell) => !isNumber(cell)) || HEADING.test(cells.find(Boolean));
}

function understand(cells, heading, position) {
  let at = cells.findIndex((cell) => cell && !isNumber(cell));
  if (at < 0) at = cells.filter(Boolean).length > 1 ? cells.findIndex(Boolean) : -1;
  const name = cells[at] || _("Kunde %(number)s", { number: position });
  const amounts = cells
    .map((cell, column) => ({ cell, column }))
    .slice(at + 1)
    .filter(({ cell }) => isNumber(cell));
  const [revenue, ...others] = amounts;
  const result = others.find(({ column }) => RESULT.test(heading[column] || ""));
  const group = revenue
    ? cells.slice(revenue.column + 1).find((cell) => cell && !isNumber(cell))
    : "";
  return {
    name: group || name,
    revenue: revenue ? read(revenue.cell) : NaN,
    result: result ? read(result.cell) : NaN,
    ignored: others.length > (result ? 1 : 0),
  };
}

function complaint(cells, number) {
  const said = cells.filter(Boolean).join("; ").slice(0, 40);
  return _(
    "Zeile %(number)s: In „%(said)s“ steht kein Umsatz. Schreiben Sie zum Beispiel „Kunde A; %(revenue)s“.",
    { number, said, revenue: write(120_000) },
  );
}

function merge(rows, notes) {
  const byName = new Map();
  for (const { name, revenue, result } of rows) {
    const key = name.toLowerCase();
    const known = byName.get(key) || { name, revenue: 0, result: 0, lines: 0 };
    known.revenue += revenue;
    known.result += result;
    known.lines += 1;
    byName.set(key, known);
  }
  for (const { name, lines } of byName.values()) {
    if (lines > 1)
      notes.push(
        _("%(lines)s Zeilen gehören zu „%(name)s“ und zählen als ein Kunde.", { lines, name }),
      );
  }
  return [...byName.values()].map(({ name, revenue, result }) => ({ name, revenue, result }));
}
