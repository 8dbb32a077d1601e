// The tool „Kundenkonzentration“: from lines with customers to classes, figures and a stress test.

import { analyse, stress, whale } from "./concentration.js";
import { fixed, percent, read, write } from "./numbers.js";
import { figure, figures, keyFigures, make, start, table } from "./page.js";
import { pareto, waves } from "./pareto.js";
import { parse } from "./rows.js";

const SAMPLE = [300, 200, 150, 100, 80, 60, 40, 30, 25, 15]
  .map(
    (revenue, index) =>
      `Kunde ${index + 1};${revenue}.000;${[120, 60, 40, 20, 10, 0, -10, -30, -50, -60][index]}.000`,
  )
  .join("\n");

start({ reckon, sample, file: "kundenkonzentration.csv" });

function sample(form) {
  form.elements.customers.value = `Kunde;Umsatz;Ergebnis\n${SAMPLE}`;
  form.elements.margin.value = "35";
  form.elements.fixed.value = "250.000";
  form.elements.cash.value = "";
  form.elements.replacement.value = "50.000";
}

function reckon({ elements }) {
  const { customers, notes, problems } = parse(elements.customers.value);
  const limits = { aEnds: read(elements.a.value), bEnds: read(elements.b.value) };
  const assumed = assumptions(elements, problems);
  if (!(limits.aEnds > 0 && limits.aEnds < limits.bEnds && limits.bEnds < 100)) {
    problems.push("Grenzen: A soll über 0 % enden, vor B, und B vor 100 %.");
  }
  const found = analyse(customers, limits);
  if (!customers.length && !problems.length)
    problems.push("Bitte geben Sie mindestens einen Kunden mit Umsatz ein, je Zeile einen.");
  else if (customers.length && !found.rows.length)
    problems.push(
      "Kein Kunde hat einen Umsatz über null. Prüfen Sie, ob die richtige Spalte kopiert ist.",
    );
  if (problems.length) return { problems };
  if (found.left.length) notes.push(leftOut(found.left));
  if (found.tied)
    notes.push(
      "An einer Klassengrenze haben zwei Kunden den gleichen Umsatz. Entscheiden Sie selbst, ob sie zusammengehören.",
    );
  const tested = assumed && stress({ total: found.total, lost: found.rows[0].revenue, ...assumed });
  const sentence = inWords(found, tested);
  return {
    problems,
    notes,
    sentence,
    content: {
      figures: keyFigures(figuresOf(found)),
      chart: chartOf(found),
      stress: stressOf(tested),
      ...whaleOf(customers),
    },
    table: [
      ["Rang", "Kunde", "Umsatz", "Anteil in %", "kumuliert in %", "Klasse"],
      ...found.rows.map(({ name, revenue, share, ends, class: own }, at) => [
        at + 1,
        name,
        plain(revenue),
        plain(share),
        plain(ends),
        own,
      ]),
    ],
    anonymous: anonymous(found, tested),
  };
}

// Nothing where no stress test is asked for.
function assumptions(elements, problems) {
  const given = ["margin", "fixed", "cash", "replacement"].filter((name) =>
    elements[name].value.trim(),
  );
  const values = Object.fromEntries(given.map((name) => [name, read(elements[name].value)]));
  const wrong = given.filter((name) => !(values[name] >= 0));
  for (const name of wrong)
    problems.push(`Stresstest: „${elements[name].value}“ ist keine Zahl ab null.`);
  if (!given.length || wrong.length) return undefined;
  if (!("margin" in values && "fixed" in values))
    problems.push(
      "Stresstest: Bitte geben Sie Deckungsbeitragsquote und Fixkosten ein, oder lassen Sie alle Felder leer.",
    );
  else if (!(values.margin > 0 && values.margin <= 100))
    problems.push("Stresstest: Die Deckungsbeitragsquote soll zwischen 0 und 100 % liegen.");
  return values;
}

function leftOut(customers) {
  const names = customers
    .slice(0, 3)
    .map(({ name, revenue }) => `${name} (${write(revenue)})`)
    .join(", ");
  const more = customers.length > 3 ? ` und ${customers.length - 3} weitere` : "";
  return (
    `Ohne Umsatz über null und deshalb nicht mitgezählt: ${names}${more}. ` +
    `Eine Gutschrift ziehen Sie besser beim Kunden ab.`
  );
}

function inWords({ rows, effective, largest }, tested) {
  if (rows.length === 1) return "Ihr ganzer Umsatz hängt an einem einzigen Kunden.";
  const spread =
    `Ihr größter Kunde bringt ${percent(largest(1))} des Umsatzes. ` +
    `Ihre ${rows.length} Kunden verteilen das Risiko wie ${write(effective, 1)} gleich große.`;
  if (!tested) return spread;
  const without = tested.bears
    ? "bleibt Ihr Ergebnis ohne Verlust"
    : "rutscht Ihr Ergebnis ins Minus";
  return `${spread} Geht der größte Kunde, ${without}.`;
}

