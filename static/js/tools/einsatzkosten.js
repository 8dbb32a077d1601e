// The tool „Einsatzkosten“: from days and a rate to what an assignment, a gap and a hire cost.

import { bars } from "./bars.js";
import { assignment, permanent, vacancy } from "./costs.js";
import { euros, percent, plain, read, write } from "./numbers.js";
import {
  figure,
  figures,
  keyFigures,
  labelOf,
  make,
  noNumber,
  problem,
  start,
  table,
} from "./page.js";
import { _ } from "./words.js";

const SAMPLE = {
  days: "4",
  weeks: "26",
  rate: write(1000),
  expenses: "400",
  loss: write(6000),
  salary: write(110_000),
  extra: "22",
  search: write(25_000),
  present: "210",
};
const NEEDED = ["days", "weeks", "rate"];

start({ reckon, sample, file: _("einsatzkosten.csv") });

function sample({ elements }) {
  for (const [name, value] of Object.entries(SAMPLE)) elements[name].value = value;
}

function reckon({ elements }) {
  const { given, problems } = entries(elements);
  if (problems.length) return { problems };
  const cost = assignment(given);
  const gap = "loss" in given ? vacancy({ ...given, total: cost.total }) : undefined;
  const hire = "salary" in given ? permanent({ ...given, perWeek: cost.perWeek }) : undefined;
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
      [_("Posten"), _("Euro (netto)")],
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
  const problems = wrong.map((name) => noNumber(elements[name]));
  const tell = (name, words) => problems.push(problem(elements[name], words));
  for (const name of NEEDED)
    if (!wrong.includes(name) && !(given[name] > 0))
      tell(
        name,
        _("%(label)s: Bitte geben Sie eine Zahl über null ein.", {
          label: labelOf(elements[name]),
        }),
      );
  if (given.days > 7) tell("days", _("Tage pro Woche: Mehr als sieben gibt es nicht."));
  if (given.present > 366)
    tell("present", _("Anwesenheitstage: Ein Jahr hat höchstens 366 Tage."));
  const beside = ["extra", "search", "present"].filter((name) => name in given);
  if (beside.length && !("salary" in given) && !wrong.includes("salary"))
    tell(
      "salary",
      _("Festanstellung: Bitte geben Sie das Jahresgehalt ein, oder lassen Sie alle Felder leer."),
    );
  return { given, problems };
}

function inWords({ weeks, days }, { total, worked }, gap) {
  const all = _(
    "Der Einsatz kostet %(total)s netto: %(worked)s Tage in %(weeks)s Wochen, %(days)s pro Woche.",
    {
      total: euros(total),
      worked: write(worked, 1),
      weeks: write(weeks, 1),
      days: write(days, 1),
    },
  );
  if (!gap || Number.isNaN(gap.share)) return all;
  return gap.share <= 100
    ? `${all} ${_("Er trägt sich, wenn er %(share)s dessen vermeidet, was die offene Stelle kostet.", { share: percent(gap.share, 0) })}`
    : `${all} ${_("Das ist mehr, als die offene Stelle nach Ihrer Schätzung kostet.")}`;
}

function figuresOf({ total, fee, expenses, perDay, perMonth }) {
  return [
    [_("Gesamtkosten"), euros(total), _("netto, für die ganze Dauer")],
    [_("Honorar"), euros(fee), _("Tage × Tagessatz")],
    [_("Reise und Unterkunft"), euros(expenses), _("Wochen × Kosten pro Woche")],
    [_("Pro Einsatztag"), euros(perDay), _("Gesamtkosten ÷ Tage")],
    [_("Pro Monat"), euros(perMonth), _("Gesamtkosten pro Woche × 52 ÷ 12")],
  ];
}

function rows(cost, gap, hire) {
  return [
    [_("Honorar"), cost.fee],
    [_("Reise und Unterkunft"), cost.expenses],
    [_("Einsatz gesamt"), cost.total],
    ...(gap ? [[_("Offene Stelle"), gap.lost]] : []),
    ...(hire ? [[_("Festanstellung"), hire.total]] : []),
  ];
}

