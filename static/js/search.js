// The search form: asks the index that the build has made, and lists what it finds. All words it
// shows come from the page. What is searched for stands in the fragment of the address, which never
// leaves the browser, so that going back finds the results again.

const MOST = 20;
const PAUSE = 250; // milliseconds without a key
const STEM = 4; // letters that all forms of a word begin with
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
  try {
    let found = [];
    let count = 0;
    for (const spelling of spellings(words)) {
      const { results } = await (await opened()).search(spelling);
      const best = await Promise.all(results.slice(0, MOST).map((result) => result.data()));
      found = best.filter((result) => isMeant(result, spelling));
      count = found.length < MOST ? found.length : results.length;
      if (count) break;
    }
    if (turn === asked) show(found, told(count));
  } catch {
    if (turn === asked) show([], status.dataset.failed);
  }
}

// As typed, then with what keyboards of other countries lack.
function spellings(words) {
  const umlauts = words.replace(/([aou])e/gi, "$1\u0308").normalize();
  return new Set([words, umlauts, umlauts.replaceAll("ss", "ß")]);
}

// For a word that stands nowhere the index takes away its end until something fits, if only one
// letter does, or the "gibt" of "gibtesnicht".
function isMeant({ meta, excerpt }, words) {
  const marks = pieces(excerpt).filter((piece) => piece instanceof Element);
  const found = plain([meta.title, ...marks.map((mark) => mark.textContent)].join(" "));
  return plain(words).split(/\s+/).some((word) => found.includes(beginning(word)));
}

function beginning(word) {
  return word.slice(0, Math.max(STEM, Math.ceil(word.length * SHARE)));
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
