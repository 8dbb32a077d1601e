// As much of a document as the paste converter asks for, of HTML as programs write it. Browsers read
// the same fixtures in `test_in_a_browser.py`.

const VOID = new Set("AREA BASE BR COL HR IMG INPUT LINK META".split(" "));
const RAW = new Set(["STYLE", "SCRIPT", "TITLE"]);
const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0", shy: "\u00ad", auml: "ä", ouml: "ö", uuml: "ü", szlig: "ß", Uuml: "Ü", bdquo: "„", ldquo: "“", ndash: "–", middot: "·", euro: "€" };
const TOKEN = /<!--[^]*?-->|<![^>]*>|<\/?[a-z][^\s/>]*(?:"[^"]*"|'[^']*'|[^"'>])*>|[^<]+|</gi;

export function parse(html) {
  const root = element("BODY", "");
  const open = [root];
  for (const [token] of html.matchAll(TOKEN)) {
    const top = open.at(-1);
    const tag = /^<(\/?)([a-z][^\s/>]*)([^]*?)\/?>$/i.exec(token);
    if (RAW.has(top.nodeName) && !(tag?.[1] && tag[2].toUpperCase() === top.nodeName)) continue;
    if (token.startsWith("<!")) continue;
    if (!tag) top.childNodes.push({ nodeType: 3, nodeName: "#text", textContent: decoded(token) });
    else if (tag[1]) close(open, tag[2].toUpperCase());
    else {
      const made = element(tag[2].toUpperCase(), tag[3]);
      top.childNodes.push(made);
      if (!VOID.has(made.nodeName)) open.push(made);
    }
  }
  return root;
}

function close(open, name) {
  const place = open.findLastIndex((node) => node.nodeName === name);
  if (place > 0) open.length = place;
}

function element(nodeName, source) {
  const attributes = Object.fromEntries(
    [...source.matchAll(/([^\s=/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)].map(
      ([, name, double, single, bare]) => [name.toLowerCase(), decoded(double ?? single ?? bare ?? "")],
    ),
  );
  const childNodes = [];
  return {
    nodeType: 1,
    nodeName,
    childNodes,
    getAttribute: (name) => attributes[name] ?? null,
    get textContent() {
      return childNodes.map((child) => child.textContent).join("");
    },
  };
}

function decoded(text) {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) =>
    decimal || hex ? String.fromCodePoint(Number.parseInt(decimal ?? hex, decimal ? 10 : 16)) : (ENTITIES[name] ?? whole),
  );
}
