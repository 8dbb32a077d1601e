// What the buttons above the text do, as functions of the text and its selection. Each returns one
// edit: which part of the text is replaced by what, and what is selected then.

const NUMBERED = /^(\s*)(\d+)\. /;
const PREFIX = { bullets: /^(\s*)- (?:\[[ x]\] )?/, numbers: NUMBERED, quote: /^()> ?/ };
const ITEM = /^ *(?:[-*+] |\d+\. )/;
const INDENT = 4; // spaces: one level of a list
const HEADING = /^#{1,6} +/;

export function bold(state) {
  return around(state, "**", "fetter Text");
}

export function italic(state) {
  return around(state, "*", "kursiver Text");
}

export function heading(state) {
  return headed(state, "## ");
}

export function subheading(state) {
  return headed(state, "### ");
}

export function bullets(state) {
  return listed(state, "bullets", () => "- ");
}

export function numbers(state) {
  return listed(state, "numbers", (index) => `${index + 1}. `);
}

export function quote(state) {
  return listed(state, "quote", () => "> ");
}

// Puts items of a list below the one above them; the first of a list has none.
export function indent(state) {
  const { from, lines } = rows(state);
  const above = state.value.slice(0, from).trimEnd().split("\n").at(-1);
  const isBelow = (ITEM.test(above) || depth(above) >= INDENT) && depth(lines[0]) <= depth(above);
  if (!ITEM.test(lines[0]) || !isBelow) return unchanged(state);
  let count = 0;
  return moved(state, (line) => line && " ".repeat(INDENT) + line.replace(NUMBERED, (_, space) => `${space}${++count}. `));
}

export function outdent(state) {
  if (!ITEM.test(rows(state).lines[0])) return unchanged(state);
  return moved(state, (line) => line.slice(Math.min(depth(line), INDENT)));
}

export function link(state, text, target) {
  const [, before, core, after] = parts(state);
  const words = text || core || target;
  return replaced(state, `${before}[${words.replace(/([[\]])/g, "\\$1")}](${target})${after}`);
}

export function image(state, alt, target) {
  const words = alt.replace(/\s+/g, " ").replace(/([[\]])/g, "\\$1");
  return block(state, "", `![${words}](${/\s/.test(target) ? `<${target}>` : target})`, "");
}

export function box(state, name, title = "") {
  const head = `/// ${name}${title ? ` | ${title}` : ""}\n`;
  const sample = { checkliste: "- Erster Schritt\n- Zweiter Schritt", ablauf: "1. **Erster Schritt.** Was geschieht.\n2. **Zweiter Schritt.** Was dann geschieht.", fragen: "### Eine Frage?\n\nDie Antwort darauf." };
  return block(state, head, chosen(state) || sample[name] || "Text des Kastens", "\n///");
}

export function table(state, columns, rows) {
  const row = (cell) => `| ${Array.from({ length: columns }, cell).join(" | ")} |`;
  const head = row((_, index) => `Spalte ${index + 1}`);
  const body = Array.from({ length: rows }, () => row(() => "  "));
  return block(state, "", [head, `|${"---|".repeat(columns)}`, ...body].join("\n"), "");
}

export function footnote(state, text) {
  const { value, start } = state;
  const end = start + chosen(state).trimEnd().length;
  const number = nextNote(value);
  const sign = `[^${number}]`;
  const rest = value.slice(end).trimEnd();
  const above = /\n\[\^[^\]]+\]:[^\n]*$/.test(value.slice(0, end) + rest) ? "\n" : "\n\n";
  const place = end + sign.length;
  return { from: end, to: value.length, text: `${sign}${rest}${above}${sign}: ${text}\n`, select: [place, place] };
}

export function nextNote(value) {
  const numbers = [...value.matchAll(/\[\^(\d+)\]/g)].map(([, number]) => Number(number));
  return Math.max(0, ...numbers) + 1;
}

