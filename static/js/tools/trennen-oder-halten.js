// The tool „Trennen oder halten?“: from points to a field, and from there to the next steps.

import { matrix } from "./matrix.js";
import { fixed, plain, read, write } from "./numbers.js";
import { figure, keyFigures, list, make, problem, start, table } from "./page.js";
import { field, lifetimeValue, mean, steps } from "./scorecard.js";
import { _ } from "./words.js";

const FIELDS = ["care", "renegotiate", "serve", "part"];
const NAMES = {
  care: _("pflegen"),
  renegotiate: _("nachverhandeln"),
  serve: _("effizient betreuen"),
  part: _("nachverhandeln, sonst trennen"),
};
const IN_CHART = [
  _("pflegen"),
  _("nach-|verhandeln"),
  _("effizient|betreuen"),
  _("nach-|verhandeln,|sonst|trennen"),
];
const STEPS = [
  _("Gespräch: Zeigen Sie die Lage mit Zahlen und klären Sie Ursachen auf beiden Seiten."),
  _("Konditionen: Passen Sie Preis, Mindestmenge, Zuschläge oder Leistung an, mit Frist und Ziel."),
  _("Kanal: Stellen Sie auf Innendienst, Bestellportal oder Händler um."),
  _("Ende: Vereinbaren Sie ein Ende ohne Vorwurf und helfen Sie beim Übergang."),
];
const CARE = _(
  "Pflegen Sie die Beziehung: Besprechen Sie regelmäßig, was gut läuft und was fehlt.",
);
const FIRST = _("Zuerst der Schutz Ihrer Mitarbeiter, auch bei hohem Wert des Kunden.");
const PROTECT = [
  _(
    "Heute: Eine Führungskraft übernimmt den Kunden. Die Betroffenen sprechen nicht mehr allein mit ihm.",
  ),
  _("Festhalten: Wortlaut, Zeit und Zeugen. Die Betroffenen dürfen sich beschweren (§ 13 AGG)."),
  _("Grenze: Sagen Sie dem Kunden, was Sie nicht hinnehmen und was beim nächsten Mal geschieht."),
  _(
    "Trennung: Wiederholt es sich oder wiegt es schwer, beenden Sie die Zusammenarbeit. Lassen Sie Vertrag und Fristen vorher prüfen.",
  ),
];
const SAMPLE = {
  value: [2, 3, 1, 4, 1],
  effort: [9, 8, 9, 7, 6],
  margin: write(18_000),
  retention: "80",
  interest: "10",
};

start({ reckon, sample, file: _("trennen-oder-halten.csv") });

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
    problems.push(
      problem(
        elements.high,
        _("Die Grenze, ab der „hoch“ gilt, soll über 0 und höchstens bei 10 liegen."),
      ),
    );
  for (const [part, kind, name] of [
    [value, "value", _("Wert")],
    [effort, "effort", _("Aufwand")],
  ]) {
    if (!problems.length && !part.some(({ weight }) => weight > 0))
      problems.push(
        problem(
          rows(elements, kind)[0].weight,
          _("%(name)s: Mindestens ein Kriterium braucht ein Gewicht über null.", { name }),
        ),
      );
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
  if (!(given >= 0 && given <= 10))
    problems.push(problem(points, _("%(name)s: Bitte vergeben Sie 0 bis 10 Punkte.", { name })));
  if (!(weighs >= 0))
    problems.push(
      problem(weight, _("%(name)s: Bitte geben Sie als Gewicht eine Zahl ab null ein.", { name })),
    );
  return { name, points: given, weight: weighs };
}

