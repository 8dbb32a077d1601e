// The tool „Key-Account-Auswahl“: from a list through a prefilter and points to a selection that
// the hours allow.

import { bars } from "./bars.js";
import { parse } from "./candidates.js";
import { fixed, read, write } from "./numbers.js";
import { figure, keyFigures, make, start, table } from "./page.js";
import { capacity, prefilter, rank, sensitive } from "./selection.js";

const MOST_BARS = 15;
const LONGEST_NAME = 34;
const LEAST_WEIGHT = 10;
const SAMPLE = `Kunde; Umsatz; möglich; strategisch
Kunde 1; 300.000; 320.000; nein
Kunde 2; 200.000; 350.000; nein
Kunde 3; 150.000; 170.000; nein
Kunde 6; 60.000; 400.000; nein
Kunde 8; 30.000; 60.000; Zugang zu neuem Markt
Kunde 9; 25.000; 30.000; nein`;
const SAMPLE_POINTS = [
  [1, 3, 4, 2, 2, 3],
  [3, 2, 3, 3, 2, 2],
  [1, 2, 3, 1, 2, 3],
  [4, 3, 1, 4, 3, 2],
  [2, 2, 0, 4, 4, 2],
];

const { form, parts } = start({ reckon, sample, file: "key-account-auswahl.csv" });
form.addEventListener("click", ({ target }) => {
  if (target.dataset.does !== "filter") return;
  const { chosen, problems } = filtered(form);
  parts.said.textContent = problems.length
    ? problems.join(" ")
    : `${chosen.length} Kunden kommen in die Bewertung. Vergeben Sie darunter die Punkte.`;
  ask(problems.length ? [] : chosen);
});
form.addEventListener("reset", () => {
  parts.said.textContent = "";
  ask([]);
});

function sample({ elements }) {
  elements.customers.value = SAMPLE;
  elements.threshold.value = "100.000";
  elements.hours.value = "480";
  elements.each.value = "160";
  for (const weight of weights(elements)) weight.value = weight.defaultValue;
  ask(filtered(form).chosen);
  for (const [at, points] of SAMPLE_POINTS.entries()) {
    for (const [criterion, value] of points.entries()) {
      elements[`points-${at}-${criterion}`].value = String(value);
    }
  }
}

function weights(elements) {
  return [...elements].filter(({ dataset }) => dataset.weight);
}

function filtered({ elements }) {
  const { customers, problems } = parse(elements.customers.value);
  const threshold = read(elements.threshold.value);
  if (!customers.length && !problems.length)
    problems.push("Bitte geben Sie mindestens einen Kunden ein, je Zeile einen.");
  if (!(threshold >= 0)) problems.push("Vorfilter: Die Grenze soll eine Zahl ab null sein.");
  const chosen = prefilter(customers, threshold);
  if (!problems.length && !chosen.length)
    problems.push(
      "Kein Kunde erfüllt den Vorfilter. Senken Sie die Grenze, oder begründen Sie eine Ausnahme in der vierten Spalte.",
    );
  return { customers, chosen, problems };
}

// What has been answered for a customer stays, wherever he comes to stand.
function ask(candidates) {
  const known = new Map(answered().map(({ name, points }) => [name, points]));
  const criteria = weights(form.elements).map(({ dataset }) => dataset.weight);
  const sets = candidates.map(({ name }, at) => {
    const fields = criteria.map((title, criterion) =>
      choice(title, `points-${at}-${criterion}`, known.get(name)?.[criterion]),
    );
    const legend = make("legend", { class: "tool__legend" }, name);
    const kind = { class: "tool__group", "data-variant": "points", "data-candidate": name };
    return make("fieldset", kind, legend, ...fields);
  });
  parts.candidates.replaceChildren(...sets);
}

function choice(title, name, chosen = "") {
  const options = ["", "0", "1", "2", "3", "4"].map((points) =>
    make("option", { value: points }, points || "–"),
  );
  const select = make("select", { class: "field__input", id: name, name }, ...options);
  select.value = chosen;
  const label = make("label", { class: "criterion__label", for: name }, title);
  return make("div", { class: "criterion", "data-variant": "point" }, label, select);
}

function answered() {
  return [...parts.candidates.querySelectorAll("[data-candidate]")].map((set) => ({
    name: set.dataset.candidate,
    points: [...set.querySelectorAll("select")].map(({ value }) => value),
  }));
}

function reckon({ elements }) {
  const { customers, chosen, problems } = filtered(form);
  const entries = weights(elements);
  const given = entries.map(({ value }) => read(value));
  const criteria = entries.map(({ dataset }) => dataset.weight);
  const counted = given.filter((weight) => weight > 0).length;
  if (given.some((weight) => !(weight >= 0)))
    problems.push("Gewichte: Schreiben Sie Zahlen ab null.");
  else if (!counted)
    problems.push("Gewichte: Mindestens ein Kriterium braucht ein Gewicht über null.");
  const most = limit(elements, problems);
  const names = chosen.map(({ name }) => name).join("\n");
  const rated = answered();
  if (!problems.length && rated.map(({ name }) => name).join("\n") !== names) {
    problems.push(
      "Die Liste hat sich geändert: Wählen Sie „Vorfilter anwenden“ und ergänzen Sie die Punkte.",
    );
  }
  for (const { name, points } of problems.length ? [] : rated) {
    if (points.some((value, at) => value === "" && given[at] > 0))
      problems.push(`${name}: Es fehlen Punkte.`);
  }
  if (problems.length) return { problems };
  const candidates = rated.map(({ name, points }) => ({ name, points: points.map(Number) }));
  return shown({
    customers,
    ranked: rank(candidates, given),
    unsure: sensitive(candidates, given, most),
    most,
    given,
    criteria,
    counted,
  });
}