// The Enter key within a list goes on with it; in an empty item it ends the list.
export function continued({ value, start, end }) {
  if (start !== end) return null;
  const from = value.lastIndexOf("\n", start - 1) + 1;
  const line = value.slice(from, start);
  const found = /^(\s*)(- (?:\[[ x]\] )?|\d+\. |> )/.exec(line);
  if (!found) return null;
  const [whole, indent, sign] = found;
  if (line === whole) return { from, to: start, text: "", select: [from, from] };
  const number = Number.parseInt(sign, 10);
  const next = Number.isNaN(number) ? sign.replace("[x]", "[ ]") : `${number + 1}. `;
  const place = start + 1 + indent.length + next.length;
  return { from: start, to: start, text: `\n${indent}${next}`, select: [place, place] };
}

function chosen({ value, start, end }) {
  return value.slice(start, end);
}

// What is selected, and the white space around it: a double click takes some along.
function parts(state) {
  return /^(\s*)([^]*?)(\s*)$/.exec(chosen(state));
}

function replaced({ start, end }, text) {
  return { from: start, to: end, text, select: [start + text.length, start + text.length] };
}

// Puts signs around what is selected, or takes them away.
function around(state, sign, sample) {
  const { value, start, end } = state;
  const length = sign.length;
  const isInside = value.slice(start - length, start) === sign && value.slice(end, end + length) === sign;
  const isDouble = sign === "*" && value.slice(start - 2, start) === "**" && value.slice(start - 3, start) !== "***";
  if (isInside && !isDouble && start !== end) {
    return { from: start - length, to: end + length, text: chosen(state), select: [start - length, end - length] };
  }
  const [, before, core, after] = parts(state);
  const words = core || sample;
  const place = start + before.length + length;
  return { from: start, to: end, text: before + sign + words + sign + after, select: [place, place + words.length] };
}

// The lines that are selected, wholly.
function rows({ value, start, end }) {
  const from = value.lastIndexOf("\n", start - 1) + 1;
  const last = value.indexOf("\n", end > start && value[end - 1] === "\n" ? end - 1 : end);
  const to = last < 0 ? value.length : last;
  return { from, to, lines: value.slice(from, to).split("\n") };
}

function depth(line) {
  return /^ */.exec(line)[0].length;
}

function unchanged({ start, end }) {
  return { from: end, to: end, text: "", select: [start, end] };
}

// Changes how far the lines are from the left; the caret stays where it is in its own.
function moved(state, change) {
  const { from, to, lines } = rows(state);
  const text = lines.map(change).join("\n");
  const place = Math.max(from, state.end + text.length - (to - from));
  return { from, to, text, select: [state.start === state.end ? place : from, state.start === state.end ? place : from + text.length] };
}

function headed(state, sign) {
  const { from, to, lines } = rows(state);
  const isSet = lines[0].startsWith(sign);
  const words = lines[0].replace(HEADING, "") || "Überschrift";
  const text = [isSet ? words : sign + words, ...lines.slice(1)].join("\n");
  const place = from + (isSet ? 0 : sign.length);
  return { from, to, text, select: [place, place + words.length] };
}

function listed(state, kind, signOf) {
  const { from, to, lines } = rows(state);
  const isSet = lines.every((line) => !line.trim() || PREFIX[kind].test(line));
  const hasText = lines.some((line) => line.trim());
  let count = 0;
  const changed = lines.map((line) => {
    if (!line.trim() && hasText) return kind === "quote" && !isSet ? ">" : line;
    if (isSet && hasText) return line.replace(PREFIX[kind], "$1");
    const bare = kind === "quote" ? line : line.replace(PREFIX.bullets, "$1").replace(PREFIX.numbers, "$1");
    const indent = /^\s*/.exec(bare)[0];
    return (kind === "quote" ? "" : indent) + signOf(count++) + (kind === "quote" ? bare : bare.slice(indent.length));
  });
  const text = changed.join("\n");
  const isOne = lines.length === 1;
  return { from, to, text, select: [isOne ? from + text.length : from, from + text.length] };
}

// A block of its own, between empty lines.
function block({ value, start, end }, head, body, foot) {
  const before = value.slice(0, start);
  const after = value.slice(end);
  const above = !before.trim() || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const below = after.startsWith("\n\n") ? "" : after.startsWith("\n") || !after ? "\n" : "\n\n";
  const place = start + above.length + head.length;
  return { from: start, to: end, text: above + head + body + foot + below, select: [place, place + body.length] };
}
