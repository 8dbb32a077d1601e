// The tool „Key-Account-Auswahl“: from a list through a prefilter and points to a selection that
// the hours allow.

import { bars } from "./bars.js";
import { parse } from "./candidates.js";
import { fixed, read, write } from "./numbers.js";
import { figure, keyFigures, make, problem, start, table } from "./page.js";
import { capacity, prefilter, rank, sensitive } from "./selection.js";
import { _ } from "./words.js";

const MOST_BARS = 15;
const LONGEST_NAME = 34;
const LEAST_WEIGHT = 10;
const SAMPLE = [
  [1, 300_000, 320_000, false],
  [2, 200_000, 350_000, false],
  [3, 150_000, 170_000, false],
  [6, 60_000, 400_000, false],
  [8, 30_000, 60_000, true],
  [9, 25_000, 30_000, false],
].map(([number, revenue, potential, isStrategic]) =>
  [
    _("Kunde %(number)s", { number }),
    write(revenue),
    write(potential),
    isStrategic ? _("Zugang zu neuem Markt") : _("nein"),
  ].join("; "),
);
const SAMPLE_HEADING = [_("Kunde"), _("Umsatz"), _("möglich"), _("strategisch")].join("; ");
const SAMPLE_POINTS = [
  [1, 3, 4, 2, 2, 3],
  [3, 2, 3, 3, 2, 2],
  [1, 2, 3, 1, 2, 3],
  [4, 3, 1, 4, 3, 2],
  [2, 2, 0, 4, 4, 2],
];

const { form, parts } = start({ reckon, sample, file: _("key-account-auswahl.csv") });
form.addEventListener("click", ({ target }) => {
  if (target.dataset.does !== "filter") return;
  const { chosen, problems } = filtered(form);
  parts.said.textContent = problems.length
    ? problems.map(({ textContent }) => textContent).join(" ")
    : _("%(chosen)s Kunden kommen in die Bewertung. Vergeben Sie darunter die Punkte.", {
        chosen: chosen.length,
      });
  ask(problems.length ? [] : chosen);
});
form.addEventListener("reset", ({ defaultPrevented }) => {
  if (defaultPrevented) return;
  parts.said.textContent = "";
  ask([]);
});

