// HTML from a clipboard as Markdown in our dialect. Knows what Word, Outlook, Excel, Google Docs and
// LibreOffice put there. Asks nothing of the document but nodeType, nodeName, childNodes,
// getAttribute and textContent, so that Node can test it.

const BLOCKS = new Set(
  ("ADDRESS ARTICLE ASIDE BLOCKQUOTE BODY CAPTION CENTER DD DIV DL DT FIELDSET FIGCAPTION FIGURE FOOTER " +
    "FORM H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN NAV P SECTION TBODY TD TFOOT TH THEAD TR").split(" "),
);
const UNSEEN = new Set("BUTTON HEAD LINK META NOSCRIPT OBJECT SCRIPT STYLE SVG TEMPLATE TITLE XML".split(" "));
const TAGS = {
  B: "strong", STRONG: "strong", I: "em", EM: "em", CITE: "em", DFN: "em", VAR: "em",
  S: "strike", STRIKE: "strike", DEL: "strike", CODE: "code", KBD: "code", SAMP: "code", TT: "code",
};
const FORMATS = ["href", "strong", "em", "strike", "code"];
const SIGNS = { strong: "**", em: "*", strike: "~~", code: "`" };
const RAISED = { 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
const LOWERED = { 0: "₀", 1: "₁", 2: "₂", 3: "₃", 4: "₄", 5: "₅", 6: "₆", 7: "₇", 8: "₈", 9: "₉" };
const DEEPEST = 4; // level of headings

const NUMBER = /^[-–−+]?\d[\d.,\s]*(?:%|‰|€|EUR|(?:Tsd|Mio|Mrd)\. ?€)?$/;
const INVISIBLE = /[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc\ufffe\uffff\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;
const LINE_END = /\r\n?|[\u000b\u0085\u2028\u2029]/g;
const BULLET = /^[•·▪◦‣●○■\uf0b7\uf0a7]\s+/;
const COUNTED = /^\(?(?:\d+|[a-z]|[ivxlcdm]+)(?:\.\d+)*[.)]$/i;
const NOTE = /#(?:_?(?:ftn|edn|ftnt)|sd(?:foot|end)note)(\d+)(?:sym)?$/;
const BACK = /#(?:_?(?:ftn|edn|ftnt_)ref(\d+)|sd(?:foot|end)note(\d+)anc)$/;

// Returns the Markdown; how many images were left out; and whether it says no more than the plain
// text. `firstNote` is the number of the first footnote, as the text may already have some.
export function convert(root, { firstNote = 1 } = {}) {
  const reader = new Reader();
  reader.walk(root, { kind: { type: "p" }, format: {}, quote: 0, lists: [] });
  reader.flush({ kind: { type: "p" }, quote: 0 });
  const blocks = reader.blocks;
  const isPlain =
    root.textContent.search(INVISIBLE) < 0 && blocks.length <= 1 && blocks.every(({ kind, runs }) => kind.type === "pre" || (kind.type === "p" && isBare(runs)));
  return { markdown: written(blocks, firstNote), images: reader.images, isPlain };
}

// Plain text without what nobody sees.
export function visible(text) {
  return text.replace(LINE_END, "\n").replace(INVISIBLE, "");
}

// The page's policy allows no inline style, and a parser would report each that it meets.
export function withoutStyles(html) {
  const tags = /<[a-z](?:"[^"]*"|'[^']*'|[^"'>])*>/gi;
  return html.replace(/<style[^]*?<\/style>/gi, "").replace(tags, (tag) => tag.replace(/(\s)style(?=\s*=)/gi, "$1data-style"));
}

// What goes into a text at a place: what consists of blocks stands alone, between empty lines.
export function fitted(markdown, before, after) {
  if (!markdown.includes("\n\n") && !/^(?:[#>|-]|\d+\.|```|\/\/\/)/.test(markdown)) return markdown;
  const above = !before.trim() || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const below = after.startsWith("\n\n") ? "" : after.startsWith("\n") || !after.trim() ? "\n" : "\n\n";
  return above + markdown + below;
}

class Reader {
  blocks = [];
  images = 0;
  runs = [];
  marker = ""; // of a list paragraph of Word
  note = ""; // number of the footnote that is explained here

  walk(node, context) {
    if (node.nodeType === 3) this.runs.push({ ...context.format, text: node.textContent });
    else if (node.nodeType === 1 || node.nodeType === 9 || node.nodeType === 11) this.element(node, context);
  }

  element(node, context) {
    const name = node.nodeName.toUpperCase();
    if (UNSEEN.has(name) || isHidden(node, name)) return;
    if (name === "BR") this.runs.push({ isBreak: true });
    else if (name === "IMG") this.images += 1;
    else if (isMarker(node)) this.marker = node.textContent.replace(/\s+/g, " ").trim();
    else if (name === "A" && this.isNote(node)) return;
    else if (name === "PRE") this.verbatim(node, context);
    else if (name === "TABLE") this.table(node, context);
    else if (name === "UL" || name === "OL") this.list(node, name, context);
    else if (BLOCKS.has(name)) this.block(node, name, context);
    else this.children(node, { ...context, format: formatted(node, name, context.format) });
  }

  children(node, context) {
    for (const child of node.childNodes) this.walk(child, context);
  }

  block(node, name, context) {
    this.flush(context);
    const inner = { ...context, ...kindOf(node, name, context), format: formatted(node, name, context.format) };
    this.children(node, inner);
    this.flush(inner);
  }

  list(node, name, context) {
    this.flush(context);
    const list = { ordered: name === "OL", start: Number(node.getAttribute("start")) || 1 };
    this.children(node, { ...context, lists: [...context.lists, list] });
  }

  verbatim(node, context) {
    this.flush(context);
    const text = node.textContent.replace(INVISIBLE, "").replace(/^\n|\s+$/g, "");
    if (text) this.blocks.push({ kind: { type: "pre" }, quote: context.quote, text, runs: [] });
  }

  table(node, context) {
    this.flush(context);
    const rows = found(node, "TR").map((row) => [...row.childNodes].filter((cell) => /^T[DH]$/i.test(cell.nodeName)));
    const isGrid = Math.max(0, ...rows.map((row) => row.length)) > 1;
    if (!isGrid || found(node, "TABLE").length || rows.flat().some(hasHeading)) {
      this.children(node, context); // made for looks, or a single cell
      this.flush(context);
      return;
    }
    for (const caption of found(node, "CAPTION")) this.element(caption, context);
    const cells = rows.map((row) => row.flatMap((cell) => this.cell(cell, context)));
    this.blocks.push({ kind: { type: "table" }, quote: context.quote, rows: cells, runs: [] });
  }

  cell(node, context) {
    const inside = new Reader();
    inside.element(node, { kind: { type: "p" }, format: context.format, quote: 0, lists: [] });
    this.images += inside.images;
    const align = alignment(node) || alignment(found(node, "P")[0]) || "";
    const runs = inside.blocks.flatMap((block, index) => (index ? [{ text: " " }, ...block.runs] : block.runs));
    const others = Math.min(Number(node.getAttribute("colspan")) || 1, 50) - 1;
    return [{ runs, align }, ...Array.from({ length: others }, () => ({ runs: [], align: "" }))];
  }

  // Footnotes are numbers in the text, and explained at its end by what leads back to them.
  isNote(node) {
    const href = node.getAttribute("href") ?? "";
    const back = BACK.exec(href);
    if (back) this.note = back[1] ?? back[2];
    else if (NOTE.test(href)) this.runs.push({ note: NOTE.exec(href)[1] });
    else return false;
    return true;
  }

  // Ends a block: what was gathered since the last belongs to the given context.
  flush({ kind, quote = 0 }) {
    const gathered = paragraphs(this.runs);
    const { marker, note } = this;
    this.runs = [];
    if (!gathered.length) return;
    this.marker = this.note = "";
    for (const runs of gathered) {
      if (note) this.blocks.push({ kind: { type: "note", note }, quote: 0, runs });
      else this.blocks.push(finished({ kind, quote, runs }, marker));
    }
  }
}

function finished(block, marker) {
  const { kind, runs } = block;
  if (kind.type === "li" && kind.item) {
    const isMore = kind.item.isBegun;
    kind.item.isBegun = true;
    return { ...block, kind: isMore ? { ...kind, type: "more" } : kind };
  }
  if (kind.type === "li") {
    const ordered = COUNTED.test(marker);
    return { ...block, kind: { ...kind, ordered, start: ordered ? Number.parseInt(marker, 10) || 1 : 1 } };
  }
  if (kind.type === "h" && marker) return { ...block, runs: [{ text: `${marker} ` }, ...runs] };
  if (kind.type === "p" && BULLET.test(runs[0].text ?? "")) {
    const rest = [{ ...runs[0], text: runs[0].text.replace(BULLET, "") }, ...runs.slice(1)];
    return { ...block, kind: { type: "li", level: 0, ordered: false }, runs: rest };
  }
  return block;
}

function kindOf(node, name, { kind, quote, lists }) {
  const classes = node.getAttribute("class") ?? "";
  const heading = /^H([1-6])$/.exec(name)?.[1] ?? (node.getAttribute("role") === "heading" && node.getAttribute("aria-level"));
  if (heading) return { kind: { type: "h", level: Number(heading) } };
  if (/\bMsoTitle\b/.test(classes)) return { kind: { type: "h", level: 1 } };
  if (name === "LI") {
    const box = node.getAttribute("role") === "checkbox" ? node.getAttribute("aria-checked") === "true" : null;
    const list = lists.at(-1) ?? { ordered: false, start: 1 };
    return { kind: { type: "li", level: Math.max(lists.length - 1, 0), ...list, box, item: { isBegun: false } } };
  }
  const level = /\bmso-list:\s*(?!ignore|none|skip)\S+\s+level(\d)/i.exec(styleOf(node));
  if (level && kind.type !== "li") return { kind: { type: "li", level: Number(level[1]) - 1 } };
  if (name === "BLOCKQUOTE" || /\bMso(?:Intense)?Quote\b/.test(classes)) return { quote: quote + 1 };
  if (name === "DT") return { kind: { type: "dt" } };
  if (name === "DD") return { kind: { type: "dd" } };
  return {};
}

function formatted(node, name, format) {
  const own = {};
  if (TAGS[name]) own[TAGS[name]] = true;
  const weight = css(node, "font-weight");
  if (weight) own.strong = /^(?:bold|bolder|[6-9]00)$/.test(weight);
  const slant = css(node, "font-style");
  if (slant) own.em = slant === "italic" || slant === "oblique";
  if (/line-through/.test(css(node, "text-decoration") || css(node, "text-decoration-line"))) own.strike = true;
  const height = css(node, "vertical-align");
  if (name === "SUP" || height === "super") own.digits = RAISED;
  if (name === "SUB" || height === "sub") own.digits = LOWERED;
  const href = name === "A" ? target(node.getAttribute("href") ?? "") : "";
  if (href) own.href = href;
  return { ...format, ...own };
}

function isHidden(node, name) {
  const style = styleOf(node);
  const classes = node.getAttribute?.("class") ?? "";
  return (
    /display:\s*none|visibility:\s*hidden|mso-hide:\s*all|mso-element:\s*comment/i.test(style) ||
    /\b(?:MsoToc\d|MsoTocHeading|MsoCommentReference|msocomanchor)\b/i.test(classes) ||
    (name === "DEL" && Boolean(node.getAttribute("cite") || node.getAttribute("datetime")))
  );
}

function isMarker(node) {
  return /mso-list:\s*ignore/i.test(styleOf(node));
}

function styleOf(node) {
  return node.getAttribute?.("data-style") ?? "";
}

function css(node, property) {
  const found = new RegExp(`(?:^|;)\\s*${property}\\s*:\\s*([^;]+)`, "i").exec(styleOf(node));
  return found ? found[1].trim().toLowerCase() : "";
}

function alignment(node) {
  return node ? css(node, "text-align") || (node.getAttribute("align") ?? "").toLowerCase() : "";
}

function found(node, name) {
  return [...node.childNodes].flatMap((child) => {
    const below = child.childNodes ? found(child, name) : [];
    return child.nodeName.toUpperCase() === name ? [child, ...below] : below;
  });
}

function hasHeading(cell) {
  return [...cell.childNodes].some((child) => /^H[1-6]$/i.test(child.nodeName));
}

// Where a link leads, without the detour that Outlook and Google take to see who follows it.
function target(href) {
  let url;
  try {
    url = new URL(href);
  } catch {
    return "";
  }
  if (!/^(?:https?|mailto|tel):$/.test(url.protocol)) return "";
  const detour = url.hostname.endsWith(".safelinks.protection.outlook.com") ? "url" : "";
  const asked = detour || (/^(?:www\.)?google\.[a-z.]+$/.test(url.hostname) && url.pathname === "/url" ? "q" : "");
  const real = (asked && url.searchParams.get(asked)) || href.trim();
  return real.replace(/[\s()<>]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}

// Cuts runs at empty lines, and tidies each part: white space counts once, equal neighbours are one.
function paragraphs(runs) {
  const parts = [[]];
  for (const [index, run] of runs.entries()) {
    const isSecond = run.isBreak && before(runs, index)?.isBreak;
    if (isSecond) parts.push([]);
    else parts.at(-1).push(run);
  }
  return parts.map(tidied).filter((part) => part.length);
}

function before(runs, index) {
  do index -= 1;
  while (index >= 0 && runs[index].text !== undefined && !runs[index].text.trim());
  return runs[index];
}

function tidied(runs) {
  const kept = [];
  for (const run of runs) {
    const { digits, ...rest } = run;
    if (run.text === undefined) {
      trimEnd(kept);
      kept.push(rest);
      continue;
    }
    let text = run.text.replace(INVISIBLE, "").replace(/\s+/g, " ");
    if (digits && [...text].every((sign) => sign in digits)) text = [...text].map((sign) => digits[sign]).join("");
    const last = kept.at(-1);
    if (!last || last.isBreak || last.text?.endsWith(" ")) text = text.trimStart();
    if (!text) continue;
    if (last?.text !== undefined && FORMATS.every((format) => same(last[format], rest[format]))) last.text += text;
    else kept.push({ ...rest, text });
  }
  while (kept.at(-1)?.isBreak) kept.pop();
  while (kept[0]?.isBreak) kept.shift();
  trimEnd(kept);
  while (kept.at(-1)?.isBreak) kept.pop();
  return spaced(kept);
}

function trimEnd(runs) {
  const last = runs.at(-1);
  if (last?.text === undefined) return;
  last.text = last.text.trimEnd();
  if (!last.text) runs.pop();
}

// A space between two bold words is bold.
function spaced(runs) {
  return runs.map((run, index) => {
    const [left, right] = [runs[index - 1], runs[index + 1]];
    if (run.text !== " " || !left || !right) return run;
    const shared = FORMATS.filter((format) => left[format] && same(left[format], right[format]));
    return { text: " ", ...Object.fromEntries(shared.map((format) => [format, left[format]])) };
  });
}

function same(one, other) {
  return (one || "") === (other || "");
}

function isBare(runs) {
  return runs.every((run) => run.text !== undefined && !FORMATS.some((format) => run[format]));
}

function written(blocks, firstNote) {
  const explained = [...new Set(blocks.filter(({ kind }) => kind.type === "note").map(({ kind }) => kind.note))];
  const numbers = new Map(explained.map((note, index) => [note, firstNote + index]));
  const levels = blocks.filter(({ kind }) => kind.type === "h").map(({ kind }) => kind.level);
  const top = Math.min(...levels);
  const counts = [];
  let text = "";
  let last = null;
  for (const block of [...blocks.filter(isNoNote), ...blocks.filter((one) => !isNoNote(one))]) {
    const rows = lines(block, { numbers, top, counts, last }).map((row) => ("> ".repeat(block.quote) + row).trimEnd());
    if (text) text += gap(last, block);
    text += rows.join("\n");
    last = block;
  }
  return text;
}

function isNoNote({ kind }) {
  return kind.type !== "note";
}

function gap(last, { kind, quote }) {
  const isTight = (kind.type === "li" && last.kind.type === "li" && (kind.level || last.kind.level || kind.ordered === last.kind.ordered))
    || (kind.type === "dd" && last.kind.type === "dt");
  const between = Math.min(quote, last.quote);
  return isTight && quote === last.quote ? "\n" : `\n${"> ".repeat(between).trimEnd()}\n`;
}

function lines({ kind, runs, rows, text }, state) {
  switch (kind.type) {
    case "h":
      return [`${"#".repeat(Math.min(kind.level - state.top + 2, DEEPEST))} ${flat(runs, state.numbers)}`];
    case "li":
      return item(kind, runs, state);
    case "more":
      return indented(inline(runs, state.numbers), state.counts.length);
    case "note":
      return [`[^${state.numbers.get(kind.note)}]: ${flat(runs, state.numbers, false)}`];
    case "dd":
      return [`:   ${flat(runs, state.numbers, false)}`];
    case "pre":
      return ["```", ...text.split("\n"), "```"];
    case "table":
      return grid(rows, state.numbers);
    default:
      return begun(inline(runs, state.numbers)).split("\n");
  }
}

function item(kind, runs, { numbers, counts, last }) {
  const isNew = !last || !["li", "more"].includes(last.kind.type);
  if (isNew) counts.length = 0;
  const level = Math.min(kind.level, counts.length);
  counts.length = Math.min(counts.length, level + 1);
  const own = (counts[level] ??= { next: kind.start ?? 1, ordered: kind.ordered });
  if (own.ordered !== kind.ordered) Object.assign(own, { next: kind.start ?? 1, ordered: kind.ordered });
  const sign = kind.ordered ? `${own.next++}. ` : "- ";
  const box = typeof kind.box === "boolean" ? (kind.box ? "[x] " : "[ ] ") : "";
  const [first, ...rest] = inline(runs, numbers).split("\n");
  return [" ".repeat(4 * level) + sign + box + first, ...rest.map((row) => " ".repeat(4 * (level + 1)) + row)];
}

function indented(text, depth) {
  return text.split("\n").map((row) => " ".repeat(4 * depth) + row);
}

function grid(rows, numbers) {
  const width = Math.max(...rows.map((row) => row.length));
  const texts = rows.map((row) =>
    Array.from({ length: width }, (_, column) => (row[column] ? flat(row[column].runs, numbers, false).replace(/\|/g, "\\|") : "")),
  );
  const kept = texts.map((row, index) => [row, rows[index]]).filter(([row]) => row.some(Boolean));
  if (kept.length < 2) return [kept.map(([row]) => row.filter(Boolean).join(" | ")).join("")];
  kept[0][0] = kept[0][0].map((head) => head.replace(/^\*\*(.*)\*\*$/, "$1"));
  const signs = Array.from({ length: width }, (_, column) => {
    const body = kept.slice(1).filter(([row]) => row[column]);
    const aligned = (side) => body.length > 0 && body.every(([, cells]) => cells[column]?.align === side);
    if (aligned("right") || (body.length > 0 && body.every(([row]) => NUMBER.test(row[column])))) return "---:";
    return aligned("center") ? ":---:" : "---";
  });
  const [head, ...body] = kept.map(([row]) => `| ${row.join(" | ")} |`);
  return [head, `|${signs.join("|")}|`, ...body];
}

// On one line; headings carry no emphasis of their own.
function flat(runs, numbers, isHeading = true) {
  const plain = runs.map((run) => (run.isBreak ? { text: " " } : isHeading ? { ...run, strong: false, em: false } : run));
  return inline(tidied(plain), numbers);
}

function inline(runs, numbers, [format, ...rest] = FORMATS) {
  if (!format) return runs.map((run) => leaf(run, numbers)).join("");
  const groups = [];
  for (const run of runs) {
    const value = run[format] || "";
    if (groups.length && groups.at(-1).value === value) groups.at(-1).runs.push(run);
    else groups.push({ value, runs: [run] });
  }
  return groups.map((group) => wrapped(format, group.value, inline(group.runs, numbers, rest))).join("");
}

function wrapped(format, value, text) {
  const [, before, core, after] = /^(\s*)([^]*?)((?:\s|\\\n)*)$/.exec(text);
  if (!value || !core) return text;
  if (format !== "href") return before + SIGNS[format] + core + SIGNS[format] + after;
  return before + (core === value ? value : `[${core}](${value})`) + after;
}

function leaf(run, numbers) {
  if (run.isBreak) return "\\\n";
  if (run.note !== undefined) return numbers.has(run.note) ? `[^${numbers.get(run.note)}]` : "";
  if (run.code || run.text === run.href) return run.text;
  return escaped(run.text);
}

// Only what would be read as a sign. The rest stays as people would type it.
function escaped(text) {
  return text
    .replace(/\\(?=[\\`*_{}[\]()#+.!~|>-])/g, "\\\\")
    .replace(/`/g, "\\`")
    .replace(/\*(?=\S)|(?<=\S)\*/g, "\\*")
    .replace(/(?<![\p{L}\p{N}])_(?=[\p{L}\p{N}])|(?<=[\p{L}\p{N}])_(?![\p{L}\p{N}])/gu, "\\_")
    .replace(/\[(?=\^|[^\]]*\][([])/g, "\\[")
    .replace(/~~/g, "\\~~");
}

function begun(text) {
  return text.replace(/^(?=#{1,6}\s|>|\/\/\/|~~~)/, "\\").replace(/^:(?=\s{3})/, "\\:");
}
