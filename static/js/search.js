// The search form: asks the index that the build has made, and lists what it finds. All words it
// shows come from the page. What is searched for stands in the fragment of the address, which never
// leaves the browser, so that going back finds the results again.

const MOST = 20;
const PAUSE = 250; // milliseconds without a key
const PATIENCE = 1000; // milliseconds without an answer
const STEM = 4; // letters that all forms of a word begin with
const ENDING = 2;
const MOST_SLIPS = 2;
const LETTERS_PER_SLIP = 5;
const LETTERS = /[\p{L}\p{N}]+/gu;
const SHARE = 0.4; // of a long word: "Interimsmanager" is about "Interim"

const form = document.getElementById("suche");
const input = form.elements.begriff;
const status = form.querySelector("[role=status]");
const list = form.querySelector("ol");
const entry = form.querySelector("template").content.firstElementChild;

let index; // promised once somebody begins to type
let asked = 0; // an answer that has been overtaken is not shown
let timer;

form.hidden = false;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
input.addEventListener("focus", opened, { once: true });
input.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(search, PAUSE);
});
takeFromAddress();
addEventListener("hashchange", takeFromAddress);

function takeFromAddress() {
  const words = fromFragment();
  if (!words || words === input.value.trim()) return;
  input.value = words;
  search();
}

function fromFragment() {
  try {
    return decodeURIComponent(location.hash.slice(1)).trim();
  } catch {
    return "";
  }
}

function opened() {
  index ??= open().catch((error) => {
    index = undefined;
    throw error;
  });
  index.catch(() => {}); // told when somebody searches
  return index;
}

async function open() {
  const { index, parts, root: baseUrl } = form.dataset;
  const pagefind = await import(`${index}0/pagefind.js`);
  await pagefind.options({ baseUrl });
  await pagefind.init();
  const others = Array.from({ length: parts - 1 }, (_, before) => `${index}${before + 1}/`);
  await Promise.all(others.map((part) => pagefind.mergeIndex(part, { baseUrl })));
  return pagefind;
}

async function search() {
  clearTimeout(timer);
  const turn = ++asked;
  const words = input.value.trim();
  history.replaceState(history.state, "", words ? `#${encodeURIComponent(words)}` : location.pathname);
  if (!words) return show([], "");
  const waiting = setTimeout(() => turn === asked && show([], status.dataset.busy), PATIENCE);
  try {
    const [found, told] = await answer(words);
    if (turn === asked) show(found, told);
  } catch {
    if (turn === asked) show([], status.dataset.failed);
  } finally {
    clearTimeout(waiting);
  }
}

// What is found, and what is said of it. Where the words are nowhere, of those that they resemble;
// where they are on no page together, of some of them.
async function answer(words) {
  const [found, count, spelling] = await hits(words);
  if (areThere(spelling, found)) return [found, told(count)];
  const meant = await corrected(words);
  const [better, number] = await hits(meant);
  if (meant !== words && number) {
    const news = { "[typed]": words, "[meant]": meant };
    const said = status.dataset.meant.replace(/\[\w+\]/g, (name) => news[name]);
    return [better, `${said} ${told(number)}`];
  }
  if (count) return [found, told(count)];
  const some = await withMost(meant.match(LETTERS) ?? []);
  return [some, some.length ? `${status.dataset.some} ${told(some.length)}` : told(0)];
}

// The pages with most of the words, which count double in a title; with rare words first.
async function withMost(words) {
  const lists = [];
  for (const word of words.length > 1 ? words : []) lists.push([word, ...(await hits(word))]);
  lists.sort(([, , one], [, , other]) => one - other);
  const pages = new Map();
  for (const [word, found, count] of lists) {
    for (const page of found) {
      const inTitle = plain(page.meta.title).includes(beginning(plain(word)));
      const { page: shown, weight } = pages.get(page.url) ?? { page, weight: 0 };
      pages.set(page.url, { page: shown, weight: weight + 1 + inTitle + 1 / count });
    }
  }
  const ranked = [...pages.values()].sort((one, other) => other.weight - one.weight);
  const near = ranked.filter(({ weight }) => weight > ranked[0].weight / 2);
  return near.slice(0, MOST).map(({ page }) => page);
}