function sample({ elements }) {
  elements.customers.value = [SAMPLE_HEADING, ...SAMPLE].join("\n");
  elements.threshold.value = write(100_000);
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
  const { customers, problems: unread } = parse(elements.customers.value);
  const problems = unread.map((words) => problem(elements.customers, words));
  const tell = (name, words) => problems.push(problem(elements[name], words));
  const threshold = read(elements.threshold.value);
  if (!customers.length && !problems.length)
    tell("customers", _("Bitte geben Sie mindestens einen Kunden ein, je Zeile einen."));
  if (!(threshold >= 0)) tell("threshold", _("Vorfilter: Bitte geben Sie als Grenze eine Zahl ab null ein."));
  const chosen = prefilter(customers, threshold);
  if (!problems.length && !chosen.length)
    tell(
      "threshold",
      _(
        "Kein Kunde erfüllt den Vorfilter. Senken Sie die Grenze, oder begründen Sie eine Ausnahme in der vierten Spalte.",
      ),
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
  const wrong = entries.find((_entry, at) => !(given[at] >= 0));
  if (wrong) problems.push(problem(wrong, _("Gewichte: Bitte geben Sie Zahlen ab null ein.")));
  else if (!counted)
    problems.push(
      problem(entries[0], _("Gewichte: Mindestens ein Kriterium braucht ein Gewicht über null.")),
    );
  const most = limit(elements, problems);
  const names = chosen.map(({ name }) => name).join("\n");
  const rated = answered();
  if (!problems.length && rated.map(({ name }) => name).join("\n") !== names) {
    problems.push(
      _(
        "Die Liste hat sich geändert: Wählen Sie „Vorfilter anwenden“ und ergänzen Sie die Punkte.",
      ),
    );
  }
  for (const [at, { name, points }] of problems.length ? [] : rated.entries()) {
    const missing = points.findIndex((value, at) => value === "" && given[at] > 0);
    if (missing >= 0)
      problems.push(
        problem(elements[`points-${at}-${missing}`], _("%(name)s: Es fehlen Punkte.", { name })),
      );
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
      problem(
        hours > 0 ? elements.each : elements.hours,
        _(
          "Kapazität: Bitte geben Sie Stunden im Jahr und Stunden je Kunde als Zahlen über null ein.",
        ),
      ),
    );
  return capacity(hours, each);
}

function shown({ customers, ranked, unsure, most, given, criteria, counted }) {
  const chosen = ranked.slice(0, most);
  const headings = [
    _("Rang"),
    _("Kunde"),
    _("Punktwert"),
    _("Auswahl"),
    _("hängt an der Gewichtung"),
    ...criteria,
  ];
  const cells = ranked.map(({ rank: place, name, score }, at) => [
    name,
    String(place),
    fixed(score),
    at < most ? _("ja") : _("nein"),
    unsure.has(name) ? _("ja") : _("nein"),
  ]);
  const scores = chosen.map(({ score }) => fixed(score, 0)).join(", ");
  const said = _(
    "Rangfolge von %(ranked)s Kunden nach Punktwert; der erste hat %(score)s von 100.",
    { ranked: ranked.length, score: fixed(ranked[0].score, 0) },
  );
  return {
    problems: [],
    notes: notes(ranked, unsure, most, given, counted),
    sentence: inWords(ranked.length, chosen.length, most, unsure.size),
    content: {
      figures: keyFigures([
        [
          _("Ausgewählt"),
          write(chosen.length),
          _("von %(ranked)s nach dem Vorfilter", { ranked: write(ranked.length) }),
        ],
        [_("Auf der Liste"), write(customers.length), _("Kunden")],
        [_("Nach dem Vorfilter"), write(ranked.length), _("Kunden")],
        [_("Kapazität"), write(most), _("Schlüsselkunden")],
        [
          _("Hängt an der Gewichtung"),
          write(unsure.size),
          _("Kunden wechseln bei ±5 Punkten über die Grenze"),
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
          _("Punktwert von 100. Über der Linie: ausgewählt."),
        ),
        table(
          _("Rangfolge"),
          [
            [_("Kunde")],
            [_("Rang"), true],
            [_("Punktwert"), true],
            [_("Auswahl")],
            [_("unsicher")],
          ],
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
        at < most ? _("ja") : _("nein"),
        unsure.has(name) ? _("ja") : _("nein"),
        ...points,
      ]),
    ],
    anonymous: [
      _("Key-Account-Auswahl (ohne Namen)"),
      _("%(customers)s Kunden auf der Liste, %(ranked)s nach dem Vorfilter", {
        customers: customers.length,
        ranked: ranked.length,
      }),
      _("Kapazität für %(most)s Schlüsselkunden, ausgewählt %(chosen)s", {
        most,
        chosen: chosen.length,
      }),
      _("Punktwerte der Ausgewählten: %(scores)s", { scores: scores || _("keine") }),
      _("Bei ±5 Punkten Gewicht wechseln %(unsure)s Kunden über die Grenze", {
        unsure: unsure.size,
      }),
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
    return _(
      "Ihre Stunden reichen für keinen Schlüsselkunden. Schaffen Sie Zeit, oder senken Sie den Aufwand je Kunde.",
    );
  const fits =
    count <= most
      ? _("Alle %(count)s bewerteten Kunden passen in Ihre Kapazität von %(most)s.", {
          count,
          most,
        })
      : _("Von %(count)s bewerteten Kunden passen %(chosen)s in Ihre Kapazität.", {
          count,
          chosen,
        });
  const certain = unsure
    ? _("Ein Teil des Ergebnisses hängt an der Gewichtung.")
    : _("Andere Gewichte ändern die Auswahl nicht.");
  return `${fits} ${certain}`;
}

function notes(ranked, unsure, most, given, counted) {
  const all = given.reduce((sum, weight) => sum + weight, 0);
  const said = [];
  if (counted < 5)
    said.push(_("Wir raten zu fünf bis acht Kriterien; Sie haben weniger gewichtet."));
  if (given.some((weight) => weight > 0 && (100 * weight) / all < LEAST_WEIGHT))
    said.push(
      _(
        "Ein Kriterium unter 10 %% Gewicht ändert kaum etwas. Lassen Sie es weg, oder geben Sie ihm mehr.",
      ),
    );
  if (ranked[most - 1] && ranked[most]?.rank === ranked[most - 1].rank)
    said.push(
      _(
        "An der Auswahlgrenze stehen Kunden mit gleichem Punktwert. Entscheiden Sie selbst, und schreiben Sie den Grund auf.",
      ),
    );
  if (unsure.size)
    said.push(
      _("Der Platz hängt an der Gewichtung: %(names)s.", { names: [...unsure].join(", ") }),
    );
  return said;
}
