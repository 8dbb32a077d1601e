// The tool „Trennen oder halten?“: from points to a field, and from there to the next steps.

import { matrix } from "./matrix.js";
import { fixed, read, write } from "./numbers.js";
import { figure, keyFigures, list, make, start, table } from "./page.js";
import { PREPARE_BELOW, field, lifetimeValue, mean, score, steps } from "./scorecard.js";

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
const ESCALATE =
  "Beleidigungen und Belästigungen warten nicht auf eine Punktwertung: " +
  "Eine Führungskraft übernimmt den Fall sofort und schützt die Mitarbeiter.";
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
    points: score(value, effort),
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
  if (!(given >= 0 && given <= 10)) problems.push(`${name}: Geben Sie 0 bis 10 Punkte.`);
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
      "Künftiger Wert: Geben Sie Deckungsbeitrag, Bindung (0 bis 100 %) und Zins ein; " +
        "die Bindung soll kleiner sein als 100 % plus Zins.",
    );
  return worth;
}

function shown(case_) {
  const [value, effort] = [mean(case_.value), mean(case_.effort)];
  const { last, blocked } = steps({
    ...case_,
    against: case_.against.length,
    open: case_.open.length,
  });
  const sentence = inWords(case_, last, blocked);
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
    notes: case_.attacks ? [ESCALATE] : [],
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
          ...(last ? STEPS.slice(0, last) : [CARE]).map((step) => make("li", {}, step)),
        ),
      ],
      questions:
        case_.field === "part"
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
      ["Punktwert (0 bis 100)", plain(case_.points), ""],
    ],
    anonymous: [
      "Trennen oder halten? (ohne Namen)",
      `Wert ${fixed(value)} und Aufwand ${fixed(effort)} von 10, Punktwert ${fixed(case_.points, 0)} von 100`,
      `Feld: ${NAMES[case_.field]}`,
      ...(case_.attacks ? ["Es gibt Beleidigungen oder Belästigungen von Mitarbeitern."] : []),
      `Offene Prüffragen: ${case_.open.length}; dagegen sprechen: ${case_.against.length}`,
    ].join("\n"),
  };
}

function inWords({ field: own, points, grows }, last, blocked) {
  const where = `Ergebnis: ${NAMES[own]}.`;
  if (own !== "part") return `${where} Eine Trennung steht nicht an.`;
  if (last === 4)
    return (
      `${where} Der Punktwert liegt unter ${PREPARE_BELOW} und keine Prüffrage spricht dagegen: ` +
      `Verhandeln Sie, und bereiten Sie für den Fall des Scheiterns ein Ende im Guten vor.`
    );
  if (blocked)
    return `${where} Vor einer Trennung sind noch Prüffragen zu klären; bis dahin verhandeln Sie.`;
  const reason =
    grows && points < PREPARE_BELOW
      ? "ein Zuwachs absehbar ist"
      : `der Punktwert nicht unter ${PREPARE_BELOW} liegt`;
  return `${where} Verhandeln Sie; eine Trennung steht noch nicht an, weil ${reason}.`;
}

function figuresOf({ points, worth }, value, effort) {
  const items = [
    [
      "Punktwert",
      fixed(points, 0),
      `von 100; unter ${PREPARE_BELOW} und ohne absehbaren Zuwachs: Trennung vorbereiten`,
    ],
    ["Wert", fixed(value), "von 10"],
    ["Aufwand", fixed(effort), "von 10"],
  ];
  if (!Number.isNaN(worth))
    items.push(["Künftiger Wert", write(worth, 0), "Barwert der künftigen Deckungsbeiträge"]);
  return items;
}

function plain(number) {
  return String(Math.round(number * 100) / 100).replace(".", ",");
}
