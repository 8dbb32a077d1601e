// The tool „Beschwerdemanagement“: from answers to the two tasks that need a step next.

import { bars } from "./bars.js";
import { assess } from "./complaints.js";
import { fixed, percent } from "./numbers.js";
import { figure, keyFigures, start, table } from "./page.js";

const SAMPLE = [3, 2, 4, 2, 3, 3, 2, 1, 2, 2, 0, 1, 1, 2, 1, 0];

const { form, tool } = start({ reckon, sample, file: "beschwerdemanagement.csv" });

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
    return { problems: open.map(({ name }) => `${name}: Bitte beantworten Sie beide Aussagen.`) };
  }
  const names = tasks.map(({ name }) => name);
  const points = tasks.map(({ selects }) => selects.map(({ value }) => Number(value)));
  return shown(names, points, assess(points));
}

function shown(names, points, found) {
  const { results, total, direct, indirect, weakest, tied } = found;
  const weak = weakest.map((at) => names[at]);
  const said = `Acht Aufgaben, jede von 0 bis 100 %. Am schwächsten: ${weak.join(" und ") || "keine"}.`;
  const cells = names.map((name, at) => [name, percent(results[at], 0)]);
  return {
    problems: [],
    notes: tied
      ? ["Eine weitere Aufgabe ist gleich schwach. Genannt ist, was im Ablauf früher kommt."]
      : [],
    sentence: inWords(weak, total),
    content: {
      figures: keyFigures([
        ["Insgesamt", percent(total, 0), "von dem, was erreichbar ist"],
        ["Was der Kunde erlebt", percent(direct, 0), "Stimulierung, Annahme, Bearbeitung, Reaktion"],
        [
          "Was im Haus geschieht",
          percent(indirect, 0),
          "Auswertung, Controlling, Reporting, Informationsnutzung",
        ],
      ]),
      chart: [
        figure(
          bars(
            results.map((value, at) => barOf(names[at], value, weakest.includes(at))),
            100,
            said,
          ),
          "Erfüllung je Aufgabe in Prozent. Farbig und mit Pfeil: die schwächsten.",
        ),
        table("Erfüllung je Aufgabe", [["Aufgabe"], ["Erfüllung", true]], cells),
      ],
      advice: weak.map(advice),
    },
    table: [
      ["Aufgabe", "Aussage 1 (0 bis 4)", "Aussage 2 (0 bis 4)", "Erfüllung in %"],
      ...names.map((name, at) => [name, ...points[at], fixed(results[at])]),
    ],
    anonymous: [
      "Beschwerdemanagement-Selbsttest",
      `Insgesamt ${percent(total, 0)}; was der Kunde erlebt ${percent(direct, 0)}, was im Haus geschieht ${percent(indirect, 0)}`,
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

function inWords([first, second], total) {
  const all = `Sie erfüllen ${percent(total, 0)} dessen, was die acht Aufgaben verlangen.`;
  if (!first) return `${all} Halten Sie das Niveau, und prüfen Sie es in einem Jahr wieder.`;
  return `${all} Beginnen Sie mit ${second ? `${first} und ${second}` : first}.`;
}

// The words stand on the page.
function advice(name) {
  const all = tool.querySelector("template").content;
  return [...all.children].find(({ dataset }) => dataset.advice === name).cloneNode(true);
}
