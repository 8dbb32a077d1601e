// The tool „Einsatzkosten“: from days and a rate to what an assignment, a gap and a hire cost.

import { bars } from "./bars.js";
import { assignment, permanent, vacancy } from "./costs.js";
import { percent, read, write } from "./numbers.js";
import { figure, figures, keyFigures, make, start, table } from "./page.js";

const SAMPLE = {
  days: "4",
  weeks: "26",
  rate: "1.000",
  expenses: "400",
  loss: "6.000",
  salary: "110.000",
  extra: "22",
  search: "25.000",
  present: "210",
};
const NEEDED = ["days", "weeks", "rate"];

start({ reckon, sample, file: "einsatzkosten.csv" });

function sample({ elements }) {
  for (const [name, value] of Object.entries(SAMPLE)) elements[name].value = value;
}

function reckon({ elements }) {
  const { given, problems } = entries(elements);
  if (problems.length) return { problems };
  const cost = assignment(given);
  const gap = "loss" in given ? vacancy({ ...given, total: cost.total }) : undefined;
  const hire =
    "salary" in given ? permanent({ ...given, perWeek: cost.perWeek }) : undefined;
  return {
    problems,
    sentence: inWords(given, cost, gap),
    content: {
      figures: keyFigures(figuresOf(cost)),
      chart: chartOf(given, cost, gap, hire),
      gap: gapOf(given, cost, gap),
      hire: hireOf(given, cost, hire),
    },
    table: [
      ["Posten", "Euro (netto)"],
      ...rows(cost, gap, hire).map(([name, amount]) => [name, plain(amount)]),
    ],
    anonymous: anonymous(given, cost, gap, hire),
  };
}

// What is left empty is not there.
function entries(elements) {
  const typed = Object.keys(SAMPLE).filter((name) => elements[name].value.trim());
  const given = Object.fromEntries(typed.map((name) => [name, read(elements[name].value)]));
  const wrong = typed.filter((name) => !(given[name] >= 0));
  const problems = wrong.map(
    (name) => `${labelOf(elements[name])}: „${elements[name].value}“ ist keine Zahl ab null.`,
  );
  for (const name of NEEDED)
    if (!wrong.includes(name) && !(given[name] > 0))
      problems.push(`${labelOf(elements[name])}: Bitte geben Sie eine Zahl über null ein.`);
  if (given.days > 7) problems.push("Tage pro Woche: Mehr als sieben gibt es nicht.");
  if (given.present > 366) problems.push("Anwesenheitstage: Ein Jahr hat höchstens 366 Tage.");
  const beside = ["extra", "search", "present"].filter((name) => name in given);
  if (beside.length && !("salary" in given) && !wrong.includes("salary"))
    problems.push(
      "Festanstellung: Bitte geben Sie das Jahresgehalt ein, oder lassen Sie alle Felder leer.",
    );
  return { given, problems };
}

function labelOf({ labels }) {
  return labels[0].firstChild.data.trim();
}

function inWords({ weeks, days }, { total, worked }, gap) {
  const all =
    `Der Einsatz kostet ${euros(total)} netto: ` +
    `${write(worked, 1)} Tage in ${write(weeks, 1)} Wochen, ${write(days, 1)} pro Woche.`;
  if (!gap || Number.isNaN(gap.share)) return all;
  return gap.share <= 100
    ? `${all} Er trägt sich, wenn er ${percent(gap.share, 0)} dessen vermeidet, was die offene Stelle kostet.`
    : `${all} Das ist mehr, als die offene Stelle nach Ihrer Schätzung kostet.`;
}

function figuresOf({ total, fee, expenses, perDay, perMonth }) {
  return [
    ["Gesamtkosten", euros(total), "netto, für die ganze Dauer"],
    ["Honorar", euros(fee), "Tage × Tagessatz"],
    ["Reise und Unterkunft", euros(expenses), "Wochen × Kosten pro Woche"],
    ["Pro Einsatztag", euros(perDay), "Gesamtkosten ÷ Tage"],
    ["Pro Monat", euros(perMonth), "Gesamtkosten pro Woche × 52 ÷ 12"],
  ];
}