async function hits(words) {
  for (const spelling of spellings(words)) {
    const results = await matches(spelling);
    const found = (await contents(results)).filter((result) => isMeant(result, spelling));
    const count = found.length < MOST ? found.length : results.length;
    if (count) return [found, count, spelling];
  }
  return [[], 0, words];
}

async function matches(words) {
  return (await (await opened()).search(words)).results;
}

// Copies, because the index changes what it has given when the next word is searched for.
function contents(results) {
  const best = results.slice(0, MOST);
  return Promise.all(best.map(async (result) => ({ ...(await result.data()) })));
}

// As typed, then with what keyboards of other countries lack.
function spellings(words) {
  const umlauts = words.replace(/([aou])e/gi, "$1\u0308").normalize();
  return new Set([words, umlauts, umlauts.replaceAll("ss", "ß")]);
}

// For a word that stands nowhere the index takes away its end until something fits, if only one
// letter does, or the "gibt" of "gibtesnicht".
function isMeant(result, words) {
  const found = shownWords(result).join(" ");
  return split(words).some((word) => found.includes(beginning(word)));
}

function beginning(word) {
  return word.slice(0, Math.max(STEM, Math.ceil(word.length * SHARE)));
}

// Whether every word is there, but for its ending, or begins a longer one, or the other way round.
function areThere(words, found) {
  const there = found.flatMap(shownWords);
  const fits = (one, other) => begins(one, other) || begins(other, one);
  return split(words).every((word) => word.length < STEM || there.some((one) => fits(one, word)));
}

function begins(one, other) {
  const all = Math.abs(one.length - other.length) > ENDING;
  return one.length >= STEM && other.startsWith(all ? one : one.slice(0, -ENDING));
}

function shownWords({ meta, excerpt }) {
  const marks = pieces(excerpt).filter((piece) => piece instanceof Element);
  return split([meta.title, ...marks.map((mark) => mark.textContent)].join(" "));
}

async function corrected(words) {
  const others = words.split(/\s+/).map((word) => (word.length < STEM ? word : resembling(word)));
  return (await Promise.all(others)).join(" ");
}

// The word of a page that differs by the fewest slips, or the word as it is.
async function resembling(word) {
  const typed = plain(word);
  for (const start of [typed.slice(0, 3), typed[0]]) {
    let nearest;
    let least = Math.min(MOST_SLIPS, Math.floor(typed.length / LETTERS_PER_SLIP)) + 1;
    const texts = (await contents(await matches(start))).map(({ content }) => content);
    for (const other of new Set(texts.join(" ").match(LETTERS))) {
      const count = slips(typed, plain(other), least);
      if (count < least) [nearest, least] = [other, count];
    }
    if (nearest) return least ? nearest : word;
  }
  return word;
}

// Letters missing, added, mistaken or changed over (Damerau and Levenshtein), at most so many.
function slips(one, other, most) {
  if (Math.abs(one.length - other.length) >= most) return most;
  const rows = [Array.from({ length: other.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= one.length; i++) {
    rows[i] = [i];
    for (let j = 1; j <= other.length; j++) {
      const mistaken = rows[i - 1][j - 1] + (one[i - 1] !== other[j - 1]);
      const turned = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      rows[i][j] = Math.min(mistaken, rows[i - 1][j] + 1, rows[i][j - 1] + 1);
      if (turned) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[one.length][other.length];
}

function split(words) {
  return plain(words).match(LETTERS) ?? [];
}

function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function told(count) {
  const { none, one, many, more } = status.dataset;
  if (count === 0) return none;
  if (count === 1) return one;
  return count > MOST ? more.replace("#", MOST) : many.replace("#", count);
}

function show(found, words) {
  status.textContent = words;
  list.replaceChildren(...found.map(shown));
}

function shown({ url, meta, excerpt }) {
  const item = entry.cloneNode(true);
  const link = item.querySelector("a");
  link.href = url;
  link.textContent = meta.title;
  item.querySelector("p").append("… ", ...pieces(excerpt), " …");
  return item;
}

// The index gives HTML; only its text and its marks are taken.
function pieces(html) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  return [...body.childNodes].map((node) => {
    if (node.nodeName !== "MARK") return node.textContent;
    const mark = document.createElement("mark");
    mark.textContent = node.textContent;
    return mark;
  });
}
