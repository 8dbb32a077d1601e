// Charts as SVG. They hold no colours: tools.css has them, for light, dark, forced and printed ones.

const SPACE = "http://www.w3.org/2000/svg";

export function element(name, attributes = {}, ...children) {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// The data stand in a table beside it; `said` tells in one sentence what is to be seen.
export function chart(width, height, said, ...children) {
  const size = {
    viewBox: `0 0 ${width} ${height}`,
    class: "chart",
    role: "img",
    "aria-label": said,
  };
  return element("svg", size, ...children);
}

export function text(x, y, words, variant = "") {
  return element("text", { x, y, class: "chart__text", "data-variant": variant }, words);
}

export function line(x1, y1, x2, y2, kind = "chart__grid") {
  return element("line", { x1, y1, x2, y2, class: kind });
}

export function bar(x, y, width, height, variant = "") {
  const size = { x, y, width: Math.max(width, 0), height: Math.max(height, 0) };
  return element("rect", { ...size, class: "chart__bar", "data-variant": variant });
}
