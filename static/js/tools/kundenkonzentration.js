// The tool „Kundenkonzentration“: from lines with customers to classes, figures and a stress test.

import { analyse, stress, whale } from "./concentration.js";
import { fixed, percent, plain, read, write } from "./numbers.js";
import { figure, figures, keyFigures, make, noNumber, problem, start, table } from "./page.js";
import { pareto, waves } from "./pareto.js";
import { parse } from "./rows.js";
import { _, ngettext } from "./words.js";

const SAMPLE_RESULTS = [120, 60, 40, 20, 10, 0, -10, -30, -50, -60];
const SAMPLE = [300, 200, 150, 100, 80, 60, 40, 30, 25, 15].map((revenue, index) => [
  _("Kunde %(number)s", { number: index + 1 }),
  write(1000 * revenue),
  write(1000 * SAMPLE_RESULTS[index]),
]);

start({ reckon, sample, file: _("kundenkonzentration.csv") });

function sample(form) {
  const heading = [_("Kunde"), _("Umsatz"), _("Ergebnis")];
  form.elements.customers.value = [heading, ...SAMPLE].map((row) => row.join(";")).join("\n");
  form.elements.margin.value = "35";
  form.elements.fixed.value = write(250_000);
  form.elements.cash.value = "";
  form.elements.replacement.value = write(50_000);
}

