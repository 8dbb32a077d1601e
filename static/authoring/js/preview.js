// Shows what has been saved without being asked: takes the page anew from the preview and changes
// only what differs, so that scroll position, focus and open parts stay as they are.

const RETRY = 1000; // milliseconds, where the browser does not connect again by itself
const PATIENCE = 2000; // milliseconds that a style sheet may take
const OPEN = "redaktion-offen";
const PLACE = "redaktion-stelle";

const page = () => document.querySelector("meta[name=vorschau]");
const panel = () => document.querySelector(".preview-panel__fold");
const sheets = (of) => [...of.querySelectorAll("link[rel=stylesheet]")];
const scripts = (of) => [...of.querySelectorAll("script[src]")].map((script) => script.src);

let events;
let isBusy = false;
let isStale = false;

unfold();
goBack();
listen();
// A hidden page listens to nothing: browsers allow six connections, and more pages may be open.
document.addEventListener("visibilitychange", () => (document.hidden ? events.close() : listen()));
document.addEventListener("toggle", remember, true);

function listen() {
  events?.close();
  events = new EventSource(page().dataset.events);
  events.onmessage = ({ data }) => data !== page().content && renew();
  events.onerror = () => events.readyState === EventSource.CLOSED && setTimeout(listen, RETRY);
}

async function renew() {
  isStale = true;
  if (isBusy) return;
  isBusy = true;
  try {
    while (isStale) {
      isStale = false;
      const answer = await fetch(location.href, { cache: "no-store" });
      await show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    }
  } catch {
    // The preview is being restarted. Once it is back, the events say that something is new.
  } finally {
    isBusy = false;
  }
}

async function show(next) {
  // A script has changed the page, or has changed itself: only a whole new page is right then.
  const needed = new Set([...scripts(document), ...scripts(next)]);
  if (needed.size > 1 || !page() || !next.querySelector("meta[name=vorschau]")) {
    sessionStorage.setItem(PLACE, scrollY);
    location.reload();
    return;
  }
  await restyle(sheets(document), sheets(next));
  document.title = next.title;
  become(page(), next.querySelector("meta[name=vorschau]"));
  become(document.body, next.body);
  unfold();
}

async function restyle(olds, nexts) {
  const loading = nexts.map((next, index) => {
    const old = olds[index];
    if (old?.href === next.href) return null;
    const link = document.importNode(next);
    const loaded = new Promise((resolve) => {
      link.onload = link.onerror = resolve;
      setTimeout(resolve, PATIENCE);
    });
    // Where the old one stands: the first sheet decides the order of the layers.
    if (old) old.after(link);
    else document.head.append(link);
    return loaded.then(() => old?.remove());
  });
  await Promise.all(loading);
  for (const old of olds.slice(nexts.length)) old.remove();
}

function become(old, next) {
  if (old.isEqualNode(next)) return;
  if (old.nodeType !== Node.ELEMENT_NODE || old.nodeName !== next.nodeName) {
    old.replaceWith(document.importNode(next, true));
    return;
  }
  becomeInAttributes(old, next);
  const [olds, nexts] = [[...old.childNodes], [...next.childNodes]];
  while (olds.length && nexts.length && olds[0].isEqualNode(nexts[0])) {
    olds.shift();
    nexts.shift();
  }
  let behind = null; // the first of what is equal at the end
  while (olds.length && nexts.length && olds.at(-1).isEqualNode(nexts.at(-1))) {
    behind = olds.pop();
    nexts.pop();
  }
  nexts.forEach((node, index) => {
    if (index < olds.length) become(olds[index], node);
    else old.insertBefore(document.importNode(node, true), behind);
  });
  for (const node of olds.slice(nexts.length)) node.remove();
}

function becomeInAttributes(old, next) {
  for (const name of old.getAttributeNames()) {
    if (name !== "open" && !next.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const name of next.getAttributeNames()) {
    if (name !== "open" && old.getAttribute(name) !== next.getAttribute(name)) {
      old.setAttribute(name, next.getAttribute(name));
    }
  }
}

function unfold() {
  if (panel()) panel().open = sessionStorage.getItem(OPEN) === "yes";
}

// To the place from which the page was loaded anew; at once, for the next change may come soon.
function goBack() {
  const place = sessionStorage.getItem(PLACE);
  sessionStorage.removeItem(PLACE);
  if (place !== null) scrollTo(0, Number(place));
}

function remember({ target }) {
  if (target === panel()) sessionStorage.setItem(OPEN, target.open ? "yes" : "no");
}