function rows(cost, gap, hire) {
  return [
    ["Honorar", cost.fee],
    ["Reise und Unterkunft", cost.expenses],
    ["Einsatz gesamt", cost.total],
    ...(gap ? [["Offene Stelle", gap.lost]] : []),
    ...(hire ? [["Festanstellung", hire.total]] : []),
  ];
}

function chartOf({ weeks }, cost, gap, hire) {
  const all = rows(cost, gap, hire);
  const compared = gap || hire ? all.slice(2) : all;
  const most = Math.max(...compared.map(([, amount]) => amount));
  const said = `Kosten in ${write(weeks, 1)} Wochen: ${compared
    .map(([name, amount]) => `${name} ${euros(amount)}`)
    .join(", ")}.`;
  const drawn = compared.map(([name, value]) => ({
    name,
    value,
    figure: write(value / 1000, 1),
    variant: name === "Einsatz gesamt" ? "A" : "",
  }));
  return [
    figure(bars(drawn, most, said), "Kosten über dieselbe Dauer, in Tausend Euro."),
    table(
      "Kosten im Vergleich",
      [["Posten"], ["Euro (netto)", true]],
      all.map(([name, amount]) => [name, write(amount, 0)]),
    ),
  ];
}

function gapOf({ weeks }, { total }, gap) {
  if (!gap) return [];
  const difference = gap.lost - total;
  const said =
    difference >= 0
      ? "Bliebe die Stelle so lange offen, kostete das nach Ihrer Schätzung mehr als der Einsatz."
      : "Der Einsatz kostet mehr als die offene Stelle. Prüfen Sie Umfang, Dauer und Ihre Schätzung.";
  const items = [
    ["Offene Stelle", euros(gap.lost), `in ${write(weeks, 1)} Wochen`],
    ["Unterschied", euros(difference), "offene Stelle − Einsatz"],
  ];
  if (!Number.isNaN(gap.share))
    items.push(["Zu vermeidender Anteil", percent(gap.share, 0), "damit sich der Einsatz trägt"]);
  return [make("p", {}, said), figures(items)];
}

function hireOf({ weeks }, { total, perDay }, hire) {
  if (!hire) return [];
  const items = [
    ["Festanstellung", euros(hire.total), `${write(weeks, 1)} Wochen und die Suche`],
    ["Unterschied", euros(hire.total - total), "Festanstellung − Einsatz"],
  ];
  if (Number.isFinite(hire.perDay))
    items.push([
      "Pro Anwesenheitstag",
      euros(hire.perDay),
      `ohne Suche; beim Einsatz ${euros(perDay)}`,
    ]);
  if (Number.isFinite(hire.even))
    items.push(["Gleich teuer nach", `${write(hire.even, 1)} Wochen`, "vorher ist der Einsatz günstiger"]);
  return [make("p", {}, hireInWords(hire, total)), figures(items)];
}

function hireInWords({ total: other, even }, total) {
  if (even === Infinity)
    return "Pro Woche kostet der Einsatz nicht mehr als die Festanstellung, gleich wie lange er dauert.";
  return other < total
    ? "Über diese Dauer ist eine Festanstellung günstiger, wenn Sie sofort jemanden fänden."
    : "Über diese Dauer ist der Einsatz günstiger als eine Festanstellung mit Suche.";
}

// Neither the salary nor what the gap costs.
function anonymous({ days, weeks, rate }, { worked, total }, gap, hire) {
  return [
    "Einsatzkosten (netto)",
    `${write(days, 1)} Tage pro Woche, ${write(weeks, 1)} Wochen: ${write(worked, 1)} Tage`,
    `Tagessatz ${euros(rate)}, Gesamtkosten ${euros(total)}`,
    ...(gap && !Number.isNaN(gap.share)
      ? [`Zu vermeidender Anteil an den Kosten der offenen Stelle: ${percent(gap.share, 0)}`]
      : []),
    ...(hire && Number.isFinite(hire.even)
      ? [`Gleich teuer wie eine Festanstellung nach ${write(hire.even, 1)} Wochen`]
      : []),
  ].join("\n");
}

function euros(amount) {
  return `${write(amount, 0)}\u00a0€`;
}

function plain(number) {
  return String(Math.round(number * 100) / 100).replace(".", ",");
}