function reckon({ elements }) {
  const { customers, notes, problems: unread } = parse(elements.customers.value);
  const problems = unread.map((words) => problem(elements.customers, words));
  const tell = (name, words) => problems.push(problem(elements[name], words));
  const limits = { aEnds: read(elements.a.value), bEnds: read(elements.b.value) };
  const assumed = assumptions(elements, problems, tell);
  if (!(limits.aEnds > 0 && limits.aEnds < limits.bEnds && limits.bEnds < 100)) {
    tell("a", _("Grenzen: A soll über 0 %% enden, vor B, und B vor 100 %%."));
  }
  const found = analyse(customers, limits);
  if (!customers.length && !problems.length)
    tell("customers", _("Bitte geben Sie mindestens einen Kunden mit Umsatz ein, je Zeile einen."));
  else if (customers.length && !found.rows.length)
    tell(
      "customers",
      _("Kein Kunde hat einen Umsatz über null. Prüfen Sie, ob die richtige Spalte kopiert ist."),
    );
  if (problems.length) return { problems };
  if (found.left.length) notes.push(leftOut(found.left));
  if (found.tied)
    notes.push(
      _(
        "An einer Klassengrenze haben zwei Kunden den gleichen Umsatz. Entscheiden Sie selbst, ob sie zusammengehören.",
      ),
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
      [_("Rang"), _("Kunde"), _("Umsatz"), _("Anteil in %%"), _("kumuliert in %%"), _("Klasse")],
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
function assumptions(elements, problems, tell) {
  const given = ["margin", "fixed", "cash", "replacement"].filter((name) =>
    elements[name].value.trim(),
  );
  const values = Object.fromEntries(given.map((name) => [name, read(elements[name].value)]));
  const wrong = given.filter((name) => !(values[name] >= 0));
  problems.push(...wrong.map((name) => noNumber(elements[name])));
  if (!given.length || wrong.length) return undefined;
  if (!("margin" in values && "fixed" in values))
    tell(
      "margin" in values ? "fixed" : "margin",
      _(
        "Stresstest: Bitte geben Sie Deckungsbeitragsquote und Fixkosten ein, oder lassen Sie alle Felder leer.",
      ),
    );
  else if (!(values.margin > 0 && values.margin <= 100))
    tell("margin", _("Stresstest: Die Deckungsbeitragsquote soll zwischen 0 und 100 %% liegen."));
  return values;
}

function leftOut(customers) {
  const names = customers
    .slice(0, 3)
    .map(({ name, revenue }) => `${name} (${write(revenue)})`)
    .join(", ");
  const left = customers.length - 3;
  const all =
    left > 0
      ? ngettext("%(names)s und %(num)s weiterer", "%(names)s und %(num)s weitere", left, { names })
      : names;
  return _(
    "Ohne Umsatz über null und deshalb nicht mitgezählt: %(names)s. Eine Gutschrift ziehen Sie besser beim Kunden ab.",
    { names: all },
  );
}

function inWords({ rows, effective, largest }, tested) {
  if (rows.length === 1) return _("Ihr ganzer Umsatz hängt an einem einzigen Kunden.");
  const spread = _(
    "Ihr größter Kunde bringt %(largest)s des Umsatzes. Ihre %(count)s Kunden verteilen das Risiko wie %(effective)s gleich große.",
    { largest: percent(largest(1)), count: rows.length, effective: write(effective, 1) },
  );
  if (!tested) return spread;
  const then = tested.bears
    ? _("Geht der größte Kunde, bleibt Ihr Ergebnis ohne Verlust.")
    : _("Geht der größte Kunde, rutscht Ihr Ergebnis ins Minus.");
  return `${spread} ${then}`;
}

function figuresOf({ rows, hhi, effective, gini, largest }) {
  const inClass = (name) => rows.filter((row) => row.class === name).length;
  return [
    [
      _("Größter Kunde"),
      percent(largest(1)),
      largest(1) >= 10
        ? _("ab 10 %% verlangt IFRS 8.34 Angaben: Tatsache und Umsatz, nicht den Namen")
        : _("unter der 10-Prozent-Schwelle von IFRS 8.34"),
    ],
    [_("Drei größte"), percent(largest(3))],
    [_("Fünf größte"), percent(largest(5))],
    [_("Wirksame Kundenzahl"), fixed(effective, 2), _("von %(count)s", { count: rows.length })],
    [
      _("Konzentration (HHI)"),
      fixed(hhi, 1),
      _("10.000 geteilt durch diese Zahl: wirksame Kundenzahl"),
    ],
    [_("Ungleichheit (Gini)"), fixed(gini, 3), _("0: alle gleich groß; gegen 1: einer hat alles")],
    [_("Klassen A, B, C"), ["A", "B", "C"].map(inClass).join(" / "), _("Kunden je Klasse")],
  ];
}

function chartOf({ rows }) {
  const first = percent(rows[0].ends);
  const said = _("Pareto-Kurve über %(count)s Kunden. Der erste bringt %(first)s des Umsatzes.", {
    count: rows.length,
    first,
  });
  const columns = [
    [_("Kunde")],
    [_("Klasse")],
    [_("Umsatz"), true],
    [_("Anteil"), true],
    [_("kumuliert"), true],
  ];
  const cells = rows.map((row) => [
    row.name,
    row.class,
    write(row.revenue),
    percent(row.share),
    percent(row.ends),
  ]);
  return [
    figure(pareto(rows, said), _("Säulen: Anteil jedes Kunden. Linie: kumulierter Anteil.")),
    table(_("Kunden nach Umsatz"), columns, cells),
  ];
}

function stressOf(tested) {
  if (!tested) return [];
  const { before, after, breakEven, tolerable, bears, months, replacements } = tested;
  const said = bears
    ? _("Der Ausfall des größten Kunden wäre zu tragen, wenn sonst alles bleibt, wie es ist.")
    : _(
        "Der Ausfall des größten Kunden wäre nicht zu tragen: Gewinnen Sie zuerst Ersatz, oder senken Sie Fixkosten.",
      );
  const items = [
    [_("Ergebnis heute"), write(before, 0)],
    [_("Ergebnis ohne ihn"), write(after, 0), bears ? _("trägt") : _("trägt nicht")],
    [_("Gewinnschwelle"), write(breakEven, 0), _("Umsatz, bei dem das Ergebnis null ist")],
    [
      _("Verkraftbarer Ausfall"),
      write(tolerable, 0),
      tolerable < 0
        ? _("die Schwelle ist schon heute unterschritten")
        : _("Umsatz bis zur Gewinnschwelle"),
    ],
  ];
  if (!Number.isNaN(months))
    items.push([_("Liquide Mittel reichen"), _("%(months)s Monate", { months: write(months, 1) })]);
  if (!Number.isNaN(replacements))
    items.push([_("Neue Kunden als Ersatz"), write(replacements, 0), _("bei mittlerem Umsatz")]);
  return [make("p", {}, said), figures(items)];
}

// Only where the pasted table names a result of each customer.
function whaleOf(customers) {
  const results = customers.map(({ result }) => result);
  if (results.length < 2 || results.some(Number.isNaN)) return { peak: [], whale: [] };
  const { points, peak, hidden, inPercent } = whale(results);
  const unit = (value) => (inPercent ? percent(value, 0) : write(value, 0));
  const gained = inPercent
    ? _(
        "Die besten Kunden erwirtschaften %(peak)s des Ergebnisses; die übrigen zehren %(hidden)s wieder auf.",
        { peak: unit(peak), hidden: unit(hidden) },
      )
    : _("Die besten Kunden erwirtschaften %(peak)s; die übrigen zehren %(hidden)s wieder auf.", {
        peak: unit(peak),
        hidden: unit(hidden),
      });
  const said = hidden > 0 ? gained : _("Kein Kunde mindert das Ergebnis.");
  const cells = points.map((point, at) => [String(at + 1), unit(point)]);
  const columns = [[_("Kunden, die besten zuerst")], [_("kumuliert"), true]];
  return {
    peak: [said],
    whale: [
      figure(
        waves(points, said, unit),
        _("Kumuliertes Ergebnis, vom besten zum schwächsten Kunden."),
      ),
      table(_("Kumuliertes Ergebnis"), columns, cells),
    ],
  };
}

// Neither names nor amounts.
function anonymous({ rows, hhi, effective, largest }, tested) {
  const inClass = (name) => rows.filter((row) => row.class === name).length;
  return [
    _("Kundenkonzentration (ohne Namen und Beträge)"),
    _("%(count)s Kunden: A %(a)s, B %(b)s, C %(c)s", {
      count: rows.length,
      a: inClass("A"),
      b: inClass("B"),
      c: inClass("C"),
    }),
    _(
      "Anteil des größten Kunden %(largest)s, der drei größten %(three)s, der fünf größten %(five)s",
      { largest: percent(largest(1)), three: percent(largest(3)), five: percent(largest(5)) },
    ),
    _("HHI %(hhi)s, wirksame Kundenzahl %(effective)s", {
      hhi: fixed(hhi, 1),
      effective: fixed(effective, 2),
    }),
    ...(tested
      ? [
          tested.bears
            ? _("Ohne den größten Kunden: Ergebnis bleibt ohne Verlust")
            : _("Ohne den größten Kunden: Ergebnis rutscht ins Minus"),
        ]
      : []),
  ].join("\n");
}