function limit(elements, problems) {
  const [hours, each] = [read(elements.hours.value), read(elements.each.value)];
  if (!(hours > 0 && each > 0))
    problems.push(
      "Kapazität: Bitte geben Sie Stunden im Jahr und Stunden je Kunde als Zahlen über null ein.",
    );
  return capacity(hours, each);
}

function shown({ customers, ranked, unsure, most, given, criteria, counted }) {
  const chosen = ranked.slice(0, most);
  const headings = [
    "Rang",
    "Kunde",
    "Punktwert",
    "Auswahl",
    "hängt an der Gewichtung",
    ...criteria,
  ];
  const cells = ranked.map(({ rank: place, name, score }, at) => [
    name,
    String(place),
    fixed(score),
    at < most ? "ja" : "nein",
    unsure.has(name) ? "ja" : "nein",
  ]);
  const said = `Rangfolge von ${ranked.length} Kunden nach Punktwert; der erste hat ${fixed(ranked[0].score, 0)} von 100.`;
  return {
    problems: [],
    notes: notes(ranked, unsure, most, given, counted),
    sentence: inWords(ranked.length, chosen.length, most, unsure.size),
    content: {
      figures: keyFigures([
        ["Ausgewählt", write(chosen.length), `von ${write(ranked.length)} nach dem Vorfilter`],
        ["Auf der Liste", write(customers.length), "Kunden"],
        ["Nach dem Vorfilter", write(ranked.length), "Kunden"],
        ["Kapazität", write(most), "Schlüsselkunden"],
        [
          "Hängt an der Gewichtung",
          write(unsure.size),
          "Kunden wechseln bei ±5 Punkten über die Grenze",
        ],
      ]),
      chart: [
        figure(
          bars(
            ranked.slice(0, MOST_BARS).map((row, at) => barOf(row, at < most)),
            100,
            said,
            most,
          ),
          "Punktwert von 100. Über der Linie: ausgewählt.",
        ),
        table(
          "Rangfolge",
          [["Kunde"], ["Rang", true], ["Punktwert", true], ["Auswahl"], ["unsicher"]],
          cells,
        ),
      ],
    },
    table: [
      headings,
      ...ranked.map(({ rank: place, name, score, points }, at) => [
        place,
        name,
        fixed(score),
        at < most ? "ja" : "nein",
        unsure.has(name) ? "ja" : "nein",
        ...points,
      ]),
    ],
    anonymous: [
      "Key-Account-Auswahl (ohne Namen)",
      `${customers.length} Kunden auf der Liste, ${ranked.length} nach dem Vorfilter`,
      `Kapazität für ${most} Schlüsselkunden, ausgewählt ${chosen.length}`,
      `Punktwerte der Ausgewählten: ${chosen.map(({ score }) => fixed(score, 0)).join(", ") || "keine"}`,
      `Bei ±5 Punkten Gewicht wechseln ${unsure.size} Kunden über die Grenze`,
    ].join("\n"),
  };
}

function barOf({ rank: place, name, score }, isChosen) {
  const short = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
  return {
    name: `${place}. ${short}`,
    value: score,
    figure: fixed(score, 0),
    variant: isChosen ? "A" : "",
  };
}

function inWords(count, chosen, most, unsure) {
  if (!most)
    return "Ihre Stunden reichen für keinen Schlüsselkunden. Schaffen Sie Zeit, oder senken Sie den Aufwand je Kunde.";
  const fits =
    count <= most
      ? `Alle ${count} bewerteten Kunden passen in Ihre Kapazität von ${most}.`
      : `Von ${count} bewerteten Kunden passen ${chosen} in Ihre Kapazität.`;
  return `${fits} ${unsure ? "Ein Teil des Ergebnisses hängt an der Gewichtung." : "Andere Gewichte ändern die Auswahl nicht."}`;
}

function notes(ranked, unsure, most, given, counted) {
  const all = given.reduce((sum, weight) => sum + weight, 0);
  const said = [];
  if (counted < 5) said.push("Wir raten zu fünf bis acht Kriterien; Sie haben weniger gewichtet.");
  if (given.some((weight) => weight > 0 && (100 * weight) / all < LEAST_WEIGHT))
    said.push(
      "Ein Kriterium unter 10 % Gewicht ändert kaum etwas. Lassen Sie es weg, oder geben Sie ihm mehr.",
    );
  if (ranked[most - 1] && ranked[most]?.rank === ranked[most - 1].rank)
    said.push(
      "An der Auswahlgrenze stehen Kunden mit gleichem Punktwert. Entscheiden Sie selbst, und schreiben Sie den Grund auf.",
    );
  if (unsure.size) said.push(`Der Platz hängt an der Gewichtung: ${[...unsure].join(", ")}.`);
  return said;
}
