// Customers with what speaks for them, from lines that somebody typed or copied from a spreadsheet:
// name, revenue, possible revenue, and a word where strategy speaks for them.

import { read, write } from "./numbers.js";
import { _ } from "./words.js";

const HEADING = /^((kunden?|customer|account)\s?(name)?|name|firma|unternehmen|company)$/i;
const NO = /^(nein|no|n|0|-|–)?$/i;

export function parse(text) {
  const customers = [];
  const problems = [];
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    const cells = line.split(line.includes("\t") ? "\t" : ";").map((cell) => cell.trim());
    const [name, revenue, potential = "", reason = ""] = cells;
    if (!cells.some(Boolean) || (!customers.length && HEADING.test(name))) continue;
    const found = {
      name,
      revenue: read(revenue ?? ""),
      potential: potential ? read(potential) : 0,
      strategic: !NO.test(reason),
    };
    const problem = complaint(found, customers);
    if (problem) problems.push(_("Zeile %(number)s: %(problem)s", { number: index + 1, problem }));
    else customers.push(found);
  }
  return { customers, problems };
}

function complaint({ name, revenue, potential }, known) {
  if (!name) return _("Es fehlt der Name oder eine Nummer.");
  if (known.some((other) => other.name === name))
    return _("„%(name)s“ steht zweimal da. Fassen Sie die Zeilen zusammen.", { name });
  if (!(revenue >= 0 && potential >= 0))
    return _(
      "„%(name)s“ braucht Umsatz und möglichen Umsatz als Zahlen ab null, zum Beispiel „Kunde A; %(revenue)s; %(potential)s“.",
      { name, revenue: write(120_000), potential: write(300_000) },
    );
  return "";
}