// NaN where nothing is asked for.
function lifetime(elements, problems) {
  const fields = [elements.margin, elements.retention, elements.interest];
  if (fields.every(({ value }) => !value.trim())) return NaN;
  const worth = lifetimeValue(...fields.map(({ value }) => read(value)));
  if (Number.isNaN(worth))
    problems.push(
      problem(
        elements.margin,
        _(
          "Künftiger Wert: Bitte geben Sie Deckungsbeitrag, Kundenbindungsrate (0 bis 100 %%) und Zins ein; die Rate soll kleiner sein als 100 %% plus Zins.",
        ),
      ),
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
    axes: [_("Aufwand"), _("Wert")],
    x: effort,
    y: value,
    border: case_.high,
    most: 10,
    own: FIELDS.indexOf(case_.field),
    said: _(
      "Vier Felder aus Wert und Aufwand: Der Kunde liegt bei Wert %(value)s und Aufwand %(effort)s, im Feld „%(field)s“.",
      { value: fixed(value), effort: fixed(effort), field: NAMES[case_.field] },
    ),
  });
  const criteria = [...case_.value, ...case_.effort];
  const cells = criteria.map(({ name, points, weight }) => [name, write(points), write(weight)]);
  const headings = [_("Kriterium"), _("Punkte"), _("Gewicht")];
  return {
    problems: [],
    notes: protects ? [`${FIRST} ${_("Die Punkte entscheiden erst danach.")}`] : [],
    sentence,
    content: {
      figures: keyFigures(figuresOf(case_, value, effort)),
      chart: [
        figure(chart, _("„Hoch“ gilt ab %(points)s Punkten.", { points: write(case_.high) })),
        table(
          _("Punkte"),
          headings.map((title, at) => [title, at > 0]),
          cells,
        ),
      ],
      steps: [make("ol", {}, ...(protects ? PROTECT : ahead).map((step) => make("li", {}, step)))],
      questions:
        protects || case_.field === "part"
          ? [
              list([
                ...case_.against.map((question) =>
                  _("Spricht dagegen: %(question)s", { question }),
                ),
                ...case_.open.map((question) => _("Noch offen: %(question)s", { question })),
              ]),
            ].filter((made) => made.children.length)
          : [],
    },
    table: [
      headings,
      ...cells,
      [_("Wert (0 bis 10)"), plain(value), ""],
      [_("Aufwand (0 bis 10)"), plain(effort), ""],
    ],
    anonymous: [
      _("Trennen oder halten? (ohne Namen)"),
      _("Wert %(value)s und Aufwand %(effort)s von 10", {
        value: fixed(value),
        effort: fixed(effort),
      }),
      ...(protects ? [_("Vorrang: Der Kunde beleidigt oder belästigt Mitarbeiter.")] : []),
      _("Feld: %(field)s", { field: NAMES[case_.field] }),
      _("Offene Prüffragen: %(open)s; dagegen sprechen: %(against)s", {
        open: case_.open.length,
        against: case_.against.length,
      }),
    ].join("\n"),
  };
}

function inWords({ field: own }, { protects, last, blocked }) {
  if (protects)
    return _("Ergebnis: %(first)s Hören die Übergriffe nicht auf, steht die Trennung an.", {
      first: FIRST,
    });
  const where = _("Ergebnis: %(field)s.", { field: NAMES[own] });
  if (own !== "part") return `${where} ${_("Eine Trennung steht nach diesen Punkten nicht an.")}`;
  if (last === 4)
    return `${where} ${_("Keine Prüffrage spricht dagegen: Verhandeln Sie mit Frist und Ziel, und bereiten Sie für den Fall des Scheiterns ein Ende im Guten vor.")}`;
  if (blocked)
    return `${where} ${_("Vor einer Trennung sind noch Prüffragen zu klären; bis dahin verhandeln Sie.")}`;
  return `${where} ${_("Verhandeln Sie; eine Trennung steht noch nicht an, weil ein Zuwachs absehbar ist.")}`;
}

function figuresOf({ worth }, value, effort) {
  const items = [[_("Wert / Aufwand"), `${fixed(value)} / ${fixed(effort)}`, _("jeweils von 10")]];
  if (!Number.isNaN(worth))
    items.push([_("Künftiger Wert"), write(worth, 0), _("Barwert der künftigen Deckungsbeiträge")]);
  return items;
}