function figuresOf({ rows, hhi, effective, gini, largest }) {
  const inClass = (name) => rows.filter((row) => row.class === name).length;
  return [
    [
      "Größter Kunde",
      percent(largest(1)),
      largest(1) >= 10
        ? "ab 10 % verlangt IFRS 8.34 Angaben: Tatsache und Umsatz, nicht den Namen"
        : "unter der 10-Prozent-Schwelle von IFRS 8.34",
    ],
    ["Drei größte", percent(largest(3))],
    ["Fünf größte", percent(largest(5))],
    ["Wirksame Kundenzahl", fixed(effective, 2), `von ${rows.length}`],
    ["Konzentration (HHI)", fixed(hhi, 1), "10.000 geteilt durch diese Zahl: wirksame Kundenzahl"],
    ["Ungleichheit (Gini)", fixed(gini, 3), "0: alle gleich groß; gegen 1: einer hat alles"],
    ["Klassen A, B, C", ["A", "B", "C"].map(inClass).join(" / "), "Kunden je Klasse"],
  ];
}

function chartOf({ rows }) {
  const first = percent(rows[0].ends);
  const said = `Pareto-Kurve über ${rows.length} Kunden. Der erste bringt ${first} des Umsatzes.`;
  const columns = [
    ["Kunde"],
    ["Klasse"],
    ["Umsatz", true],
    ["Anteil", true],
    ["kumuliert", true],
  ];
  const cells = rows.map((row) => [
    row.name,
    row.class,
    write(row.revenue),
    percent(row.share),
    percent(row.ends),
  ]);
  return [
    figure(pareto(rows, said), "Säulen: Anteil jedes Kunden. Linie: kumulierter Anteil."),
    table("Kunden nach Umsatz", columns, cells),
  ];
}

function stressOf(tested) {
  if (!tested) return [];
  const { before, after, breakEven, tolerable, bears, months, replacements } = tested;
  const said = bears
    ? "Der Ausfall des größten Kunden wäre zu tragen, wenn sonst alles bleibt, wie es ist."
    : "Der Ausfall des größten Kunden wäre nicht zu tragen: " +
      "Gewinnen Sie zuerst Ersatz, oder senken Sie Fixkosten.";
  const items = [
    ["Ergebnis heute", write(before, 0)],
    ["Ergebnis ohne ihn", write(after, 0), bears ? "trägt" : "trägt nicht"],
    ["Gewinnschwelle", write(breakEven, 0), "Umsatz, bei dem das Ergebnis null ist"],
    [
      "Verkraftbarer Ausfall",
      write(tolerable, 0),
      tolerable < 0
        ? "die Schwelle ist schon heute unterschritten"
        : "Umsatz bis zur Gewinnschwelle",
    ],
  ];
  if (!Number.isNaN(months)) items.push(["Liquide Mittel reichen", `${write(months, 1)} Monate`]);
  if (!Number.isNaN(replacements))
    items.push(["Neue Kunden als Ersatz", write(replacements, 0), "bei mittlerem Umsatz"]);
  return [make("p", {}, said), figures(items)];
}

// Only where the pasted table names a result of each customer.
function whaleOf(customers) {
  const results = customers.map(({ result }) => result);
  if (results.length < 2 || results.some(Number.isNaN)) return { peak: [], whale: [] };
  const { points, peak, hidden, inPercent } = whale(results);
  const unit = (value) => (inPercent ? percent(value, 0) : write(value, 0));
  const of = inPercent ? " des Ergebnisses" : "";
  const said =
    hidden > 0
      ? `Die besten Kunden erwirtschaften ${unit(peak)}${of}; die übrigen zehren ${unit(hidden)} wieder auf.`
      : "Kein Kunde mindert das Ergebnis.";
  const cells = points.map((point, at) => [String(at + 1), unit(point)]);
  const columns = [["Kunden, die besten zuerst"], ["kumuliert", true]];
  const caption = "Kumuliertes Ergebnis, vom besten zum schwächsten Kunden.";
  return {
    peak: [said],
    whale: [
      figure(waves(points, said, unit), caption),
      table(caption.split(",")[0], columns, cells),
    ],
  };
}

// Neither names nor amounts.
function anonymous({ rows, hhi, effective, largest }, tested) {
  const inClass = (name) => rows.filter((row) => row.class === name).length;
  return [
    "Kundenkonzentration (ohne Namen und Beträge)",
    `${rows.length} Kunden: A ${inClass("A")}, B ${inClass("B")}, C ${inClass("C")}`,
    `Anteil des größten Kunden ${percent(largest(1))}, der drei größten ${percent(largest(3))}, der fünf größten ${percent(largest(5))}`,
    `HHI ${fixed(hhi, 1)}, wirksame Kundenzahl ${fixed(effective, 2)}`,
    ...(tested
      ? [
          `Ohne den größten Kunden: ${tested.bears ? "Ergebnis bleibt ohne Verlust" : "Ergebnis rutscht ins Minus"}`,
        ]
      : []),
  ].join("\n");
}

function plain(number) {
  return String(Math.round(number * 100) / 100).replace(".", ",");
}
