// The tool „Trennen oder halten?“: from points to a field, and from there to the next steps.

import { matrix } from "./matrix.js";
import { fixed, read, write } from "./numbers.js";
import { figure, keyFigures, list, make, start, table } from "./page.js";
import { field, lifetimeValue, mean, steps } from "./scorecard.js";

const FIELDS = ["care", "renegotiate", "serve", "part"];
const NAMES = {
  care: "pflegen",
  renegotiate: "nachverhandeln",
  serve: "effizient betreuen",
  part: "nachverhandeln, sonst trennen",
};
const IN_CHART = [
  "pflegen",
  "nach-|verhandeln",
  "effizient|betreuen",
  "nach-|verhandeln,|sonst|trennen",
];
const STEPS = [
  "Gespräch: Zeigen Sie die Lage mit Zahlen und klären Sie Ursachen auf beiden Seiten.",
  "Konditionen: Passen Sie Preis, Mindestmenge, Zuschläge oder Leistung an, mit Frist und Ziel.",
  "Kanal: Stellen Sie auf Innendienst, Bestellportal oder Händler um.",
  "Ende: Vereinbaren Sie ein Ende ohne Vorwurf und helfen Sie beim Übergang.",
];
const CARE = "Pflegen Sie die Beziehung: Besprechen Sie regelmäßig, was gut läuft und was fehlt.";
const FIRST = "Zuerst der Schutz Ihrer Mitarbeiter, auch bei hohem Wert des Kunden.";
const PROTECT = [
  "Heute: Eine Führungskraft übernimmt den Kunden. Die Betroffenen sprechen nicht mehr allein mit ihm.",
  "Festhalten: Wortlaut, Zeit und Zeugen. Die Betroffenen dürfen sich beschweren (§ 13 AGG).",
  "Grenze: Sagen Sie dem Kunden, was Sie nicht hinnehmen und was beim nächsten Mal geschieht.",
  "Trennung: Wiederholt es sich oder wiegt es schwer, beenden Sie die Zusammenarbeit. " +
    "Lassen Sie Vertrag und Fristen vorher prüfen.",
];
const SAMPLE = {
  value: [2, 3, 1, 4, 1],
  effort: [9, 8, 9, 7, 6],
  margin: "18.000",
  retention: "80",
  interest: "10",
};

start({ reckon, sample, file: "trennen-oder-halten.csv" });

function sample({ elements }) {
  for (const kind of ["value", "effort"]) {
    rows(elements, kind).forEach(({ points }, at) => (points.value = String(SAMPLE[kind][at])));
  }
  for (const question of questions(elements)) question.value = "free";
  questions(elements)[0].value = "open";
  for (const name of ["margin", "retention", "interest"]) elements[name].value = SAMPLE[name];
}

function rows(elements, kind) {
  const all = [...elements].filter(({ dataset }) => dataset.kind === kind);
  return all.map((points) => ({ points, weight: elements[`${points.name}-weight`] }));
}

function questions(elements) {
  return [...elements].filter(({ dataset }) => dataset.question);
}

function reckon({ elements }) {
  const problems = [];
  const [value, effort] = ["value", "effort"].map((kind) =>
    rows(elements, kind).map((row) => criterion(row, problems)),
  );
  const high = read(elements.high.value);
  if (!(high > 0 && high <= 10))
    problems.push("Die Grenze, ab der „hoch“ gilt, soll über 0 und höchstens bei 10 liegen.");
  for (const [part, name] of [
    [value, "Wert"],
    [effort, "Aufwand"],
  ]) {
    if (!problems.length && !part.some(({ weight }) => weight > 0))
      problems.push(`${name}: Mindestens ein Kriterium braucht ein Gewicht über null.`);
  }
  const worth = lifetime(elements, problems);
  if (problems.length) return { problems };
  const answers = questions(elements);
  const asked = (state) =>
    answers.filter((question) => question.value === state).map(({ dataset }) => dataset.question);
  const case_ = {
    value,
    effort,
    high,
    field: field(mean(value), mean(effort), high),
    grows: elements.grows.checked,
    attacks: elements.attacks.checked,
    against: asked("against"),
    open: asked("open"),
    worth,
  };
  return shown(case_);
}

function criterion({ points, weight }, problems) {
  const name = points.labels[0].textContent.trim();
  const [given, weighs] = [read(points.value), read(weight.value)];
  if (!(given >= 0 && given <= 10)) problems.push(`${name}: Bitte vergeben Sie 0 bis 10 Punkte.`);
  if (!(weighs >= 0)) problems.push(`${name}: Das Gewicht soll eine Zahl ab null sein.`);
  return { name, points: given, weight: weighs };
}