function chartOf({ weeks }, cost, gap, hire) {
  const all = rows(cost, gap, hire);
  const compared = gap || hire ? all.slice(2) : all;
  const most = Math.max(...compared.map(([, amount]) => amount));
  const listed = compared.map(([name, amount]) => `${name} ${euros(amount)}`).join(", ");
  const said = _("Kosten in %(weeks)s Wochen: %(amounts)s.", {
    weeks: write(weeks, 1),
    amounts: listed,
  });
  const drawn = compared.map(([name, value]) => ({
    name,
    value,
    figure: write(value / 1000, 1),
    variant: name === _("Einsatz gesamt") ? "A" : "",
  }));
  return [
    figure(bars(drawn, most, said), _("Kosten über dieselbe Dauer, in Tausend Euro.")),
    table(
      _("Kosten im Vergleich"),
      [[_("Posten")], [_("Euro (netto)"), true]],
      all.map(([name, amount]) => [name, write(amount, 0)]),
    ),
  ];
}

function gapOf({ weeks }, { total }, gap) {
  if (!gap) return [];
  const difference = gap.lost - total;
  const said =
    difference >= 0
      ? _(
          "Bliebe die Stelle so lange offen, kostete das nach Ihrer Schätzung mehr als der Einsatz.",
        )
      : _(
          "Der Einsatz kostet mehr als die offene Stelle. Prüfen Sie Umfang, Dauer und Ihre Schätzung.",
        );
  const items = [
    [_("Offene Stelle"), euros(gap.lost), _("in %(weeks)s Wochen", { weeks: write(weeks, 1) })],
    [_("Unterschied"), euros(difference), _("offene Stelle − Einsatz")],
  ];
  if (!Number.isNaN(gap.share))
    items.push([
      _("Zu vermeidender Anteil"),
      percent(gap.share, 0),
      _("damit sich der Einsatz trägt"),
    ]);
  return [make("p", {}, said), figures(items)];
}

function hireOf({ weeks }, { total, perDay }, hire) {
  if (!hire) return [];
  const items = [
    [
      _("Festanstellung"),
      euros(hire.total),
      _("%(weeks)s Wochen und die Suche", { weeks: write(weeks, 1) }),
    ],
    [_("Unterschied"), euros(hire.total - total), _("Festanstellung − Einsatz")],
  ];
  if (Number.isFinite(hire.perDay))
    items.push([
      _("Pro Anwesenheitstag"),
      euros(hire.perDay),
      _("ohne Suche; beim Einsatz %(amount)s", { amount: euros(perDay) }),
    ]);
  if (Number.isFinite(hire.even))
    items.push([
      _("Gleich teuer nach"),
      _("%(weeks)s Wochen", { weeks: write(hire.even, 1) }),
      _("vorher ist der Einsatz günstiger"),
    ]);
  return [make("p", {}, hireInWords(hire, total)), figures(items)];
}

function hireInWords({ total: other, even }, total) {
  if (even === Infinity)
    return _(
      "Pro Woche kostet der Einsatz nicht mehr als die Festanstellung, gleich wie lange er dauert.",
    );
  return other < total
    ? _("Über diese Dauer ist eine Festanstellung günstiger, wenn Sie sofort jemanden fänden.")
    : _("Über diese Dauer ist der Einsatz günstiger als eine Festanstellung mit Suche.");
}

// Neither the salary nor what the gap costs.
function anonymous({ days, weeks, rate }, { worked, total }, gap, hire) {
  return [
    _("Einsatzkosten (netto)"),
    _("%(days)s Tage pro Woche, %(weeks)s Wochen: %(worked)s Tage", {
      days: write(days, 1),
      weeks: write(weeks, 1),
      worked: write(worked, 1),
    }),
    _("Tagessatz %(rate)s, Gesamtkosten %(total)s", { rate: euros(rate), total: euros(total) }),
    ...(gap && !Number.isNaN(gap.share)
      ? [
          _("Zu vermeidender Anteil an den Kosten der offenen Stelle: %(share)s", {
            share: percent(gap.share, 0),
          }),
        ]
      : []),
    ...(hire && Number.isFinite(hire.even)
      ? [
          _("Gleich teuer wie eine Festanstellung nach %(weeks)s Wochen", {
            weeks: write(hire.even, 1),
          }),
        ]
      : []),
  ].join("\n");
}
