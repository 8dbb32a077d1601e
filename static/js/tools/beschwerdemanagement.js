// The tool „Beschwerdemanagement“: from answers to the two tasks that need a step next.

import { bars } from "./bars.js";
import { assess } from "./complaints.js";
import { fixed, percent } from "./numbers.js";
import { figure, keyFigures, problem, start, table } from "./page.js";
import { _, listed } from "./words.js";

const SAMPLE = [3, 2, 4, 2, 3, 3, 2, 1, 2, 2, 0, 1, 1, 2, 1, 0];

const { form, tool } = start({ reckon, sample, file: _("beschwerdemanagement.csv") });

function sample({ elements }) {
  answers(elements).forEach((select, at) => (select.value = String(SAMPLE[at])));
}

function answers(elements) {
  return [...elements].filter(({ dataset }) => dataset.statement);
}

function reckon() {
  const tasks = [...form.querySelectorAll("[data-task]")].map(({ dataset, elements }) => ({
    name: dataset.task,
    selects: answers(elements),
  }));
  const open = tasks.filter(({ selects }) => selects.some(({ value }) => value === ""));
  if (open.length) {
    return {
      problems: open.map(({ name, selects }) =>
        problem(
          selects.find(({ value }) => value === ""),
          _("%(name)s: Bitte beantworten Sie beide Aussagen.", { name }),
        ),
      ),
    };
  }
  const names = tasks.map(({ name }) => name);
  const points = tasks.map(({ selects }) => selects.map(({ value }) => Number(value)));
  return shown(names, points, assess(points));
}

function shown(names, points, found) {
  const { results, total, direct, indirect, weakest, tied } = found;
  const weak = weakest.map((at) => names[at]);
  const said = _("Acht Aufgaben, jede von 0 bis 100 %%. Am schwächsten: %(tasks)s.", {
    tasks: listed(weak) || _("keine"),
  });
  const cells = names.map((name, at) => [name, percent(results[at], 0)]);
  return {
    problems: [],
    notes: tied
      ? [_("Eine weitere Aufgabe ist gleich schwach. Genannt ist, was im Ablauf früher kommt.")]
      : [],
    sentence: inWords(weak, total),
    content: {
      figures: keyFigures([
        [_("Insgesamt"), percent(total, 0), _("von dem, was erreichbar ist")],
        [
          _("Was der Kunde erlebt"),
          percent(direct, 0),
          _("Stimulierung, Annahme, Bearbeitung, Reaktion"),
        ],
        [
          _("Was im Haus geschieht"),
          percent(indirect, 0),
          _("Auswertung, Controlling, Reporting, Informationsnutzung"),
        ],
      ]),
      chart: [
        figure(
          bars(
            results.map((value, at) => barOf(names[at], value, weakest.includes(at))),
            100,
            said,
          ),
          _("Erfüllung je Aufgabe in Prozent. Farbig und mit Pfeil: die schwächsten."),
        ),
        table(_("Erfüllung je Aufgabe"), [[_("Aufgabe")], [_("Erfüllung"), true]], cells),
      ],
      advice: weak.map(advice),
    },
    table: [
      [_("Aufgabe"), _("Aussage 1 (0 bis 4)"), _("Aussage 2 (0 bis 4)"), _("Erfüllung in %%")],
      ...names.map((name, at) => [name, ...points[at], fixed(results[at])]),
    ],
    anonymous: [
      _("Beschwerdemanagement-Selbsttest"),
      _(
        "Insgesamt %(total)s; was der Kunde erlebt %(direct)s, was im Haus geschieht %(indirect)s",
        { total: percent(total, 0), direct: percent(direct, 0), indirect: percent(indirect, 0) },
      ),
      ...names.map((name, at) => `${name}: ${percent(results[at], 0)}`),
    ].join("\n"),
  };
}

function barOf(name, value, isWeak) {
  return {
    name: isWeak ? `${name} ←` : name,
    value,
    figure: fixed(value, 0),
    variant: isWeak ? "A" : "",
  };
}

function inWords(weak, total) {
  const all = _("Sie erfüllen %(total)s dessen, was die acht Aufgaben verlangen.", {
    total: percent(total, 0),
  });
  if (!weak.length)
    return `${all} ${_("Halten Sie das Niveau, und prüfen Sie es in einem Jahr wieder.")}`;
  return `${all} ${_("Beginnen Sie mit %(tasks)s.", { tasks: listed(weak) })}`;
}

// The words stand on the page.
function advice(name) {
  const all = tool.querySelector("template").content;
  return [...all.children].find(({ dataset }) => dataset.advice === name).cloneNode(true);
}