// NaN where nothing is asked for.
function lifetime(elements, problems) {
  const fields = [elements.margin, elements.retention, elements.interest];
  if (fields.every(({ value }) => !value.trim())) return NaN;
  const worth = lifetimeValue(...fields.map(({ value }) => read(value)));
  if (Number.isNaN(worth))
    problems.push(
      "Künftiger Wert: Bitte geben Sie Deckungsbeitrag, Kundenbindungsrate (0 bis 100 %) und Zins ein; " +
        "die Rate soll kleiner sein als 100 % plus Zins.",
    );
  return worth;
}

function shown(case_) {
  const [value, effort] = [mean(case_.value), mean(case_.effort)];
  const { protects, last, blocked } = steps({
    ...case_,
    against: case_.against.length,
    open: case_.open.length,
  });
  const sentence = inWords(case_, { protects, last, blocked });
  const ahead = last ? STEPS.slice(0, last) : [CARE];
  const chart = matrix({
    names: IN_CHART,
    axes: ["Aufwand", "Wert"],
    x: effort,
    y: value,
    border: case_.high,
    most: 10,
    own: FIELDS.indexOf(case_.field),
    said:
      `Vier Felder aus Wert und Aufwand: Der Kunde liegt bei Wert ${fixed(value)} ` +
      `und Aufwand ${fixed(effort)}, im Feld „${NAMES[case_.field]}“.`,
  });
  const criteria = [...case_.value, ...case_.effort];
  const cells = criteria.map(({ name, points, weight }) => [name, write(points), write(weight)]);
  const headings = ["Kriterium", "Punkte", "Gewicht"];
  return {
    problems: [],
    notes: protects ? [`${FIRST} Die Punkte entscheiden erst danach.`] : [],
    sentence,
    content: {
      figures: keyFigures(figuresOf(case_, value, effort)),
      chart: [
        figure(chart, `„Hoch“ gilt ab ${write(case_.high)} Punkten.`),
        table(
          "Punkte",
          headings.map((title, at) => [title, at > 0]),
          cells,
        ),
      ],
      steps: [
        make(
          "ol",
          {},
          ...(protects ? PROTECT : ahead).map((step) => make("li", {}, step)),
        ),
      ],
      questions:
        protects || case_.field === "part"
          ? [
              list([
                ...case_.against.map((question) => `Spricht dagegen: ${question}`),
                ...case_.open.map((question) => `Noch offen: ${question}`),
              ]),
            ].filter((made) => made.children.length)
          : [],
    },
    table: [
      headings,
      ...cells,
      ["Wert (0 bis 10)", plain(value), ""],
      ["Aufwand (0 bis 10)", plain(effort), ""],
    ],
    anonymous: [
      "Trennen oder halten? (ohne Namen)",
      `Wert ${fixed(value)} und Aufwand ${fixed(effort)} von 10`,
      ...(protects ? ["Vorrang: Der Kunde beleidigt oder belästigt Mitarbeiter."] : []),
      `Feld: ${NAMES[case_.field]}`,
      `Offene Prüffragen: ${case_.open.length}; dagegen sprechen: ${case_.against.length}`,
    ].join("\n"),
  };
}

function inWords({ field: own }, { protects, last, blocked }) {
  if (protects)
    return `Ergebnis: ${FIRST} Hören die Übergriffe nicht auf, steht die Trennung an.`;
  const where = `Ergebnis: ${NAMES[own]}.`;
  if (own !== "part") return `${where} Eine Trennung steht nach diesen Punkten nicht an.`;
  if (last === 4)
    return (
      `${where} Keine Prüffrage spricht dagegen: Verhandeln Sie mit Frist und Ziel, ` +
      `und bereiten Sie für den Fall des Scheiterns ein Ende im Guten vor.`
    );
  if (blocked)
    return `${where} Vor einer Trennung sind noch Prüffragen zu klären; bis dahin verhandeln Sie.`;
  return `${where} Verhandeln Sie; eine Trennung steht noch nicht an, weil ein Zuwachs absehbar ist.`;
}

function figuresOf({ worth }, value, effort) {
  const items = [["Wert / Aufwand", `${fixed(value)} / ${fixed(effort)}`, "jeweils von 10"]];
  if (!Number.isNaN(worth))
    items.push(["Künftiger Wert", write(worth, 0), "Barwert der künftigen Deckungsbeiträge"]);
  return items;
}

function plain(number) {
  return String(Math.round(number * 100) / 100).replace(".", ",");
}
